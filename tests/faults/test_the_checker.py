"""The checker can fail: each mechanism is switched off once, and the counter that it guards rises. So zeros mean something.

Every test here breaks the promise on purpose and holds the checker to it; the same fault with the mechanism in place is
the R test beside it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from checker import Checker, Verdict
from members import amend, arrive, write, write_one
from queues import QUEUE
from test_r_broker import full, unbinding

from pijnstad_contracts.selfcare import DiaryEntryRecorded
from pijnstad_kit.testing import wait_for

pytestmark = pytest.mark.fault
SOON = 1.0  # seconds to settle when all is quiet: what is lost never comes


def test_without_publisher_confirms_a_full_queue_loses_events(checker: Checker) -> None:
    rooms, members = checker.rooms, arrive(checker)
    rooms.selfcare_worker.restart(switches=["no_confirm"])
    with full(checker, members):
        write(checker, 10, members, start=10)
        wait_for(lambda: checker.waiting() == 0, what="the relay to believe that all was taken")
    rooms.content_worker.start()
    verdict = _failed(checker, "no confirm")
    assert verdict.lost > 0


def test_without_publisher_confirms_a_frozen_then_killed_broker_loses_events(checker: Checker) -> None:
    rooms, members = checker.rooms, arrive(checker)
    rooms.selfcare_worker.restart(switches=["no_confirm"])
    write(checker, 1, members)
    checker.settle()
    rooms.rabbit.pause()
    write(checker, 10, members, start=1)
    wait_for(lambda: checker.waiting() == 0, what="the relay to believe that all was taken")
    rooms.rabbit.kill()
    rooms.rabbit.start()
    verdict = _failed(checker, "no confirm, broker killed")
    assert verdict.lost == 10


def test_without_mandatory_events_without_a_queue_are_lost(checker: Checker) -> None:
    rooms, members = checker.rooms, arrive(checker)
    rooms.selfcare_worker.restart(switches=["no_mandatory"])
    write(checker, 1, members)
    checker.settle()
    with rooms.broker.unbound(unbinding(checker)):
        write(checker, 10, members, start=1)
        wait_for(lambda: checker.waiting() == 0, what="the relay to believe that all was taken")
    verdict = _failed(checker, "no mandatory")
    assert verdict.lost == 10


def test_without_the_version_gate_two_writers_give_one_number_to_two_events(checker: Checker) -> None:
    checker.rooms.selfcare_api.restart(switches=["no_version_gate", "writers_meet"])
    assert sorted(_amend_at_once(checker)) == [200, 200]
    verdict = _failed(checker, "no version gate")
    assert verdict.double > 0
    assert verdict.gap > 0 or verdict.lost > 0, "the number that the second event should have had is nowhere"


def test_with_the_version_gate_one_of_two_writers_is_told_to_look_again(checker: Checker) -> None:
    checker.rooms.selfcare_api.restart(switches=["writers_meet"])
    assert sorted(_amend_at_once(checker)) == [200, 412]
    assert checker.verdict("two writers at once").clean


def test_without_deduplication_events_that_come_twice_are_done_twice(checker: Checker) -> None:
    rooms, members = checker.rooms, arrive(checker)
    rooms.content_worker.restart(switches=["no_deduplication"])
    write(checker, 10, members)
    checker.settle()
    rooms.say([event for event, _ in checker.told() if event.type == DiaryEntryRecorded.type])
    verdict = _failed(checker, "no de-duplication")
    assert verdict.double == 10


def test_acknowledged_before_the_effect_a_killed_worker_loses_events(checker: Checker) -> None:
    worker, members = checker.rooms.content_worker, arrive(checker)
    worker.stop()
    write(checker, 10, members)
    worker.start(f"{QUEUE}.before_effect=once:kill", switches=["ack_before_effect"], ready=False)
    worker.dies()
    worker.start()
    verdict = _failed(checker, "ack before effect")
    assert verdict.lost > 0
    assert verdict.difference == verdict.lost, "reconciliation does not see what the checker sees"


def _failed(checker: Checker, name: str) -> Verdict:
    """Return the verdict, which must not be clean; it is no fault of the city and stays out of the table."""
    wait_for(checker.quiet, timeout=20, every=0.1, what="all that was not lost to arrive")
    verdict = checker.verdict(name, timeout=SOON)
    assert not verdict.clean, "the checker saw nothing"
    checker.leaves_order = True
    return verdict


def _amend_at_once(checker: Checker) -> list[int]:
    member = arrive(checker, 1)[0]
    entry = write_one(checker, member, "contended")
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda _: amend(checker, member, entry, 1), range(2)))
