"""Growth: the same hop with 1, 2 and 4 workers on one queue, and content's own rules with 10 to 100,000 members."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

from bench.lineup import CONTENDERS, Contender
from bench.machine import Quiet
from bench.playing import Round, Servers, play

WORKERS = (1, 2, 4)
MEMBERS = (10, 1_000, 100_000)
QUICK_MEMBERS = (10, 1_000)
ENTRIES = 400  # so ten members have forty entries in a week, a hundred thousand at most one
EVENTS = 20_000
QUICK_EVENTS = 1_000

Say = Callable[[str], None]


def measure(servers: Servers, *, quick: bool, quiet: Quiet, say: Say = lambda _: None) -> dict[str, Any]:
    """Play every size in turn; return rates and CPU by size."""
    rounds, members = (1, QUICK_MEMBERS) if quick else (3, MEMBERS)
    events = QUICK_EVENTS if quick else EVENTS
    workers = _sizes(
        WORKERS, rounds, lambda size: play(_with_workers(size), servers, events, quiet), lambda line: say(line)
    )
    people = _sizes(members, min(rounds, 2), lambda size: play(_deciding(), servers, ENTRIES, quiet, members=size), say)
    return {"events": events, "entries": ENTRIES, "workers": workers, "members": people, "machine_idle": quiet.report()}


def _sizes(sizes: tuple[int, ...], rounds: int, play_one: Callable[[int], Round], say: Say) -> dict[str, Any]:
    played: dict[int, list[Round]] = {size: [] for size in sizes}
    for _ in range(rounds):
        for size in sizes:
            played[size].append(play_one(size))
            say(f"  growth   {size:>7} {played[size][-1].rate:>8.0f} events/s")
    return {str(size): _summary(found) for size, found in played.items()}


def _summary(rounds: list[Round]) -> dict[str, Any]:
    return {
        "events_per_second": round(median(one.rate for one in rounds)),
        "cpu_microseconds": {key: round(median(one.cpu[key] for one in rounds), 1) for key in rounds[0].cpu},
    }


def _with_workers(number: int) -> Contender:
    one = _named("store")
    return replace(one, roles=(*["consume_store"] * number, "publish"))


def _deciding() -> Contender:
    return replace(_named("chain"), roles=("decide", "publish"), people=False)


def _named(name: str) -> Contender:
    return next(one for one in CONTENDERS if one.name == name)
