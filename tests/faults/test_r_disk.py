"""R28: no room for logs, and no file handle left. What was answered is done; it goes on by itself. The checker judges."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from checker import Checker, note
from members import arrive, write, write_for
from room import Room, http_status
from rooms import Rooms

from pijnstad_kit.testing import wait_for

pytestmark = pytest.mark.fault
FULL = Path("/dev/full")  # a device on which every write fails as on a full disk (ENOSPC)
LIMITED = 4.0  # seconds without a file handle


@pytest.fixture
def nowhere_to_log(checker: Checker) -> Iterator[None]:
    """Let every process log to a full disk for the length of a test."""
    rooms = checker.rooms.rooms
    kept = [room.log for room in rooms]
    for room in rooms:
        room.stop()
        room.log = FULL
        room.start()
    yield
    for room, log in zip(rooms, kept, strict=True):
        room.stop()
        room.log = log
        room.start()


def test_r28_with_no_room_for_logs_everything_is_done(checker: Checker, nowhere_to_log: None) -> None:
    write(checker, 30)
    checker.rooms.content_worker.kill()
    checker.rooms.content_worker.start()
    write(checker, 30, start=100)
    note(checker.verdict("R28 no room for logs", faults=3))
    assert all(_logs_to(room.pid) == FULL for room in checker.rooms.rooms), "there was room, so nothing was proven"


def test_r28_with_no_file_handle_left_what_was_answered_is_done(checker: Checker) -> None:
    rooms, members = checker.rooms, arrive(checker, 3)
    write(checker, 10, members, start=1000)
    with _no_handles(rooms) as limited:
        rooms.broker.close_connections()  # nobody can connect again
        answers = write_for(checker, members, LIMITED)
        workers = (rooms.selfcare_worker, rooms.content_worker)
        assert not any(map(_answers, workers)), "handles were left, so nothing was proven"
        wait_for(
            lambda: _answers(rooms.selfcare_api) and not limited & set(rooms.selfcare_api.pids), what="another api"
        )
    for room in rooms.rooms:
        wait_for(room.ready, timeout=30, every=0.1, what=f"{room.name} {room.word} to be ready again by itself")
    write(checker, 10, members, start=2000)
    note(checker.verdict("R28 no file handle left", faults=3))
    assert {status for status, _ in answers} <= {0, 201, 503}


@contextmanager
def _no_handles(rooms: Rooms) -> Iterator[set[int]]:
    """Leave no process that works a handle beyond those it has; tell which of the api's those were.

    gunicorn's process that answers ends when it cannot accept; the one that looks after it has its own handles and begins
    another one. Without handles itself it ends, too, and whoever runs the city begins it again.
    """
    before = {}
    answering = set(rooms.selfcare_api.pids[1:])
    for pid in (*answering, rooms.selfcare_worker.pid, rooms.content_worker.pid):
        before[pid] = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, before[pid][1]))  # those it has stay open
    yield answering
    for pid, limits in before.items():
        if Path(f"/proc/{pid}").exists():
            resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)


def _answers(room: Room) -> bool:
    return http_status(room.env["PIJNSTAD_LISTEN"], "/healthz") == 200


def _logs_to(pid: int) -> Path:
    return Path(f"/proc/{pid}/fd/2").resolve()
