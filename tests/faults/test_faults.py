"""R01 to R20 of the numbered fault list, as far as the first chain goes. The checker judges after each."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from checker import Checker
from conftest import note

from pijnstad_contracts.selfcare import DiaryEntryRecorded
from pijnstad_kit.ids import new_id
from pijnstad_kit.messaging import topology
from pijnstad_kit.messaging.publisher import Outgoing, Publisher
from pijnstad_kit.testing import wait_for

pytestmark = pytest.mark.fault
ENTRIES = 60


def arrive(checker: Checker, number: int = 6) -> list[str]:
    """Let members come to the city."""
    members = [new_id() for _ in range(number)]
    checker.rooms.welcome(members)
    return members


def write(checker: Checker, number: int = ENTRIES, members: list[str] | None = None) -> None:
    """Let members write, each repeating a command with its key until it is answered 2xx (as a good client does)."""
    names = members or arrive(checker)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda i: _one(checker, names[i % len(names)], f"key-{i}"), range(number)))


def _one(checker: Checker, member: str, key: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        status, id = checker.rooms.write(member, key)
        checker.commands.note(member, key, id)
        if id is not None:
            return
        assert status in (0, 500, 502, 503), f"answered {status}"
        assert time.monotonic() < deadline, "no 2xx within 60 s"
        time.sleep(0.2)


@contextmanager
def in_the_background(target: Any, *args: Any, **more: Any) -> Iterator[None]:
    """Let something go on while the block does harm; errors of it are raised at the end."""
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(target, *args, **more)
        yield
        job.result(timeout=120)


def test_without_a_fault_everything_arrives_once(checker: Checker) -> None:
    write(checker)
    verdict = checker.verdict("R00 no fault")
    note(verdict)
    assert verdict.commands == ENTRIES
    assert verdict.events > ENTRIES, "suggestions were made too"


def test_r01_api_killed_before_the_write_repeating_the_key_gives_one_effect(checker: Checker) -> None:
    api = checker.rooms.selfcare_api
    api.kill()
    api.start("store.before_write=once:kill")
    write(checker, 10)
    assert _spent(api.env) == ["store.before_write"]
    note(checker.verdict("R01 api killed before the write"))


def test_r02_api_killed_after_the_write_repeating_the_key_gives_the_same_answer(checker: Checker) -> None:
    api = checker.rooms.selfcare_api
    api.kill()
    api.start("store.after_write=once:kill")
    write(checker, 10)
    assert _spent(api.env) == ["store.after_write"]
    note(checker.verdict("R02 api killed after the write"))


@pytest.mark.parametrize(
    "where", ["relay.before_publish", "publisher.before_confirm", "relay.before_pull", "relay.between_writes"]
)
def test_r03_relay_killed(checker: Checker, where: str) -> None:
    worker = checker.rooms.selfcare_worker
    worker.stop()
    worker.start(f"{where}=once:kill")
    write(checker, 20)
    worker.dies()
    worker.start()
    verdict = checker.verdict(f"R03 relay killed at {where}")
    note(verdict)
    told_again = where in ("publisher.before_confirm", "relay.before_pull")
    assert not told_again or verdict.redelivered > 0, "nothing was told twice, so nothing was proven"


@pytest.mark.parametrize("where", ["before_effect", "after_effect", "before_ack"])
def test_r04_worker_killed_in_the_handler(checker: Checker, where: str) -> None:
    worker = checker.rooms.content_worker
    worker.stop()
    worker.start(f"content.suggestions.{where}=once:kill")
    write(checker, 20)
    worker.dies()
    worker.start()
    note(checker.verdict(f"R04 worker killed at {where}"))


def test_r06_broker_killed_and_started_again_under_load(checker: Checker) -> None:
    rabbit = checker.rooms.rabbit
    statuses: list[int] = []
    members = arrive(checker)
    with in_the_background(write, checker, 200, members):
        for _ in range(int(os.environ.get("PIJNSTAD_FAULT_ROUNDS", "2"))):
            rabbit.kill()
            statuses.append(checker.rooms.write(new_id(), "while-it-is-away")[0])
            rabbit.start()
    assert set(statuses) == {201}, "a command was refused while the broker was away"
    note(checker.verdict("R06 broker killed under load"))


def test_r07_broker_stopped_for_30_s_and_every_command_is_taken(checker: Checker) -> None:
    rabbit = checker.rooms.rabbit
    rabbit.stop()
    until = time.monotonic() + float(os.environ.get("PIJNSTAD_BROKER_AWAY", "30"))
    members = [new_id() for _ in range(10)]
    number = 0
    while time.monotonic() < until:
        member, key = members[number % 10], f"key-{number}"
        status, id = checker.rooms.write(member, key)
        assert status == 201
        checker.commands.note(member, key, id)
        number += 1
        threading.Event().wait(0.1)  # ten a second, so that half a minute stays bounded
    rabbit.start()
    note(checker.verdict("R07 broker stopped 30 s"))


def test_r11_every_event_delivered_three_times_is_done_once(checker: Checker) -> None:
    write(checker, 30)
    checker.settle()
    told = [pair for pair in checker.rooms.probed() if pair[0].type == DiaryEntryRecorded.type]
    again = [Outgoing(event.id, topology.EVENTS, event.type, body) for event, body in told]
    publisher = Publisher(checker.rooms.bus_url, checker.rooms.table)
    for _ in range(2):
        assert publisher.publish(again) == {}
    publisher.close()
    verdict = checker.verdict("R11 every event three times")
    note(verdict)
    assert verdict.redelivered == 60


def test_r13_poison_and_malformed_events_are_parked_and_innocents_unharmed(checker: Checker) -> None:
    canary = "canary-in-the-payload"
    bad = {
        "broken": b'{"specversion": "1.0", "note": "' + canary.encode(),
        "misfit": _envelope(f'{{"entry_id": {{"{canary}": 1}}}}'),
        "unknown": _envelope("{}", "nl.pijnstad.selfcare.diary_entry.recorded.v9"),
    }
    publisher = Publisher(checker.rooms.bus_url, None)
    for id, body in bad.items():
        assert publisher.publish([Outgoing(id, "", "content.suggestions", body)]) == {}
    publisher.close()
    write(checker, 30)
    wait_for(lambda: checker.rooms.queue_lengths()["content.dead"] == 3, what="three dead letters")
    verdict = checker.verdict("R13 poison and malformed", dead=3)
    note(verdict)
    assert verdict.dead == 3
    assert canary not in checker.rooms.logs()


def test_r20_database_stopped_commands_get_503_within_5_s_and_later_all_is_well(checker: Checker) -> None:
    store = checker.rooms.store
    write(checker, 10)
    store.stop()
    started = time.monotonic()
    status, _ = checker.rooms.write(new_id(), "while-it-is-away")
    assert status == 503
    assert time.monotonic() - started < 5.5
    store.start()
    write(checker, 20)
    note(checker.verdict("R20 database stopped"))


def _spent(env: dict[str, str]) -> list[str]:
    path = Path(env["PIJNSTAD_FAULTS_SPENT"])
    return path.read_text().split() if path.exists() else []


def _envelope(data: str, type_: str = DiaryEntryRecorded.type) -> bytes:
    head = f'{{"specversion":"1.0","id":"x","source":"/services/selfcare","type":"{type_}","subject":"s",'
    return f'{head}"time":"2026-11-23T00:00:00Z","sequence":"1","data":{data}}}'.encode()
