"""What the bus side of a worker counts. Labels are queues, types and outcomes, never ids."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

HANDLED = Counter("pijnstad_events_handled", "Events whose effects are durable", ["queue", "type"])
REDELIVERED = Counter("pijnstad_events_redelivered", "Messages the broker delivered again", ["queue"])
RETRIED = Counter("pijnstad_events_retried", "Events sent to a retry queue", ["queue", "type"])
PARKED = Counter("pijnstad_events_parked", "Messages sent to the dead letters", ["queue", "reason"])
PAUSES = Counter("pijnstad_consumer_pauses", "Times a consumer waited for a dependency", ["queue"])
BATCH_SECONDS = Histogram("pijnstad_batch_seconds", "Time to handle a batch of events", ["queue"])
RELAYED = Counter("pijnstad_events_relayed", "Events the broker confirmed", ["service"])
AGE = Gauge("pijnstad_event_age_seconds", "Age of the oldest event of the batch in hand", ["queue"])
QUEUED = Gauge("pijnstad_queue_messages", "Messages ready in a queue at the last look", ["queue"])
DEAD = Gauge("pijnstad_dead_letters", "Dead letters of a service at the last look", ["service"])
OLDEST = Gauge(
    "pijnstad_outbox_oldest_seconds", "Age of the oldest event in the outboxes at the last look", ["service"]
)
WAITING = Gauge("pijnstad_outbox_waiting", "Events waiting in outboxes at the last look", ["service"])
UNROUTED = Counter("pijnstad_events_unrouted", "Events the broker had no queue for", ["service"])


def told() -> dict[str, dict[str, float]]:
    """Return the numbers a person on duty asks for first, for /readyz: name -> label -> value."""
    names: dict[str, Counter | Gauge | Histogram] = {
        "outbox_waiting": WAITING, "outbox_oldest_seconds": OLDEST, "queue_messages": QUEUED, "dead_letters": DEAD,
        "event_age_seconds": AGE, "events_retried": RETRIED, "batch_seconds": BATCH_SECONDS,
    }  # fmt: skip
    return {name: found for name, metric in names.items() if (found := _values(metric))}


def _values(metric: Counter | Gauge | Histogram) -> dict[str, float]:
    """Return the values by their first label, added up; of a histogram the mean."""
    sums: dict[str, dict[str, float]] = {}
    for sample in next(iter(metric.collect())).samples:
        kind = sample.name.rpartition("_")[2]
        if kind not in ("created", "bucket"):
            into = sums.setdefault(next(iter(sample.labels.values())), {})
            into[kind] = into.get(kind, 0.0) + sample.value
    if isinstance(metric, Histogram):
        return {label: round(of["sum"] / of["count"], 4) for label, of in sums.items() if of.get("count")}
    return {label: sum(of.values()) for label, of in sums.items()}
