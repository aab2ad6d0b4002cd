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
WAITING = Gauge("pijnstad_outbox_waiting", "Events waiting in outboxes at the last look", ["service"])
UNROUTED = Counter("pijnstad_events_unrouted", "Events the broker had no queue for", ["service"])
