"""R20: the database is away. The checker judges."""

from __future__ import annotations

import time

import pytest
from checker import Checker, note
from members import arrive, write

pytestmark = pytest.mark.fault


def test_r20_database_stopped_commands_get_503_within_5_s_and_later_all_is_well(checker: Checker, long: bool) -> None:
    store, members = checker.rooms.store, arrive(checker)
    write(checker, 10, members)
    store.stop()
    until = time.monotonic() + (60 if long else 5)
    number = 0
    while time.monotonic() < until:
        _refused(checker, members[0], f"while-away-{number}")
        number += 1
    store.start()
    write(checker, 20, members, start=10)
    verdict = checker.verdict("R20 database stopped", faults=1)
    note(verdict)


def _refused(checker: Checker, member: str, key: str) -> None:
    began = time.monotonic()
    body = {"pain": [{"intensity": 6}]}
    status, _, headers = checker.rooms.ask("POST", "/selfcare/v1/diary", member, body, {"Idempotency-Key": key})
    checker.commands.note(member, key, None)
    assert status == 503
    assert headers["Retry-After"]
    assert time.monotonic() - began < 5.5
