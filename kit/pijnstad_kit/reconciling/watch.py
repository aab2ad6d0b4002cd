"""What a worker does by itself: compare everything once a night, and ask the source about a hole that stays open."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from pijnstad_kit import logs
from pijnstad_kit.messaging.consumer import State
from pijnstad_kit.messaging.gaps import Gaps
from pijnstad_kit.messaging.questions import Asker, SourceAway
from pijnstad_kit.reconciling import metrics
from pijnstad_kit.reconciling.engine import Pace, reconcile
from pijnstad_kit.reconciling.shapes import Difference, Projection, Report
from pijnstad_kit.reconciling.sources import Sources
from pijnstad_kit.reconciling.streams import StreamProjection

LOOK = 1.0  # seconds between two looks at what is due
PATIENCE = 8.0  # seconds a hole may stay open: an event is tried again after five

_log = logs.get_logger("pijnstad.reconciliation")


class Stopped(Exception):
    """Say that the worker is stopping."""


class Watch:
    """Compare a service's projections at an hour of every day (UTC, -1 for never), on one of its workers."""

    def __init__(
        self,
        service: str,
        database: Database[dict[str, Any]],
        projections: Sequence[Projection],
        asker: Asker,
        gaps: Gaps,
        *,
        hour: int,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pace: Pace | None = None,
    ) -> None:
        self.state = State()
        self._service, self._runs, self._projections = service, database["reconciliations"], projections
        self._asker, self._sources, self._gaps = asker, Sources(asker), gaps
        self._hour, self._now = hour, now
        self._stop = threading.Event()
        self._pace = pace or Pace(sleep=self._sleep)

    def stop(self) -> None:
        """Ask it to end; a run in hand ends at its next step."""
        self._stop.set()

    def run(self) -> None:
        """Watch until stopped; trouble is logged and met again later."""
        while not self._stop.wait(LOOK):
            try:
                self._fill_gaps()
                if self._due():
                    self._compare()
            except Stopped:
                break
            except SourceAway as away:
                _log.warning("source_away", reason=str(away))
            except PyMongoError as error:
                _log.warning("reconciliation_waits", reason=type(error).__name__)
        self._asker.close()

    def _fill_gaps(self) -> None:
        for stream, aggregates in self._gaps.older_than(PATIENCE).items():
            for projection in self._projections:
                if isinstance(projection, StreamProjection) and projection.stream == stream:
                    asked = [Difference("missing", aggregate) for aggregate in aggregates]
                    found = projection.look_again(self._sources, asked)
                    projection.mend(self._sources, found)
                    _log.warning("gap_asked", stream=str(stream), aggregates=len(aggregates), still_open=len(found))

    def _due(self) -> bool:
        """Return whether this worker is to compare now: the first to write down today's run does it."""
        now = self._now()
        if now.hour != self._hour:
            return False
        try:
            self._runs.insert_one({"_id": now.date().isoformat(), "began_at": now})
        except DuplicateKeyError:
            return False
        return True

    def _compare(self) -> None:
        report = reconcile(self._projections, self._sources, repair=True, say=self._go_on, pace=self._pace)
        now = self._now()
        metrics.count(self._service, report, time.time())
        told = {"ended_at": now, "found": report.found, "left": report.left, "away": report.away}
        self._runs.update_one({"_id": now.date().isoformat()}, {"$set": told}, upsert=True)
        _tell(report)

    def _go_on(self, name: str, number: int) -> None:
        if self._stop.is_set():
            raise Stopped

    def _sleep(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise Stopped


def _tell(report: Report) -> None:
    for one in report.projections:
        say = _log.info if not one.found and not one.away else _log.error if one.left else _log.warning
        say(
            "reconciled",
            projection=one.name,
            compared=one.compared,
            found=len(one.found),
            left=len(one.left),
            away=one.away,
        )
