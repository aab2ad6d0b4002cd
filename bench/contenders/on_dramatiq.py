"""Dramatiq on RabbitMQ: confirmed delivery, a prefetch of 100, one thread, orjson for its messages, no middleware."""

from __future__ import annotations

import os

os.environ["dramatiq_queue_prefetch"] = "100"  # noqa: SIM112 - its real name; read when dramatiq is imported

import logging
import threading
from typing import Any

import dramatiq
import orjson
from dramatiq.brokers.rabbitmq import RabbitmqBroker

from bench.contenders.job import Job, Progress, Stopwatch, orders, ready, wait_for_go

seen: dict[str, str] = {}
_progress: list[Progress] = []
_done = threading.Event()


class Encoder(dramatiq.Encoder):
    """Encode messages with orjson."""

    def encode(self, data: dict[str, Any]) -> bytes:
        """Return bytes."""
        return orjson.dumps(data)

    def decode(self, data: bytes) -> dict[str, Any]:
        """Return what was encoded."""
        return orjson.loads(data)


def main() -> None:
    """Play one role."""
    role, job = orders()
    dramatiq.set_encoder(Encoder())
    broker = RabbitmqBroker(url=job.bus, confirm_delivery=True, middleware=[])
    dramatiq.set_broker(broker)
    handle = dramatiq.actor(_handle, actor_name="handle", queue_name="bench", broker=broker)
    {"consume": consume, "publish": publish}[role](job, broker, handle)


def publish(job: Job, broker: Any, handle: Any) -> None:
    """Send one message after the other; Dramatiq encodes them."""
    payloads = [orjson.loads(line) for line in job.lines()]
    for payload in payloads[: job.warmup]:
        handle.send(payload)
    wait_for_go()
    watch = Stopwatch()
    watch.start()
    for payload in payloads[job.warmup :]:
        handle.send(payload)
    watch.stop()
    watch.report(len(payloads))


def consume(job: Job, broker: Any, handle: Any) -> None:
    """Work until every event was seen."""
    _progress.append(Progress(job))
    broker.declare_queue("bench", ensure=True)
    worker = dramatiq.Worker(broker, worker_threads=1)
    worker.start()
    ready()
    _done.wait()
    worker.stop(timeout=2000)
    _progress[0].watch.report(len(seen))


def _handle(body: dict[str, Any]) -> None:
    seen.setdefault(body["id"], body["data"]["entry_id"])
    if _progress[0].add(1):
        _done.set()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    main()
