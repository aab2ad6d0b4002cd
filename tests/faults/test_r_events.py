"""R10 to R13: events come twice at once, three times, shuffled and late, or broken. The checker judges."""

from __future__ import annotations

import random
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from checker import Checker, note
from members import amend, arrive, remove, write, write_one
from queues import QUEUE, dead_letters, put, shuffle
from stand_ins import stream

from pijnstad_contracts.selfcare import DiaryEntryRecorded
from pijnstad_kit.ids import new_id
from pijnstad_kit.messaging import topology
from pijnstad_kit.messaging.publisher import Outgoing, Publisher
from pijnstad_kit.testing import wait_for

pytestmark = pytest.mark.fault
BUDGET = 12.0  # seconds: three retries of a second, and what writing, the broker and a busy machine take
LIVES = 7  # members whose diaries are told in order, and as many shuffled: 8 events each


def test_r10_the_broker_hangs_up_during_a_handler_which_runs_twice_at_once(checker: Checker, tmp_path: Path) -> None:
    rooms, runs, member = checker.rooms, tmp_path / "runs", arrive(checker, 1)[0]
    first, second = rooms.content_worker, rooms.another(rooms.content_worker)
    first.restart(switches=["slow=5", f"noting={runs}"])
    write_one(checker, member, "slowly")
    wait_for(lambda: rooms.broker.in_hand(QUEUE), what="the handler to have the event in hand")
    second.start(switches=["slow=4", f"noting={runs}"], ready=False)
    wait_for(lambda: second.logged(QUEUE), what="a second worker", timeout=20)
    rooms.broker.close_connections()
    verdict = checker.verdict("R10 hung up during a handler", faults=1)
    note(verdict)
    assert verdict.twice > 0
    assert _together(runs), "the event was not handled twice at once, so nothing was proven"


def test_r11_every_event_delivered_three_times_is_done_once(checker: Checker, seed: int) -> None:
    write(checker, 30)
    checker.settle()
    told = [pair for pair in checker.told() if pair[0].type == DiaryEntryRecorded.type]
    again = [Outgoing(event.id, topology.EVENTS, event.type, body) for event, body in told]
    publisher = Publisher(checker.rooms.bus_url, checker.rooms.table)
    for _ in range(2):
        random.Random(seed).shuffle(again)
        assert publisher.publish(again) == {}
    publisher.close()
    verdict = checker.verdict("R11 every event three times")
    note(verdict)
    assert verdict.twice == 60


def test_r12_shuffled_and_late_events_leave_the_same_state_as_in_order(checker: Checker, seed: int) -> None:
    chance, worker = random.Random(seed), checker.rooms.content_worker
    in_order, shuffled = arrive(checker, LIVES), arrive(checker, LIVES)
    expected = _live(checker, in_order)
    checker.settle()
    worker.stop()
    found = _live(checker, shuffled)
    wait_for(lambda: checker.rooms.queue_lengths()[QUEUE] == 8 * LIVES, what="all events to be in the queue")
    late = shuffle(checker.rooms, chance, window=50, late=5)
    worker.start()
    wait_for(lambda: not checker.rooms.queue_lengths()[QUEUE], what="all but the late ones", timeout=20)
    put(checker.rooms, late)
    note(checker.verdict("R12 shuffled in windows of 50, and late", faults=1))
    assert _state(checker, found) == _state(checker, expected)


def test_r12_a_stream_that_arrives_shuffled_and_late_waits_for_its_gaps(checker: Checker, seed: int) -> None:
    chance, members = random.Random(seed), [new_id() for _ in range(25)]
    events = [event for member in members for event in stream(member)]
    late = chance.sample([event for event in events if event.sequence == 1], 5)
    prompt = [event for event in events if event not in late]
    chance.shuffle(prompt)
    checker.rooms.welcomed |= dict.fromkeys(members, len(events) // len(members))
    checker.rooms.say(prompt)
    wait_for(lambda: checker.rooms.content_worker.metric("pijnstad_events_retried_total"), what="gaps to be noticed")
    checker.rooms.say(late)
    note(checker.verdict("R12 whole streams shuffled and late", faults=1))
    projected = checker.rooms.projected(members)
    assert {(one["suggestions"], one["text_version"]) for one in projected} == {(False, "first")}


def test_r13_poison_is_parked_innocents_are_unharmed_and_it_is_done_once_after_the_fix(checker: Checker) -> None:
    rooms, worker, canary = checker.rooms, checker.rooms.content_worker, "canary-in-the-payload"
    sick, healthy = arrive(checker, 1)[0], arrive(checker)
    worker.restart(switches=[f"raises_for={sick}"])
    busy, began = worker.cpu(), time.monotonic()
    write(checker, 2, [sick])
    put(rooms, _bad(canary))
    write(checker, 30, healthy, start=2)
    wait_for(lambda: rooms.queue_lengths()["content.dead"] == 5, timeout=20, every=0.2, what="five dead letters")
    took = time.monotonic() - began
    assert took < BUDGET, "parked later than the retries allow"
    assert (worker.cpu() - busy) / took < 0.2, "poison keeps the worker busy"
    assert canary not in rooms.logs()
    worker.restart()
    parked = {event.id for event, _ in checker.told() if event.member == sick}
    assert dead_letters(rooms).redrive(lambda letter: letter.id in parked).done == 2
    note(checker.verdict("R13 poison and malformed", faults=5, dead=3))


def _live(checker: Checker, members: list[str]) -> list[str]:
    """Let each member write four entries, change two of them and remove one. Returns the entries in order."""
    entries = []
    for member in members:
        ids = [write_one(checker, member, f"entry-{number}") for number in range(4)]
        assert [amend(checker, member, ids[place], version) for place, version in ((0, 1), (1, 1), (0, 2))] == [200] * 3
        assert remove(checker, member, ids[3], 1) == 204
        entries += ids
    return entries


def _state(checker: Checker, entries: list[str]) -> list[Any]:
    """Return what content keeps of entries whatever came first. Which of them led to a suggestion is chance of order."""
    kept: dict[str, list[Any]] = {id: [] for id in entries}
    for moment in checker.moments():
        if moment["entry_id"] in kept:
            row = (moment["entry_sequence"], moment["happened"], bool(moment.get("themes")))
            kept[moment["entry_id"]].append(row)
    return [sorted(rows) for rows in kept.values()]


def _together(runs: Path) -> bool:
    """Tell whether two handlings of one event overlapped in time."""
    lines = [line.split() for line in runs.read_text().splitlines()]
    twice = {id for id, number in Counter(line[2] for line in lines).items() if number > 1}
    times = sorted((float(began), float(ended)) for began, ended, id in lines if id in twice)
    return any(later[0] < earlier[1] for earlier, later in pairwise(times))


def _bad(canary: str) -> dict[str, bytes]:
    return {
        "broken": b'{"specversion": "1.0", "note": "' + canary.encode(),
        "misfit": _envelope(f'{{"entry_id": {{"{canary}": 1}}}}'),
        "unknown": _envelope("{}", "nl.pijnstad.selfcare.diary_entry.recorded.v9"),
    }


def _envelope(data: str, type_: str = DiaryEntryRecorded.type) -> bytes:
    head = f'{{"specversion":"1.0","id":"x","source":"/services/selfcare","type":"{type_}","subject":"s",'
    return f'{head}"time":"2026-11-23T00:00:00Z","sequence":"1","data":{data}}}'.encode()
