"""What reconciliation counts, for the person on duty. Labels are services and projections, never ids."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

from pijnstad_kit.reconciling.shapes import Report

FOUND = Counter("pijnstad_reconciliation_found", "Differences that were found", ["service", "projection"])
REPAIRED = Counter("pijnstad_reconciliation_repaired", "Differences that were put right", ["service", "projection"])
LEFT = Gauge("pijnstad_reconciliation_left", "Differences left after the last run", ["service", "projection"])
LAST = Gauge("pijnstad_reconciliation_last_run_timestamp_seconds", "When everything was last compared", ["service"])


def count(service: str, report: Report, at: float) -> None:
    """Count a run that ended at a moment; one that could not ask every source is no full run."""
    for one in report.projections:
        FOUND.labels(service, one.name).inc(len(one.found))
        REPAIRED.labels(service, one.name).inc(one.repaired)
        LEFT.labels(service, one.name).set(len(one.left))
    if not report.away:
        LAST.labels(service).set(at)
