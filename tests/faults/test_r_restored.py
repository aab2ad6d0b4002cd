"""R25 and R27: a consumer hears everything again; a database comes back as it was a while ago. Nothing is left apart."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from checker import Checker, note
from lodging import Lodging
from members import amend, arrive, remove, write, write_one
from pymongo import MongoClient
from queues import QUEUE, put
from room import Room
from rooms import Rooms

from pijnstad_kit.testing import wait_for

pytestmark = pytest.mark.fault
Backup = Mapping[str, list[dict[str, Any]]]


@pytest.fixture
def checker(lodging: Lodging) -> Iterator[Checker]:
    """Watch new rooms: what other tests told of entries that nobody has would be found here, mended, and told again."""
    lodging.close()
    checker = Checker(lodging.rooms())
    yield checker
    lodging.leave(checker)


def test_r25_a_consumer_that_hears_everything_again_ends_in_the_same_state(checker: Checker) -> None:
    members = arrive(checker, 3)
    ids = [write_one(checker, member, f"key-{number}") for number, member in enumerate(members * 4)]
    assert amend(checker, members[0], ids[0], 1) == 200
    assert remove(checker, members[1], ids[1], 1) == 204
    checker.settle()
    before = _hash(checker)
    told = {event.id: body for event, body in checker.told() if event.type.startswith("nl.pijnstad.selfcare.")}
    assert len(told) == 14
    handled = checker.rooms.content_worker.metric("pijnstad_events_handled_total", queue=QUEUE)
    put(checker.rooms, told)
    wait_for(lambda: not checker.rooms.queue_lengths()[QUEUE], what="everything to be heard again")
    note(checker.verdict("R25 one consumer from the start again"))
    again = checker.rooms.content_worker.metric("pijnstad_events_handled_total", queue=QUEUE) - handled
    assert again == len(told), "the consumer did not hear everything again, so nothing was proven"
    assert _hash(checker) == before


def test_r27_a_subscriber_restored_from_before_is_told_what_it_lost(checker: Checker) -> None:
    rooms, members = checker.rooms, arrive(checker, 3)
    write(checker, 12, members)
    checker.settle()
    backup = _saved(rooms, "content")
    late = {write_one(checker, member, f"late-{number}") for number, member in enumerate(members * 3)}
    checker.settle()
    rooms.content_worker.stop()
    _restore(rooms, "content", backup)
    rooms.content_worker.start()
    found = _reconciled(rooms.content_worker)
    assert {one["aggregate"] for one in found} == late, "reconciliation does not name exactly what was lost"
    assert _reconciled(rooms.content_worker, "--repair") is not None
    note(checker.verdict("R27 a subscriber restored from before", faults=1))
    assert _reconciled(rooms.content_worker) == []


def test_r27_a_source_restored_from_before_raises_its_epoch_and_nobody_keeps_what_it_lost(checker: Checker) -> None:
    rooms, members = checker.rooms, arrive(checker, 3)
    write(checker, 12, members)
    checker.settle()
    backup = _saved(rooms, "selfcare")
    late = {write_one(checker, member, f"late-{number}") for number, member in enumerate(members * 2)}
    checker.settle()
    _restarted_with(rooms, backup)
    assert {id for id in late if id not in _entries(rooms)} == late, "the backup already held what came after it"
    _run(rooms.selfcare_worker, "raise-epoch", "--yes")
    checker.settle(5)
    found = _reconciled(rooms.content_worker, "--repair")
    assert {one["aggregate"] for one in found} == late
    wait_for(lambda: not _reconciled(rooms.content_worker), timeout=30, every=0.5, what="no difference")
    verdict = checker.verdict("R27 a source restored from before", faults=1, timeout=10)
    assert verdict.lost == len(late), "the checker does not name exactly the commands of that hour"
    assert (verdict.phantom, verdict.waiting, verdict.queued) == (0, 0, 0)
    assert {event.epoch for event, _ in checker.told()[-12:] if event.type.startswith("nl.pijnstad.selfcare")} == {2}


def _restarted_with(rooms: Rooms, backup: Backup) -> None:
    for room in (rooms.selfcare_api, rooms.selfcare_worker):
        room.stop()
    _restore(rooms, "selfcare", backup)
    for room in (rooms.selfcare_api, rooms.selfcare_worker):
        room.start()


def _saved(rooms: Rooms, name: str) -> Backup:
    with MongoClient[dict[str, Any]](rooms.store.url) as client:
        database = client[rooms.databases[name]]
        return {one: list(database[one].find()) for one in database.list_collection_names() if one != "leases"}


def _restore(rooms: Rooms, name: str, backup: Backup) -> None:
    """Put every collection back as it was; those that came after it are emptied."""
    with MongoClient[dict[str, Any]](rooms.store.url) as client:
        database = client[rooms.databases[name]]
        for one in database.list_collection_names():
            database[one].delete_many({})
            if rows := backup.get(one):
                database[one].insert_many(rows)


def _entries(rooms: Rooms) -> set[str]:
    with MongoClient[dict[str, Any]](rooms.store.url) as client:
        return {one["_id"] for one in client[rooms.databases["selfcare"]]["diary_entries"].find({}, {"_id": 1})}


def _reconciled(room: Room, *more: str) -> list[dict[str, Any]]:
    """Return what the service finds of diary entries. Nobody answers for identity here, and that is said apart."""
    told = json.loads(_run(room, "reconcile", "--json", *more))
    return [one for each in told["projections"] for one in each["found"] if "moment" in each["projection"]]


def _run(room: Room, *words: str) -> str:
    command = [sys.executable, "-W", "ignore", "-m", room.name, *words]
    env = {**os.environ, **room.env}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, 1), done.stderr[-2000:]
    return done.stdout


def _hash(checker: Checker) -> str:
    """Return a digest of everything content keeps of these entries."""
    rows = sorted(json.dumps(one, default=str, sort_keys=True) for one in checker.moments())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()
