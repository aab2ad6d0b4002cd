"""R23: two relays of one service, each frozen in turn in the midst of its work and woken while the other relays."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest
from checker import Checker, note
from members import amend, arrive, write_one, writing
from pymongo import MongoClient

from pijnstad_kit.testing import wait_for

pytestmark = pytest.mark.fault


def test_r23_two_relays_take_turns_unasked_and_keep_the_order(checker: Checker, long: bool) -> None:
    rooms, members, rounds = checker.rooms, arrive(checker), 5 if long else 1
    first, second = rooms.selfcare_worker, rooms.another(rooms.selfcare_worker)
    first.restart(switches=["quick_lease"])
    second.start(switches=["quick_lease"])
    with writing(checker, members):
        for number in range(rounds):
            for frozen in (first, second):
                before = _holder(checker)
                os.kill(frozen.pid, signal.SIGSTOP)
                try:
                    _amended(checker, members[0], f"{number}-{frozen.pid}")
                    wait_for(
                        lambda was=before: _holder(checker) not in (None, was), what="the other relay to take over"
                    )
                finally:
                    os.kill(frozen.pid, signal.SIGCONT)
                _amended(checker, members[1], f"{number}-{frozen.pid}-woken")
    note(checker.verdict("R23 two relays, frozen in turn", faults=2 * rounds))


def _amended(checker: Checker, member: str, key: str) -> None:
    """Write an entry and change it three times: a stream whose order can be wrong."""
    entry = write_one(checker, member, key)
    assert [amend(checker, member, entry, version) for version in (1, 2, 3)] == [200] * 3


def _holder(checker: Checker) -> str | None:
    rooms = checker.rooms
    with MongoClient[dict[str, Any]](rooms.store.url) as client:
        found = client[rooms.databases["selfcare"]]["leases"].find_one({"_id": "relay"})
    return found and found["holder"]
