"""The supervisor with small processes: order of readiness, restarts, refusals, stops, and nothing left running."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import member

from pijnstad_local.errors import DidNotStart
from pijnstad_local.journal import Journal
from pijnstad_local.members import Member
from pijnstad_local.processes import alive, wait_until
from pijnstad_local.supervisor import Patience, Supervisor

QUICK = Patience(ready=10, first_backoff=0.05, longest_backoff=0.2, steady=5, stop=5)


def run(
    members: list[Member], folder: Path, then: Callable[[Supervisor], None], patience: Patience = QUICK
) -> list[str]:
    """Run members until `then` (called when all are ready) has the supervisor stopped; give what changed, in order."""
    story: list[str] = []
    journal = Journal(folder, 10, show=False)

    def changed() -> None:
        story.extend(line for m in members if (line := f"{m.name} {m.state}") not in story[-len(members) * 4 :])

    supervisor = Supervisor(members, journal, changed, patience)
    asyncio.run(supervisor.run(lambda: then(supervisor)))
    return story


def stop_at_once(supervisor: Supervisor) -> None:
    supervisor.stop()


def everything_gone(members: list[Member]) -> bool:
    return all(m.pid is None for m in members)


def test_a_member_starts_only_when_what_it_needs_is_ready(tmp_path: Path) -> None:
    members = [member("web", needs=("store", "load")), member("load", "done", ("store",), once=True), member("store")]
    story = run(members, tmp_path, stop_at_once)
    assert story.index("store running") < story.index("load starting")
    assert story.index("load done") < story.index("web starting")
    assert everything_gone(members)


def test_a_member_that_dies_is_started_again_and_counted(tmp_path: Path) -> None:
    victim = member("victim")

    def kill_it(supervisor: Supervisor) -> None:
        first = victim.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)

        async def until_back() -> None:
            while victim.pid in (None, first) or victim.state != "running":
                await asyncio.sleep(0.02)
            supervisor.stop()

        supervisor._task = asyncio.ensure_future(until_back())  # type: ignore[attr-defined]

    run([victim], tmp_path, kill_it)
    assert victim.restarts == 1
    assert (tmp_path / "log" / "victim.log").read_text().count("hello from") == 2


def test_a_start_fails_with_the_last_lines_of_what_died(tmp_path: Path) -> None:
    members = [member("fine"), member("broken", "dies")]
    with pytest.raises(DidNotStart, match=r"(?s)broken ended with code 1.*the reason stands here"):
        run(members, tmp_path, stop_at_once)
    assert members[1].restarts == QUICK.tries_at_start - 1
    assert everything_gone(members)


def test_refused_settings_are_not_tried_again(tmp_path: Path) -> None:
    broken = member("broken", "refuses")
    with pytest.raises(DidNotStart, match="PIJNSTAD_X is missing"):
        run([broken], tmp_path, stop_at_once)
    assert broken.restarts == 0


def test_a_member_that_never_becomes_ready_fails_the_start(tmp_path: Path) -> None:
    members = [member("fine"), member("slow", "never ready")]
    with pytest.raises(DidNotStart, match="slow was not ready in time"):
        run(members, tmp_path, stop_at_once, Patience(ready=0.3, first_backoff=0.05, tries_at_start=2, stop=2))
    assert everything_gone(members)


def test_a_one_off_that_fails_ends_the_start(tmp_path: Path) -> None:
    with pytest.raises(DidNotStart, match="load failed with code 1"):
        run([member("load", "dies", once=True), member("after", needs=("load",))], tmp_path, stop_at_once)


def test_the_door_stops_first_and_the_servers_last(tmp_path: Path) -> None:
    members = [member("store", stage=0), member("api"), member("gateway", stage=2)]
    story = run(members, tmp_path, stop_at_once)
    stops = [line for line in story if line.endswith("stopped")]
    assert stops == ["gateway stopped", "api stopped", "store stopped"]


def test_a_member_that_ignores_the_stop_is_killed_after_the_grace_time(tmp_path: Path) -> None:
    stubborn = member("stubborn", "stubborn")
    began = time.monotonic()
    run([stubborn], tmp_path, stop_at_once, Patience(stop=0.5))
    assert stubborn.pid is None
    assert time.monotonic() - began < 10


def test_a_second_stop_does_not_wait(tmp_path: Path) -> None:
    stubborn = member("stubborn", "stubborn")

    def twice(supervisor: Supervisor) -> None:
        supervisor.stop()
        supervisor.stop()

    began = time.monotonic()
    run([stubborn], tmp_path, twice, Patience(stop=60))
    assert time.monotonic() - began < 20


def test_children_of_a_dead_member_are_removed_before_it_starts_again(tmp_path: Path) -> None:
    parent = member("parent", "with a child")

    def kill_it(supervisor: Supervisor) -> None:
        os.kill(parent.pid or 0, signal.SIGKILL)

        async def until_back() -> None:
            while parent.restarts == 0 or parent.state != "running":
                await asyncio.sleep(0.02)
            supervisor.stop()

        supervisor._task = asyncio.ensure_future(until_back())  # type: ignore[attr-defined]

    run([parent], tmp_path, kill_it)
    children = children_in(tmp_path)
    assert len(children) == 2
    assert not any(alive(child) for child in children)


def test_a_killed_supervisor_leaves_nothing_running(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys; from pathlib import Path; from fakes import member\n"
        "from pijnstad_local.journal import Journal; from pijnstad_local.supervisor import Supervisor\n"
        "s = Supervisor([member('parent', 'with a child')], Journal(Path(sys.argv[1]), 8))\n"
        "asyncio.run(s.run(lambda: print('all ready', flush=True)))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    supervisor = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
    assert supervisor.stdout is not None
    assert any("all ready" in line for line in supervisor.stdout)
    text = (tmp_path / "log" / "parent.log").read_text()
    pids = [*children_in(tmp_path), int(text.rsplit("hello from", 1)[1].split()[0])]
    assert all(alive(pid) for pid in pids)
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    assert wait_until(lambda: not any(alive(pid) for pid in pids), 10)


def children_in(folder: Path) -> list[int]:
    lines = (folder / "log" / "parent.log").read_text().splitlines()
    return [int(line.split()[1]) for line in lines if line.startswith("child")]
