"""R00 to R05: processes of the event path are killed or asked to stop, at the worst moments. The checker judges."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from checker import Checker, note
from members import ENTRIES, arrive, reading, write, write_one, writing
from room import GRACE, Room

from pijnstad_kit.testing import wait_for

pytestmark = pytest.mark.fault
ROUNDS = 3
RELAY = ("relay.before_publish", "publisher.before_confirm", "relay.before_pull", "relay.between_writes")
WORKER = ("before_effect", "after_effect", "before_ack")


def test_r00_without_a_fault_everything_arrives_once(checker: Checker) -> None:
    write(checker)
    verdict = checker.verdict("R00 no fault")
    note(verdict)
    assert verdict.commands == ENTRIES
    assert verdict.events > ENTRIES, "suggestions were made too"


def test_r01_api_killed_before_the_write_repeating_the_key_gives_one_effect(checker: Checker) -> None:
    api, member = checker.rooms.selfcare_api, arrive(checker, 1)[0]
    api.kill()
    api.start("store.before_write=once:kill")
    status, _ = checker.rooms.write(member, "killed")
    assert status in (0, 500, 502, 503), "a command that died was answered as done"
    write_one(checker, member, "killed")
    write(checker, 10)
    assert _spent(api) == ["store.before_write"]
    note(checker.verdict("R01 api killed before the write", faults=1))


def test_r02_api_killed_after_the_write_repeating_the_key_gives_the_same_answer(checker: Checker) -> None:
    api, member = checker.rooms.selfcare_api, arrive(checker, 1)[0]
    api.kill()
    api.start("store.after_write=once:kill")
    assert checker.rooms.write(member, "killed") == (0, None)
    first = write_one(checker, member, "killed")
    assert write_one(checker, member, "killed") == first
    write(checker, 10)
    assert _spent(api) == ["store.after_write"]
    note(checker.verdict("R02 api killed after the write", faults=1))


@pytest.mark.parametrize("where", RELAY)
def test_r03_relay_killed(checker: Checker, where: str, long: bool) -> None:
    worker = checker.rooms.selfcare_worker
    worker.stop()
    worker.start(f"{where}=once:kill", ready=False)
    write(checker, 20)
    worker.dies()
    worker.start(switches=quick(long))
    verdict = checker.verdict(f"R03 relay killed at {where}", faults=1)
    note(verdict)
    told_again = where in ("publisher.before_confirm", "relay.before_pull")
    assert not told_again or verdict.twice > 0, "nothing was told twice, so nothing was proven"


@pytest.mark.parametrize("where", WORKER)
def test_r04_worker_killed_in_the_handler(checker: Checker, where: str, long: bool) -> None:
    worker, members = checker.rooms.content_worker, arrive(checker)
    worker.stop()
    worker.start(f"content.suggestions.{where}=once:kill", ready=False)
    write(checker, 20, members)
    worker.dies()
    worker.start(switches=quick(long))
    verdict = checker.verdict(f"R04 worker killed at {where}", faults=1)
    note(verdict)
    assert verdict.twice > 0, "nothing was delivered twice, so nothing was proven"


def test_r04_worker_killed_while_it_sends_an_event_to_retry(checker: Checker, long: bool) -> None:
    worker, member = checker.rooms.content_worker, arrive(checker, 1)[0]
    worker.stop()
    worker.start("content.suggestions.after_retry=once:kill", switches=[f"raises_for={member}"], ready=False)
    write(checker, 3, [member])
    worker.dies()
    worker.start(switches=quick(long))
    verdict = checker.verdict("R04 worker killed while sending to retry", faults=1)
    note(verdict)
    assert verdict.twice > 0, "nothing was delivered twice, so nothing was proven"


def test_r05_each_process_is_asked_to_stop_under_load_in_turn(checker: Checker, seed: int) -> None:
    """Two replicas of the api, as in production: an edge passes by one that is on its way out."""
    rooms, members = checker.rooms, arrive(checker)
    replicas = [rooms.selfcare_api, rooms.another(rooms.selfcare_api)]
    replicas[1].start()
    turns = [*replicas, rooms.selfcare_worker, rooms.content_worker]
    slowest = 0.0
    with writing(checker, members), reading(checker, members[0], replicas) as statuses:
        for number in range(ROUNDS):
            random.Random(seed + number).shuffle(turns)
            for room in turns:
                slowest = max(slowest, room.stop())
                room.start()
    bad = sum(status == 0 or status >= 500 for status in statuses)
    note(checker.verdict("R05 SIGTERM of each process, in turn", faults=ROUNDS * len(turns)))
    assert slowest < GRACE, f"a process took {slowest:.0f} s to stop"
    assert len(statuses) > 100
    assert bad <= len(statuses) / 100, f"{bad} of {len(statuses)} reads failed"


def quick(long: bool) -> tuple[str, ...]:
    """Return the switch that lets the next relay take a dead one's place after one second; with --long it is four."""
    return () if long else ("quick_lease",)


def _spent(room: Room) -> list[str]:
    path = Path(room.env["PIJNSTAD_FAULTS_SPENT"])
    return wait_for(lambda: path.read_text().split() if path.exists() else [], what="the failpoint to be spent")
