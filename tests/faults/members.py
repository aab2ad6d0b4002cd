"""What members do while something breaks: arrive, write, change and remove, repeating each command until it is answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from checker import Checker
from room import Room

from pijnstad_kit.ids import new_id
from pijnstad_kit.testing import wait_for

ENTRIES = 60
PATIENCE = 60.0  # seconds a client goes on repeating a command
_NOT_NOW = (0, 500, 502, 503)


def arrive(checker: Checker, number: int = 6) -> list[str]:
    """Let members come to the city. When content's worker runs as usual, they are known there on return."""
    members = [new_id() for _ in range(number)]
    checker.rooms.welcome(members)
    worker = checker.rooms.content_worker
    if worker.running and worker.usual:
        wait_for(lambda: not checker.behind(), what="the members to be known")
    return members


def write(checker: Checker, number: int = ENTRIES, members: list[str] | None = None, *, start: int = 0) -> None:
    """Let members write, each repeating a command with its key until it is answered 2xx (as a good client does)."""
    names = members or arrive(checker)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda i: write_one(checker, names[i % len(names)], f"key-{i}"), range(start, start + number)))


def write_one(checker: Checker, member: str, key: str) -> str:
    """Write one entry and note it. Returns its id."""

    def once() -> tuple[int, str | None]:
        status, id = checker.rooms.write(member, key)
        checker.commands.note(member, key, id)
        return status, id

    return str(_until_answered(once))


def write_for(checker: Checker, members: list[str], seconds: float, *, every: float = 0.1) -> list[tuple[int, float]]:
    """Write one after the other for a while, each once. Returns (status, seconds it took) of every command."""
    answers: list[tuple[int, float]] = []
    until = time.monotonic() + seconds
    while (began := time.monotonic()) < until:
        member, key = members[len(answers) % len(members)], f"timed-{len(answers)}"
        status, id = checker.rooms.write(member, key)
        checker.commands.note(member, key, id)
        answers.append((status, time.monotonic() - began))
        time.sleep(max(0.0, every - answers[-1][1]))  # the pace of the load, nothing is waited for
    return answers


def amend(checker: Checker, member: str, id: str, version: int) -> int:
    """Change an entry at a version, once, and note it. Returns the status."""
    body = {"pain": [{"intensity": (version * 3) % 10}]}
    status, _, _ = checker.rooms.ask("PATCH", f"/selfcare/v1/diary/{id}", member, body, {"If-Match": f'"{version}"'})
    checker.commands.note(member, f"amend {id} {version} {new_id()}", id if status == 200 else None, version + 1)
    return status


def remove(checker: Checker, member: str, id: str, version: int) -> int:
    """Remove an entry at a version, once, and note it. Returns the status."""
    headers = {"If-Match": f'"{version}"'}
    status, _, _ = checker.rooms.ask("DELETE", f"/selfcare/v1/diary/{id}", member, headers=headers)
    checker.commands.note(member, f"remove {id} {version}", id if status == 204 else None, version + 1)
    return status


@contextmanager
def writing(checker: Checker, members: list[str], *, hands: int = 2, every: float = 0.05) -> Iterator[None]:
    """Let members write, each command repeated until it is answered 2xx, for as long as the block lasts."""
    ended = threading.Event()

    def go_on(hand: int) -> None:
        number = 0
        while not ended.wait(every):
            write_one(checker, members[number % len(members)], f"hand-{hand}-{number}")
            number += 1

    with ThreadPoolExecutor(hands) as pool:
        jobs = [pool.submit(go_on, hand) for hand in range(hands)]
        try:
            yield
        finally:
            ended.set()
        for job in jobs:
            job.result(timeout=2 * PATIENCE)


@contextmanager
def reading(checker: Checker, member: str, replicas: Sequence[Room], *, every: float = 0.02) -> Iterator[list[int]]:
    """Read a diary again and again over all replicas, as the edge does: who cannot be reached is passed by for a GET.

    Gives the statuses, 0 where no replica answered.
    """
    statuses: list[int] = []
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(every):
            first = len(statuses) % len(replicas)
            order = (*replicas[first:], *replicas[:first])
            answers = (checker.rooms.ask("GET", "/selfcare/v1/diary?limit=5", member, of=room)[0] for room in order)
            statuses.append(next((status for status in answers if status), 0))

    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(go_on)
        try:
            yield statuses
        finally:
            ended.set()
        job.result(timeout=PATIENCE)


@contextmanager
def in_the_background(target: Any, *args: Any, **more: Any) -> Iterator[None]:
    """Let something go on while the block does harm; errors of it are raised at the end."""
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(target, *args, **more)
        yield
        job.result(timeout=120)


def _until_answered(once: Callable[[], tuple[int, str | None]]) -> str | None:
    deadline = time.monotonic() + PATIENCE
    while True:
        status, id = once()
        if id is not None:
            return id
        assert status in _NOT_NOW, f"answered {status}"
        assert time.monotonic() < deadline, f"no 2xx within {PATIENCE:g} s"
        time.sleep(0.2)
