"""Playing one round of one contender: fresh processes, a fresh vhost, a fresh database; what it did and what it cost."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.contenders.job import Job, Tally
from bench.contenders.message import bodies
from bench.environments import python_for
from bench.lineup import SERVING, Contender
from bench.machine import Quiet, cpu_seconds
from pijnstad_local.rabbitmq import RabbitNode
from pijnstad_local.secantus import SecantusServer

ROOT = Path(__file__).resolve().parents[1]
WARMUP = 500
ROUND_SECONDS = 120  # a process that takes longer is a failure

Reports = list[tuple[str, dict[str, float]]]


@dataclass(frozen=True)
class Round:
    """Hold what one round of one contender showed."""

    events: int
    seconds: float
    cpu: dict[str, float]  # microseconds an event, by component

    @property
    def rate(self) -> float:
        """Return events per second."""
        return self.events / self.seconds


@dataclass(frozen=True)
class Servers:
    """Hold the servers the contenders share: a broker of our own, and a store, ours or the MongoDB somebody gave."""

    rabbit: RabbitNode
    store_url: str
    store_pid: int | None = None

    @property
    def store_name(self) -> str:
        """Return what the store is."""
        return "MongoDB" if self.store_pid is None else "SecantusDB"

    def cpu(self) -> dict[str, float]:
        """Return the CPU each server used so far; of a store elsewhere that is not known."""
        store = 0.0 if self.store_pid is None else cpu_seconds(self.store_pid)
        return {"broker": cpu_seconds(self.rabbit.pid), "store": store}


@contextmanager
def servers(data: Path) -> Iterator[Servers]:
    """Start a broker and a store for the length of a block; PIJNSTAD_MONGO_URL names a MongoDB to use instead."""
    rabbit = RabbitNode(data / "rabbitmq").start()
    given = os.environ.get("PIJNSTAD_MONGO_URL")
    secantus = None if given else SecantusServer(data / "secantus").start()
    try:
        yield Servers(rabbit, given) if secantus is None else Servers(rabbit, secantus.url, secantus.pid)
    finally:
        if secantus is not None:
            secantus.stop()
        rabbit.stop()


def play(one: Contender, servers: Servers, events: int, quiet: Quiet | None = None, *, members: int = 0) -> Round:
    """Play one round. Errors: RuntimeError when an event was lost or done twice."""
    name = uuid.uuid4().hex[:12]
    warmup = min(WARMUP, events)
    members = members or (events + warmup if one.people else 0)
    job = Job(servers.rabbit.add_vhost(name), events, warmup, servers.store_url, f"b{name}", members=members)
    try:
        with tempfile.TemporaryDirectory(prefix="pijnstad-bench-round-") as folder:
            return _play(one, servers, _with_files(one, job, Path(folder)), quiet)
    finally:
        servers.rabbit.remove_vhost(name)


def _play(one: Contender, servers: Servers, job: Job, quiet: Quiet | None) -> Round:
    with _processes(one, job) as processes:
        if quiet:
            quiet.wait()
        before = servers.cpu()
        _tell(processes[-1])
        reports = _reports(one, processes)
        after = servers.cpu()
    return round_of(one, job, reports, {key: after[key] - before[key] for key in before})


def round_of(one: Contender, job: Job, reports: Reports, servers_cpu: dict[str, float]) -> Round:
    """Return what the reports of a round say. Errors: RuntimeError when an event was lost or done twice."""
    sinks = [report for role, report in reports if role == one.roles[one.sink]]
    if (handled := sinks[0]["handled"]) != job.total:
        raise RuntimeError(f"{one.name}: {handled} of {job.total} events were handled")
    cpu = dict.fromkeys(one.roles, 0.0) | servers_cpu
    for role, report in reports:
        cpu[role] += report["cpu"]
    each = {name: round(used / job.events * 1e6, 1) for name, used in cpu.items()}
    return Round(job.events, min(sink["ended"] for sink in sinks) - reports[-1][1]["started"], each)


def _with_files(one: Contender, job: Job, folder: Path) -> Job:
    """Give a contender of another environment its events as a file, and several consumers a place to count together."""
    if one.needs:
        file = folder / "bodies"
        file.write_bytes(b"\n".join(body for _, body in bodies(job.total)))
        job = replace(job, bodies=str(file))
    if len(set(one.roles)) < len(one.roles):
        job = replace(job, tally=Tally.make(folder / "tally"))
    return job


@contextmanager
def _processes(one: Contender, job: Job) -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    try:
        for place, role in enumerate(one.roles):
            started.append(_start(one, role, replace(job, place=place)))
            _expect_ready(started[-1], role)
        yield started
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
            process.wait()


def _start(one: Contender, role: str, job: Job) -> subprocess.Popen[str]:
    command = [python_for(one.needs), "-m", f"bench.contenders.{one.module}", role, job.encoded()]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
    )


def _expect_ready(process: subprocess.Popen[str], role: str) -> None:
    ends = threading.Timer(ROUND_SECONDS, process.kill)
    ends.start()
    try:
        for line in process.stdout or ():
            if line.strip() == "ready":
                return
    finally:
        ends.cancel()
    raise RuntimeError(f"{role} ended with code {process.wait()} before it was ready")


def _tell(source: subprocess.Popen[str]) -> None:
    assert source.stdin is not None
    source.stdin.write("go\n")
    source.stdin.flush()


def _reports(one: Contender, processes: Sequence[subprocess.Popen[str]]) -> Reports:
    """Collect the last line of every role, the source's last; those that serve are asked to stop when all else is done."""
    found: dict[int, dict[str, float]] = {}
    for place in sorted(range(len(processes)), key=lambda place: one.roles[place] in SERVING):
        if one.roles[place] in SERVING:
            processes[place].terminate()
        text, _ = processes[place].communicate(timeout=ROUND_SECONDS)
        if processes[place].returncode != 0:
            raise RuntimeError(f"{one.name}: {one.roles[place]} ended with code {processes[place].returncode}")
        found[place] = json.loads(text.strip().splitlines()[-1])
    return [(one.roles[place], found[place]) for place in range(len(processes))]
