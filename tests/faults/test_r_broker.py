"""R06 to R08 and R15 to R17: the broker is killed, stopped, frozen, full, or has lost a binding. The checker judges."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from checker import Checker, note
from members import arrive, in_the_background, write, write_for, writing
from rooms import PROBE, Room

from pijnstad_contracts.selfcare import DiaryEntryRecorded
from pijnstad_kit.testing import wait_for

pytestmark = pytest.mark.fault
QUEUE = "content.suggestions"


def test_r06_broker_killed_and_started_again_under_load(checker: Checker, seed: int, long: bool) -> None:
    rabbit, chance = checker.rooms.rabbit, random.Random(seed)
    members, rounds = arrive(checker), 10 if long else 2
    with writing(checker, members):
        for number in range(rounds):
            answered = len(checker.commands.answered) + chance.randrange(5, 40)
            wait_for(lambda more=answered: len(checker.commands.answered) >= more, what="commands under way")
            rabbit.kill()
            assert _status(checker, members[0], f"while-away-{number}") == 201
            rabbit.start()
    verdict = checker.verdict("R06 broker killed under load", faults=rounds)
    note(verdict)


@pytest.mark.timeout(900)
def test_r07_broker_stopped_every_command_is_taken_and_an_alarm_tells(checker: Checker, long: bool) -> None:
    rabbit, worker, members = checker.rooms.rabbit, checker.rooms.selfcare_worker, arrive(checker, 10)
    rabbit.stop()
    before = worker.logged("relay_waits")
    with in_the_background(_alarmed, worker, before, within=60):
        answers = write_for(checker, members, 600 if long else 10)
    assert {status for status, _ in answers} == {201}
    rabbit.start()
    note(checker.verdict("R07 broker stopped", faults=1))


def test_r08_broker_frozen_for_three_confirm_timeouts_confirms_nothing_falsely(checker: Checker, long: bool) -> None:
    rabbit, worker, members = checker.rooms.rabbit, checker.rooms.selfcare_worker, arrive(checker)
    timeout = 5.0 if long else 1.5
    if not long:
        worker.restart(switches=[f"confirm_timeout={timeout}"])
    write(checker, 5, members)
    rabbit.pause()
    try:
        answers = write_for(checker, members, 3 * timeout + 1)
    finally:
        rabbit.resume()
    assert {status for status, _ in answers} == {201}
    note(checker.verdict("R08 broker frozen", faults=1))


def test_r15_events_without_a_queue_stay_in_the_outbox_until_it_is_bound_again(checker: Checker) -> None:
    worker, members = checker.rooms.selfcare_worker, arrive(checker)
    write(checker, 5, members)
    checker.settle()
    with checker.rooms.broker.unbound(unbinding(checker)):
        write(checker, 10, members, start=5)
        _not_taken(checker, worker, "unroutable", 10)
    verdict = checker.verdict("R15 queue unbound", faults=1)
    note(verdict)


def test_r16_a_full_queue_refuses_and_the_events_stay_in_the_outbox(checker: Checker) -> None:
    rooms, members = checker.rooms, arrive(checker)
    with full(checker, members):
        write(checker, 10, members, start=10)
        _not_taken(checker, rooms.selfcare_worker, "refused", 10)
    rooms.content_worker.start()
    verdict = checker.verdict("R16 queue full", faults=1)
    note(verdict)


def test_r17_a_disk_alarm_stops_no_command_and_no_thread(checker: Checker, long: bool) -> None:
    rooms, members = checker.rooms, arrive(checker)
    before = rooms.selfcare_worker.logged("relay_waits")
    with rooms.broker.disk_alarm():
        answers = write_for(checker, members, 60 if long else 8)
        began = time.monotonic()
        assert rooms.selfcare_worker.metric("pijnstad_outbox_waiting") > 0
        assert time.monotonic() - began < 5, "the worker does not answer while the broker blocks"
        assert rooms.selfcare_worker.logged("relay_waits") > before
    assert {status for status, _ in answers} == {201}
    assert max(seconds for _, seconds in answers) < 5
    note(checker.verdict("R17 disk alarm", faults=1))


@contextmanager
def full(checker: Checker, members: list[str]) -> Iterator[None]:
    """Fill content's queue, which nobody reads meanwhile, with ten entries, so that it refuses more."""
    rooms = checker.rooms
    rooms.content_worker.stop()
    with rooms.broker.policy(QUEUE, "max-length", 3):
        write(checker, 10, members)
        wait_for(lambda: rooms.queue_lengths()[QUEUE] > 3, what="the queue to be full")
        yield


def unbinding(checker: Checker) -> list[tuple[str, str]]:
    """Return every binding that a recorded entry could leave by, the probe's too."""
    table = checker.rooms.table
    bound = [(queue.name, key) for queue in table.queues for _, key in queue.bindings if key == DiaryEntryRecorded.type]
    return [*bound, (PROBE, "nl.pijnstad.selfcare.#")]


def _status(checker: Checker, member: str, key: str) -> int:
    status, id = checker.rooms.write(member, key)
    checker.commands.note(member, key, id)
    return status


def _alarmed(worker: Room, lines_before: int, within: float) -> None:
    wait_for(
        lambda: worker.logged("relay_waits") > lines_before and worker.metric("pijnstad_outbox_waiting") > 0,
        timeout=within,
        every=0.2,
        what="log and metric to tell that events wait",
    )


def _not_taken(checker: Checker, worker: Room, reason: str, most: int) -> None:
    """Wait until the relay complains, by log and metric, and see that what it could not give away still waits."""
    wait_for(
        lambda: worker.logged(reason) and worker.metric("pijnstad_events_unrouted_total") > 0,
        every=0.1,
        what=f"an alarm about {reason} events",
    )
    assert checker.waiting() >= most
