"""`make bench`: start what is needed, measure events, notices and the gateway, write RESULTS.md.

    python -m bench                       a few minutes on an idle machine, into bench/RESULTS.md
    PIJNSTAD_BENCH_QUICK=1                half a minute, for a look, into var/bench/RESULTS.md
    PIJNSTAD_URL=…                        time the notices of that city instead of one of our own

A part that cannot be measured is named in the report with the reason, and the exit code is 1.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import urllib3

from bench import events, growth, notice, playing, report
from bench.environments import python_for
from bench.lineup import CONTENDERS
from bench.machine import Quiet, describe
from pijnstad_local.ports import free_port
from pijnstad_local.rabbitmq import find_installation

ROOT = Path(__file__).resolve().parents[1]
QUICK = bool(os.environ.get("PIJNSTAD_BENCH_QUICK"))
CITY = "http://localhost:8000"
PART_SECONDS = 400  # a part that takes longer is a failure

Measured = dict[str, Any]


def main() -> int:
    """Run all parts and write the report."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an end on the way still stops what was started
    began = time.monotonic()
    results, missing = run(QUICK)
    place = ROOT / "var" / "bench" if QUICK else ROOT / "bench"
    card = describe() | {"RabbitMQ": find_installation().home.name.rpartition("-")[2], "nginx": _nginx()}
    written = report.write(place, card, f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", results, missing)
    for name, why in missing.items():
        say(f"not measured: {name}: {why}")
    say(f"{time.monotonic() - began:.0f} s. Next: read {written.relative_to(ROOT)}")
    return 1 if missing else 0


def run(quick: bool) -> tuple[dict[str, Measured], dict[str, str]]:
    """Measure every part; return what was measured, and what was not with the reason."""
    results: dict[str, Measured] = {}
    missing: dict[str, str] = {}
    parts: dict[str, Callable[[bool], Measured]] = {
        "events": _events,
        "growth": _growth,
        "gateway": _gateway,
        "notice": _notice,
    }
    for name, part in parts.items():
        say(f"{name} …")
        try:
            results[name] = part(quick)
        except Exception as error:  # one part must not take the others along
            missing[name] = f"{type(error).__name__}: {error}".strip().rstrip(":")
    return results, missing


def say(line: str) -> None:
    """Print a line of progress."""
    print(line, flush=True)


def _events(quick: bool) -> Measured:
    for name in {one.needs for one in CONTENDERS if one.needs}:
        say(f"  environment of {name}: made at the first run ({Path(python_for(name)).parents[1].name})")
    with tempfile.TemporaryDirectory(prefix="pijnstad-bench-") as data, playing.servers(Path(data)) as servers:
        return events.measure(servers, **events.plan(quick), say=say)


def _growth(quick: bool) -> Measured:
    with tempfile.TemporaryDirectory(prefix="pijnstad-bench-") as data, playing.servers(Path(data)) as servers:
        quiet = Quiet(patience=0, each=0) if quick else Quiet(patience=20)
        return growth.measure(servers, quick=quick, quiet=quiet, say=say)


def _gateway(quick: bool) -> Measured:
    quiet = _quiet(quick)
    size = ["--rounds", "1", "--seconds", "1"] if quick else []
    command = [sys.executable, "-m", "bench.gateway", *size]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PART_SECONDS)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"code {done.returncode}")
    return json.loads(done.stdout) | {"machine_idle": quiet.report()}


def _notice(quick: bool) -> Measured:
    given = os.environ.get("PIJNSTAD_URL") or (CITY if quick else "")
    if given:
        _must_answer(given)
        return _timed(given, "the city that ran already", quick)
    with _city() as base:
        return _timed(base, "a city of its own on this machine (`make start`, embedded parts)", quick)


def _timed(base: str, what: str, quick: bool) -> Measured:
    quiet = _quiet(quick)
    members = notice.QUICK_MEMBERS if quick else notice.MEMBERS
    return notice.measure(base, members=members, say=say) | {"city": what, "machine_idle": quiet.report()}


@contextmanager
def _city() -> Iterator[str]:
    """Run a city of our own: a free port, data that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="pijnstad-bench-city-") as data:
        port = free_port()
        given = {"PIJNSTAD_PORT": str(port), "PIJNSTAD_DATA": data}
        environment = {name: value for name, value in os.environ.items() if name != "PIJNSTAD_URL"} | given
        try:
            _local("start", environment)
            yield f"http://localhost:{port}"
        finally:
            with suppress(RuntimeError):
                _local("down", environment)


def _local(word: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "pijnstad_local", word]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=PART_SECONDS
    )
    if done.returncode != 0:
        said = (done.stderr + done.stdout).strip().splitlines()
        raise RuntimeError(f"the city did not {word}: {said[-1] if said else done.returncode}")


def _must_answer(base: str) -> None:
    try:
        status = urllib3.PoolManager(retries=False, timeout=5).request("GET", f"{base}/readyz").status
    except urllib3.exceptions.HTTPError:
        status = 0
    if status != 200:
        raise RuntimeError(f"no city is ready at {base} (make start, or give PIJNSTAD_URL)")


def _quiet(quick: bool) -> Quiet:
    quiet = Quiet(patience=1 if quick else 20, each=1 if quick else 20)
    quiet.wait()
    return quiet


def _nginx() -> str:
    with suppress(OSError, IndexError):
        done = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=False)
        return done.stderr.strip().rpartition("/")[2]
    return "not on this machine"
