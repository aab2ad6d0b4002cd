"""How long after a diary entry is answered its notice arrives, seen from outside with only the public API.

    python -m bench.notice              the city at PIJNSTAD_URL (default http://localhost:8000); prints one JSON object

One member at a time: signed in, stream open, three entries (more bring no suggestion that day), each timed from the moment
its POST was answered to the moment its notice was read from the stream. A notice that wins from the answer counts as 0.
"""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

OUTSIDE = Path(__file__).resolve().parents[1] / "tests" / "e2e" / "outside.py"
MEMBERS, QUICK_MEMBERS = 60, 4
EACH = 3  # suggestions a member gets a day
BAD_NIGHT = {"pain": [{"area": None, "intensity": 7}], "sleep": {"quality": 2}}
PATIENCE = 15.0  # seconds for one notice

Say = Callable[[str], None]


@dataclass(frozen=True)
class Sample:
    """Hold one entry: how long its POST took and how long after it the notice came, in milliseconds."""

    post: float
    notice: float


def measure(
    base: str, *, members: int, each: int = EACH, seconds: float = 120, say: Say = lambda _: None
) -> dict[str, Any]:
    """Time the notices of so many members, or of as many as fit in the time. Errors: AssertionError from the outsider."""
    samples: list[Sample] = []
    missing = done = 0
    ends = time.monotonic() + seconds
    for done in range(1, members + 1):
        found, lost = one_member(base, each)
        samples += found
        missing += lost
        if done % 10 == 0:
            say(f"  notice   {done} members, {len(samples)} notices")
        if time.monotonic() > ends:
            break
    return {"url": base, "members": done, "missing": missing, **summary(samples)}


def one_member(base: str, each: int) -> tuple[list[Sample], int]:
    """Let one new member write; return the samples and how many notices did not come in time."""
    outside = _outside()
    person = outside.Outsider(base)
    person.register()
    person.sign_in()
    person.consent("diary", "suggestions")
    stream = person.listen()
    samples: list[Sample] = []
    try:
        for _ in range(each):
            samples.append(_one_entry(person, stream))
    except outside.Unexpected:
        if not samples:
            raise  # not even one: something is broken, not slow
    finally:
        stream.close()
    return samples, each - len(samples)


def summary(samples: Sequence[Sample]) -> dict[str, Any]:
    """Return the percentiles in milliseconds."""
    notices, posts = [one.notice for one in samples], [one.post for one in samples]
    return {
        "notices": len(samples),
        "p50_ms": _percentile(notices, 50),
        "p95_ms": _percentile(notices, 95),
        "p99_ms": _percentile(notices, 99),
        "lowest_ms": round(min(notices), 1),
        "highest_ms": round(max(notices), 1),
        "post_p50_ms": _percentile(posts, 50),
        "post_p99_ms": _percentile(posts, 99),
        "samples_ms": [round(one, 1) for one in sorted(notices)],
    }


def _one_entry(person: Any, stream: Any) -> Sample:
    key = {"Idempotency-Key": secrets.token_hex(8)}
    began = time.perf_counter()
    person.expect(201, "POST", "/selfcare/v1/diary", BAD_NIGHT, key)
    answered = time.perf_counter()
    heard, _ = stream.next(PATIENCE)
    return Sample((answered - began) * 1000, max(0.0, heard - answered) * 1000)


def _percentile(values: Sequence[float], percent: int) -> float:
    """Return the nearest-rank percentile."""
    ordered = sorted(values)
    return round(ordered[max(0, -(-len(ordered) * percent // 100) - 1)], 1)


def _outside() -> ModuleType:
    """Load the outside client of the smoke test: it is not a package, and imports nothing of the city."""
    if "outside" not in sys.modules:
        if str(OUTSIDE.parent) not in sys.path:
            sys.path.append(str(OUTSIDE.parent))  # its neighbours
        spec = importlib.util.spec_from_file_location("outside", OUTSIDE)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["outside"] = module
        spec.loader.exec_module(module)
    return sys.modules["outside"]


def main() -> None:
    """Measure the running city."""
    quick = bool(os.environ.get("PIJNSTAD_BENCH_QUICK"))
    base = os.environ.get("PIJNSTAD_URL", "http://localhost:8000")
    found = measure(
        base,
        members=QUICK_MEMBERS if quick else MEMBERS,
        say=lambda line: print(line, file=sys.stderr, flush=True),
    )
    print(json.dumps({name: value for name, value in found.items() if name != "samples_ms"}, indent=1))


if __name__ == "__main__":
    main()
