"""The event pipeline in events per second, as a ratio to raw AMQP on the same broker in the same run.

    python -m bench.events              a few minutes; prints one JSON object
    PIJNSTAD_BENCH_QUICK=1 …            seconds, for a look

Every contender has its own processes and vhost. Rounds are interleaved; a contender's ratio is the median over the rounds
of its rate divided by the anchor's rate in the same round.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.contenders.job import Job
from bench.contenders.message import size
from bench.machine import Quiet, cpu_seconds
from pijnstad_local.rabbitmq import RabbitNode
from pijnstad_local.secantus import SecantusServer

ROOT = Path(__file__).resolve().parents[1]
ANCHOR = "raw"
WARMUP = 500
ROUND_SECONDS = 120  # a process that takes longer is a failure


@dataclass(frozen=True)
class Contender:
    """Hold who takes part: the module, its roles in the order they start (the last is the source), its first size."""

    name: str
    title: str
    module: str
    roles: tuple[str, ...]
    first: int
    against: str = ANCHOR


CONTENDERS = (
    Contender("raw", "raw AMQP, frames encoded beforehand", "raw", ("consume", "publish"), 10_000),
    Contender("memory", "our hop, effects in memory", "kit", ("consume_memory", "publish"), 5_000),
    Contender("store", "our hop, effects in SecantusDB", "kit", ("consume_store", "publish"), 2_000),
    Contender(
        "whole", "outbox, relay, our hop, effects in SecantusDB", "kit", ("relay", "consume_store", "write"), 1_000
    ),
    Contender("insert", "SecantusDB alone, the same bulk inserts", "kit", ("insert",), 2_000),
    Contender("nameko", "plain nameko 2.14", "plain_nameko", ("consume", "publish"), 1_000),
)


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
    """Hold the servers the contenders share."""

    rabbit: RabbitNode
    secantus: SecantusServer


Say = Callable[[str], None]


def measure(
    servers: Servers, *, rounds: int, seconds: float, quiet: Quiet, budget: float, say: Say = lambda _: None
) -> dict[str, Any]:
    """Run the rounds, no new one past the budget of seconds; with `seconds` 0 they have the contender's first size."""
    ends = time.monotonic() + budget
    sizes = {one.name: one.first for one in CONTENDERS}
    if seconds:
        for one in CONTENDERS:
            trial = play(one, servers, one.first)
            sizes[one.name] = _hundreds(trial.rate * seconds)
            say(f"  trial    {one.name:<8} {trial.rate:>8.0f} events/s")
    played: dict[str, list[Round]] = {one.name: [] for one in CONTENDERS}
    for number in range(rounds):
        if number and time.monotonic() > ends:
            break
        for one in _rotated(CONTENDERS, number):
            done = play(one, servers, sizes[one.name], quiet)
            played[one.name].append(done)
            say(f"  round {number + 1:>2} {one.name:<8} {done.rate:>8.0f} events/s")
    return _result(played, quiet)


def plan(quick: bool) -> dict[str, Any]:
    """Return how many rounds, of how many seconds each, with how much patience for an idle machine."""
    if quick:
        return {"rounds": 1, "seconds": 0, "budget": 60, "quiet": Quiet(patience=0, each=0)}
    return {"rounds": 5, "seconds": 3, "budget": 180, "quiet": Quiet()}


def play(one: Contender, servers: Servers, events: int, quiet: Quiet | None = None) -> Round:
    """Play one round of one contender: fresh processes, a fresh vhost, a fresh database."""
    name = uuid.uuid4().hex[:12]
    bus = servers.rabbit.add_vhost(name)
    job = Job(bus, events, WARMUP, servers.secantus.url, f"b{name}")
    try:
        with _processes(one, job) as processes:
            if quiet:
                quiet.wait()
            before = _servers_cpu(servers)
            _tell(processes[-1])
            reports = _reports(one, processes)
            after = _servers_cpu(servers)
    finally:
        servers.rabbit.remove_vhost(name)
    return _round(one, job, reports, {key: after[key] - before[key] for key in before})


@contextmanager
def servers(data: Path) -> Iterator[Servers]:
    """Start a broker and a store of our own for the length of a block."""
    rabbit = RabbitNode(data / "rabbitmq").start()
    secantus = SecantusServer(data / "secantus").start()
    try:
        yield Servers(rabbit, secantus)
    finally:
        secantus.stop()
        rabbit.stop()


@contextmanager
def _processes(one: Contender, job: Job) -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    try:
        for role in one.roles:
            started.append(_start(one, role, job))
            _expect_ready(started[-1], role)
        yield started
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
            process.wait()


def _start(one: Contender, role: str, job: Job) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", f"bench.contenders.{one.module}", role, job.encoded()]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
    )


def _expect_ready(process: subprocess.Popen[str], role: str) -> None:
    for line in process.stdout or ():
        if line.strip() == "ready":
            return
    raise RuntimeError(f"{role} ended with code {process.wait()} before it was ready")


def _tell(source: subprocess.Popen[str]) -> None:
    assert source.stdin is not None
    source.stdin.write("go\n")
    source.stdin.flush()


def _reports(one: Contender, processes: Sequence[subprocess.Popen[str]]) -> dict[str, dict[str, float]]:
    """Collect the last line of every role; a relay runs until the others are done, and is then asked to stop."""
    found = {}
    pairs = sorted(zip(one.roles, processes, strict=True), key=lambda pair: pair[0] == "relay")
    for role, process in pairs:
        if role == "relay":
            process.terminate()
        text, _ = process.communicate(timeout=ROUND_SECONDS)
        if process.returncode != 0:
            raise RuntimeError(f"{one.name}: {role} ended with code {process.returncode}")
        found[role] = json.loads(text.strip().splitlines()[-1])
    return found


def _round(one: Contender, job: Job, reports: dict[str, dict[str, float]], servers_cpu: dict[str, float]) -> Round:
    source, sink = reports[one.roles[-1]], reports[next(role for role in one.roles if role != "relay")]
    if sink["handled"] != job.total:
        raise RuntimeError(f"{one.name}: {sink['handled']} of {job.total} events were handled")
    cpu = {role: report["cpu"] for role, report in reports.items()} | servers_cpu
    each = {name: round(used / job.events * 1e6, 1) for name, used in cpu.items()}
    return Round(job.events, sink["ended"] - source["started"], each)


def _result(played: dict[str, list[Round]], quiet: Quiet) -> dict[str, Any]:
    rates = {name: [one.rate for one in rounds] for name, rounds in played.items()}
    return {
        "anchor": ANCHOR,
        "message_bytes": size(),
        "rounds": len(played[ANCHOR]),
        "machine_idle": quiet.report(),
        "contenders": {one.name: _summary(one, played[one.name], rates) for one in CONTENDERS},
        "store_against_insert": _ratio(rates["store"], rates["insert"]),
        "memory_against_nameko": _ratio(rates["memory"], rates["nameko"]),
    }


def _summary(one: Contender, rounds: Sequence[Round], rates: dict[str, list[float]]) -> dict[str, Any]:
    mine = rates[one.name]
    return {
        "title": one.title,
        "events_a_round": rounds[0].events,
        "events_per_second": round(median(mine)),
        "lowest": round(min(mine)),
        "highest": round(max(mine)),
        "ratio": _ratio(mine, rates[ANCHOR]),
        "cpu_microseconds": {key: round(median(one.cpu[key] for one in rounds), 1) for key in rounds[0].cpu},
    }


def _ratio(mine: Sequence[float], anchor: Sequence[float]) -> dict[str, float]:
    each = [a / b for a, b in zip(mine, anchor, strict=True)]
    return {"median": round(median(each), 3), "lowest": round(min(each), 3), "highest": round(max(each), 3)}


def _servers_cpu(servers: Servers) -> dict[str, float]:
    return {"broker": cpu_seconds(servers.rabbit.pid), "store": cpu_seconds(servers.secantus.pid)}


def _rotated(contenders: Sequence[Contender], by: int) -> Sequence[Contender]:
    start = by % len(contenders)
    return (*contenders[start:], *contenders[:start])


def _hundreds(number: float) -> int:
    return max(1000, int(number) // 100 * 100)


def main() -> None:
    """Measure with servers of our own and print the result."""
    quick = bool(os.environ.get("PIJNSTAD_BENCH_QUICK"))
    with tempfile.TemporaryDirectory(prefix="pijnstad-bench-") as data, servers(Path(data)) as both:
        found = measure(both, **plan(quick), say=lambda line: print(line, file=sys.stderr, flush=True))
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
