"""R23: two relays of one service, each frozen in turn between publishing and marking, and woken while the other relays."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path
from typing import Any

import pytest
from checker import Checker, note
from members import amend, arrive, write_one, writing
from pymongo import MongoClient
from room import Room

from pijnstad_kit.testing import wait_for

pytestmark = pytest.mark.fault


def test_r23_two_relays_take_turns_unasked_and_keep_the_order(
    checker: Checker, seed: int, long: bool, tmp_path: Path
) -> None:
    rooms, members, chance, freeze = checker.rooms, arrive(checker), random.Random(seed), tmp_path / "freeze"
    relays = [rooms.selfcare_worker, rooms.another(rooms.selfcare_worker)]
    relays[0].restart(switches=["quick_lease", f"freezes={freeze}"])
    relays[1].start(switches=["quick_lease", f"freezes={freeze}"])
    rounds, frozen = 10 if long else 2, []
    with writing(checker, members):
        for number in range(rounds):
            before, (first, second) = _holder(checker), chance.sample(members, 2)
            freeze.touch()
            frozen.append(wait_for(lambda: next(filter(_stopped, relays), None), what="the relay at work to freeze"))
            try:
                _amended(checker, first, f"{number}-frozen", chance.randrange(1, 5))
                wait_for(lambda was=before: _holder(checker) not in (None, was), what="the other relay to take over")
            finally:
                os.kill(frozen[-1].pid, signal.SIGCONT)
            _amended(checker, second, f"{number}-woken", chance.randrange(1, 5))
    verdict = checker.verdict("R23 two relays, frozen in turn", faults=rounds)
    note(verdict)
    assert {room.pid for room in frozen} == {room.pid for room in relays}, "one of them was never frozen"
    assert verdict.twice > 0, "nothing was told twice, so nothing was proven"


def _amended(checker: Checker, member: str, key: str, times: int) -> None:
    """Write an entry and change it: a stream whose order can be wrong."""
    entry = write_one(checker, member, key)
    assert {amend(checker, member, entry, version) for version in range(1, times + 1)} == {200}


def _stopped(room: Room) -> bool:
    return Path(f"/proc/{room.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def _holder(checker: Checker) -> str | None:
    rooms = checker.rooms
    with MongoClient[dict[str, Any]](rooms.store.url) as client:
        found = client[rooms.databases["selfcare"]]["leases"].find_one({"_id": "relay"})
    return found and found["holder"]
