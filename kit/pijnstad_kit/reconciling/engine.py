"""One run of reconciliation: look, look again at what differs until it stands still, mend, and see that it is gone.

What is on its way looks like a difference, so one look proves nothing: only what still differs counts. A source that is away
is named and leaves the rest of the run alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pijnstad_kit.messaging.questions import SourceAway
from pijnstad_kit.reconciling.shapes import Compared, Difference, Projection, Report
from pijnstad_kit.reconciling.sources import Sources

Say = Callable[[str, int], None]  # which projection, and how many were compared so far


@dataclass(frozen=True, slots=True)
class Pace:
    """Say how long to wait: between two looks, for what is on its way, and for what was told again."""

    between: float = 2.0
    on_its_way: float = 20.0
    mending: float = 60.0
    sleep: Callable[[float], None] = time.sleep


def reconcile(
    projections: Sequence[Projection],
    sources: Sources,
    *,
    repair: bool,
    say: Say = lambda name, number: None,
    pace: Pace | None = None,
) -> Report:
    """Compare all projections, and put right what differs when `repair` is set. Whatever `say` or a sleep raises ends it."""
    pace = pace or Pace()
    report = Report()
    for projection in projections:
        compared = Compared(projection.name, projection.source)
        report.projections.append(compared)
        try:
            _one(projection, sources, compared, repair, say, pace)
        except SourceAway as away:
            compared.away = str(away)
    return report


def _one(projection: Projection, sources: Sources, compared: Compared, repair: bool, say: Say, pace: Pace) -> None:
    def progress(number: int) -> None:
        compared.compared = number
        say(projection.name, number)

    first = projection.look(sources, progress)
    compared.found = compared.left = _settled(projection, sources, first, pace)
    if repair and compared.found:
        compared.left = _mended(projection, sources, compared.found, pace)


def _settled(projection: Projection, sources: Sources, found: list[Difference], pace: Pace) -> list[Difference]:
    """Return what still differs when two looks in a row see the same, or the time for what is on its way is up."""
    deadline = time.monotonic() + pace.on_its_way
    while found:
        pace.sleep(pace.between)
        again = projection.look_again(sources, found)
        if set(again) == set(found) or time.monotonic() >= deadline:
            return again
        found = again
    return found


def _mended(projection: Projection, sources: Sources, found: list[Difference], pace: Pace) -> list[Difference]:
    """Mend and look until nothing is left that can be mended; once more where a first mending uncovered something."""
    deadline = time.monotonic() + pace.mending
    for _ in range(2):
        projection.mend(sources, found)
        half = time.monotonic() + pace.mending / 2
        while time.monotonic() < min(half, deadline):
            pace.sleep(min(pace.between, 0.5))
            found = projection.look_again(sources, found)
            if all(one.final for one in found):
                return found
    return found
