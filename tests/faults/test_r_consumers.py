"""R14, R18 and R19: a message that kills its worker, a consumer that is slow, a handler the broker loses patience with."""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from checker import Checker, note
from members import arrive, write, write_one
from pymongo import MongoClient
from queues import QUEUE, dead_letters, synthetic
from rooms import Room, Rooms

from pijnstad_kit.ids import new_id
from pijnstad_kit.testing import wait_for

pytestmark = pytest.mark.fault
WAITING = 10_000
MB = 1024 * 1024
NOISE = 0.05  # seconds a busy machine may add to a hop; whoever waits for the slow one waits a second and more


def test_r14_innocents_beside_a_message_that_kills_its_worker_are_done(checker: Checker, seed: int, long: bool) -> None:
    rooms, deadly, members = checker.rooms, arrive(checker, 1)[0], arrive(checker)
    rooms.content_worker.stop()
    place = random.Random(seed).randrange(1, 39)
    write(checker, place, members)
    write(checker, 1, [deadly], start=place)
    write(checker, 40 - place, members, start=place + 1)
    limit = 20 if long else 5
    with rooms.broker.policy(QUEUE, "delivery-limit", limit), _kept_alive(rooms.content_worker, deadly) as deaths:
        wait_for(
            lambda: rooms.queue_lengths()["content.dead"] >= 1, timeout=30 + 5 * limit, every=0.2, what="a dead letter"
        )
        wait_for(checker.quiet, timeout=30, every=0.2, what="the innocents to be done")
    assert rooms.queue_lengths()["content.dead"] == 1, "innocents were parked beside the one that kills"
    assert len(deaths) > limit
    rooms.content_worker.restart()
    assert dead_letters(rooms).redrive(lambda letter: True).done == 1
    note(checker.verdict("R14 a message that kills its worker", faults=len(deaths)))


def test_r18_a_slow_consumer_with_thousands_waiting_slows_nobody_else(checker: Checker) -> None:
    rooms, worker = checker.rooms, checker.rooms.content_worker
    before = _p95(rooms)
    worker.restart(switches=["slow_per_event=1"])
    events = synthetic(WAITING)
    rooms.say(events, QUEUE)
    checker.commands.note_put_in((event.data.entry_id, 1) for event in events)
    wait_for(lambda: rooms.broker.in_hand(QUEUE) >= 100, what="the slow consumer to have its hands full")
    full = worker.memory()
    during = _p95(rooms)
    assert during < max(before * 1.2, before + NOISE), f"p95 {during * 1000:.0f} ms, before {before * 1000:.0f} ms"
    assert worker.memory() - full < 5 * MB
    assert rooms.queue_lengths()[QUEUE] > WAITING / 2, "it was not slow"
    worker.kill()
    worker.start(switches=["quick_lease"])
    note(checker.verdict("R18 a slow consumer", faults=1))


def test_r19_a_handler_longer_than_the_brokers_patience_has_one_effect(checker: Checker, tmp_path: Path) -> None:
    rooms, runs, member = checker.rooms, tmp_path / "runs", arrive(checker, 1)[0]
    with rooms.broker.ack_timeout(2):
        rooms.content_worker.restart(switches=["slow=5", f"noting={runs}"])
        write_one(checker, member, "slowly")
        wait_for(
            lambda: runs.exists() and len(runs.read_text().splitlines()) >= 2, timeout=30, what="a second handling"
        )
        verdict = checker.verdict("R19 handler longer than the ack timeout", faults=1)
    note(verdict)
    assert verdict.twice > 0


@contextmanager
def _kept_alive(room: Room, deadly: str) -> Iterator[list[float]]:
    """Start a worker that dies of a member's event again whenever it died. Gives the list of its deaths."""
    deaths: list[float] = []
    ended = threading.Event()

    def keep() -> None:
        room.start(switches=[f"dies_of={deadly}"], ready=False)
        while not ended.wait(0.02):
            if not room.running:
                deaths.append(time.monotonic())
                room.start(switches=[f"dies_of={deadly}"], ready=False)

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        yield deaths
    finally:
        ended.set()
        keeper.join()


def _p95(rooms: Rooms) -> float:
    """Return the 95th percentile of the time from an event to its effect at another consumer of the same worker."""
    with MongoClient(rooms.store.url) as client:
        members = client[rooms.databases["content"]]["members"]
        return statistics.quantiles([_hop(rooms, members) for _ in range(25)], n=20)[-1]


def _hop(rooms: Rooms, members: object) -> float:
    member = new_id()
    began = time.monotonic()
    rooms.welcome([member])
    wait_for(lambda: members.find_one({"_id": member, "sequence": 2}), every=0.001, what="a member to be known")  # type: ignore[attr-defined]
    return time.monotonic() - began
