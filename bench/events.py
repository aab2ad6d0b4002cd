"""The event pipeline in events per second, as a ratio to raw AMQP on the same broker in the same run.

    python -m bench.events              a few minutes; prints one JSON object
    PIJNSTAD_BENCH_QUICK=1 …            a minute, for a look

Rounds are interleaved; a contender's ratio is the median over the rounds of its rate divided by the anchor's rate in the
same round.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.contenders.message import size
from bench.lineup import ANCHOR, CONTENDERS, PEERS, Contender
from bench.machine import Quiet
from bench.playing import Round, Servers, play, servers

Say = Callable[[str], None]
Rates = dict[str, list[float]]


def measure(
    servers: Servers, *, rounds: int, seconds: float, quiet: Quiet, budget: float, say: Say = lambda _: None
) -> dict[str, Any]:
    """Run the rounds, no new one past the budget of seconds; with `seconds` 0 they have the contender's first size."""
    ends = time.monotonic() + budget
    sizes = {one.name: _size(one, servers, seconds, say) for one in CONTENDERS}
    played: dict[str, list[Round]] = {one.name: [] for one in CONTENDERS}
    for number in range(rounds):
        if number and time.monotonic() > ends:
            break
        for one in _rotated(CONTENDERS, number):
            done = play(one, servers, sizes[one.name], quiet)
            played[one.name].append(done)
            say(f"  round {number + 1:>2} of {rounds} {one.name:<10} {done.rate:>8.0f} events/s")
    return _result(played, quiet) | {"store": servers.store_name}


def plan(quick: bool) -> dict[str, Any]:
    """Return how many rounds, of how many seconds each, with how much patience for an idle machine."""
    if quick:
        return {"rounds": 1, "seconds": 0, "budget": 60, "quiet": Quiet(patience=0, each=0)}
    return {"rounds": 5, "seconds": 2.5, "budget": 300, "quiet": Quiet(patience=40)}


def _size(one: Contender, servers: Servers, seconds: float, say: Say) -> int:
    """Return how many events a round has; a trial tells."""
    if not seconds:
        return one.first
    trial = play(one, servers, one.first)
    say(f"  trial         {one.name:<10} {trial.rate:>8.0f} events/s")
    return _hundreds(trial.rate * seconds)


def _result(played: dict[str, list[Round]], quiet: Quiet) -> dict[str, Any]:
    rates: Rates = {name: [one.rate for one in rounds] for name, rounds in played.items()}
    best = max(PEERS, key=lambda name: median(rates[name]))
    return {
        "anchor": ANCHOR,
        "message_bytes": size(),
        "rounds": len(played[ANCHOR]),
        "machine_idle": quiet.report(),
        "contenders": {one.name: _summary(one, played[one.name], rates) for one in CONTENDERS},
        "store_against_beside": _ratio(rates["store"], rates["beside"]),
        "store_against_insert": _ratio(rates["store"], rates["insert"]),
        "store_against_memory": _ratio(rates["store"], rates["memory"]),
        "best_peer": next(one.title for one in CONTENDERS if one.name == best),
        "memory_against_best_peer": _ratio(rates["memory"], rates[best]),
    }


def _summary(one: Contender, rounds: Sequence[Round], rates: Rates) -> dict[str, Any]:
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


def _rotated(contenders: Sequence[Contender], by: int) -> Sequence[Contender]:
    start = by % len(contenders)
    return (*contenders[start:], *contenders[:start])


def _hundreds(number: float) -> int:
    return max(500, int(number) // 100 * 100)


def main() -> None:
    """Measure with servers of our own and print the result."""
    quick = bool(os.environ.get("PIJNSTAD_BENCH_QUICK"))
    with tempfile.TemporaryDirectory(prefix="pijnstad-bench-") as data, servers(Path(data)) as both:
        found = measure(both, **plan(quick), say=lambda line: print(line, file=sys.stderr, flush=True))
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
