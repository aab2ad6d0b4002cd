"""R22: the clock of one process is ten minutes off. Order goes by sequence, tokens by leeway. The checker judges.

libfaketime bends the wall clock alone, as on a machine that lost its time server; what measures durations goes on. Webhooks,
to be refused outside five minutes, come with partners: nothing of them is shown here.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import urllib3
from checker import Checker, note
from members import amend, arrive, write, write_one
from pymongo import MongoClient
from room import Room

from pijnstad_kit.ids import derived_id
from pijnstad_kit.testing import wait_for

pytestmark = pytest.mark.fault
TEN_MINUTES = 600
LIFE = 60  # seconds the gateway's tokens last; ten more, or ten before, are leeway
TOKENS = {0: 201, 7: 201, -(LIFE + 4): 201, 20: 401, -(LIFE + 20): 401}  # minted so many seconds from the api's clock
Bend = Callable[[Room, int], AbstractContextManager[None]]


@pytest.fixture
def bend() -> Bend:
    """Let a room live with a clock that is so many seconds off, for the length of a block."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        missing = pytest.fail if os.environ.get("CI", "").lower() == "true" else pytest.skip
        missing("faketime is not on this machine: apt-get install faketime")
    steady = dict.fromkeys(("DONT_FAKE_MONOTONIC", "FAKETIME_DONT_FAKE_MONOTONIC", "NO_FAKE_STAT"), "1")

    @contextmanager
    def bent(room: Room, off: int) -> Iterator[None]:
        preloaded = {"LD_PRELOAD": str(found[0]), "FAKETIME": f"{off:+d}", **steady}
        room.restart(env=preloaded, switches=["sleeps_by_select"] if room.word == "api" else [])
        assert abs(_clock(room) - time.time() - off) < 30, "the clock is right, so nothing would be proven"
        yield
        room.restart()

    return bent


@pytest.mark.parametrize("off", [TEN_MINUTES, -TEN_MINUTES], ids=["ahead", "behind"])
def test_r22_one_clock_ten_minutes_off_the_order_is_kept_and_tokens_pass_within_leeway(
    checker: Checker, off: int, seed: int, bend: Bend, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms, members, chance = checker.rooms, arrive(checker, 3), random.Random(seed)
    rooms.selfcare_worker.stop()
    entries = [(member, write_one(checker, member, f"right-{number}")) for number, member in enumerate(members * 2)]
    chance.shuffle(entries)
    with bend(rooms.selfcare_api, off), monkeypatch.context() as patch:
        _judges_by_its_own_clock(checker, members[0], off)
        _mint(checker, patch, off)
        assert {amend(checker, *entry, version) for version in (1, 2) for entry in entries} == {200}
    for number, worker in enumerate((rooms.selfcare_worker, rooms.content_worker), start=1):
        with bend(worker, off):
            write(checker, chance.randrange(5, 15), members, start=100 * number)
            assert {amend(checker, *entry, 2 + number) for entry in entries} == {200}
            wait_for(checker.quiet, timeout=30, every=0.1, what="the one with the wrong clock to do its work")
    note(checker.verdict(f"R22 one clock ten minutes {'ahead' if off > 0 else 'behind'}", faults=3))
    steps = [_step(checker, id) for _, id in entries]
    assert all(abs(step - off) < 60 for step in steps), f"times did not jump, so nothing was proven: {steps}"


def _judges_by_its_own_clock(checker: Checker, member: str, off: int) -> None:
    """See that tokens within leeway of the api's clock pass, and that others, those of the right time too, do nothing."""
    for shift, expected in {**TOKENS, -off: 401}.items():
        status, id = _write(checker, member, f"token-{shift}", off + shift)
        checker.commands.note(member, f"token-{shift}", id)
        assert status == expected, f"a token minted {shift} s from the api's clock was answered {status}"
        if status != 201:
            assert not _stored(checker, derived_id(member, "write_entry", f"token-{shift}")), "refused, and yet done"


def _write(checker: Checker, member: str, key: str, shift: int) -> tuple[int, str | None]:
    now = int(time.time()) + shift
    more = {"scope": "diary", "consents": ["diary"], "iat": now, "exp": now + LIFE}
    headers = {"Idempotency-Key": key, **checker.rooms.gateway.headers(member, "selfcare", **more)}
    status, answer, _ = checker.rooms.ask("POST", "/selfcare/v1/diary", member, {"pain": [{"intensity": 3}]}, headers)
    return status, answer["id"] if status == 201 else None


def _mint(checker: Checker, patch: pytest.MonkeyPatch, off: int) -> None:
    """Let the stand-in gateway live by the api's clock, so that commands can be answered at all."""
    right = checker.rooms.gateway.token

    def token(*args: str, **more: object) -> str:
        now = int(time.time()) + off
        return right(*args, **{**more, "iat": now, "exp": now + LIFE})  # type: ignore[arg-type]

    patch.setattr(checker.rooms.gateway, "token", token)


def _clock(room: Room) -> float:
    """Return what time a process believes it is, as it says with every answer."""
    answer = urllib3.request("GET", f"http://{room.env['PIJNSTAD_LISTEN']}/healthz", timeout=5)
    return parsedate_to_datetime(answer.headers["Date"]).timestamp()


def _step(checker: Checker, id: str) -> float:
    """Return how many seconds lie between an entry's first and second event, as the events say."""
    times = {event.sequence: event.time for event, _ in checker.told() if event.subject == id}
    return (times[2] - times[1]).total_seconds()


def _stored(checker: Checker, id: str) -> bool:
    rooms = checker.rooms
    with MongoClient(rooms.store.url) as client:
        return client[rooms.databases["selfcare"]]["diary_entries"].find_one({"_id": id}) is not None
