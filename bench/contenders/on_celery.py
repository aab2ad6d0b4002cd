"""Celery on RabbitMQ: a quorum queue, confirmed publishes, late acknowledgements, prefetch 100, the solo pool."""

from __future__ import annotations

import logging
import os
from typing import Any

import orjson
from celery import Celery
from celery.signals import worker_ready

from bench.contenders.job import Job, Progress, Stopwatch, orders, ready, wait_for_go

app = Celery("bench")
app.conf.update(
    task_default_queue="bench.events",
    task_default_queue_type="quorum",
    task_default_exchange="bench.events",
    task_default_exchange_type="topic",
    task_default_routing_key="bench.events",
    task_acks_late=True,
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    broker_transport_options={"confirm_publish": True},
    worker_prefetch_multiplier=100,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,  # what we print is our report
    worker_enable_remote_control=False,
    broker_connection_retry_on_startup=True,
)
seen: dict[str, str] = {}
_progress: list[Progress] = []


@app.task(name="handle")
def handle(body: dict[str, Any]) -> None:
    """Keep the event by its id; after the last one its acknowledgement is not waited for."""
    seen.setdefault(body["id"], body["data"]["entry_id"])
    if _progress[0].add(1):
        _progress[0].watch.report(len(seen))
        os._exit(0)  # celery's own ways to end from within a task take seconds


def main() -> None:
    """Play one role."""
    role, job = orders()
    app.conf.broker_url = job.bus
    {"consume": consume, "publish": publish}[role](job)


def publish(job: Job) -> None:
    """Send one task after the other on one connection; Celery encodes them."""
    payloads = [orjson.loads(line) for line in job.lines()]
    with app.connection_for_write() as connection, app.amqp.Producer(connection) as producer:
        for payload in payloads[: job.warmup]:
            handle.apply_async((payload,), producer=producer)
        wait_for_go()
        watch = Stopwatch()
        watch.start()
        for payload in payloads[job.warmup :]:
            handle.apply_async((payload,), producer=producer)
        watch.stop()
    watch.report(len(payloads))


def consume(job: Job) -> None:
    """Work until every event was seen."""
    _progress.append(Progress(job))
    worker_ready.connect(lambda **_: ready(), weak=False)
    quiet = ["--loglevel=critical", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    app.worker_main(["worker", "--pool=solo", "--concurrency=1", *quiet])


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    main()
