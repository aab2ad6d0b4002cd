"""FastStream on RabbitMQ: a quorum queue, a prefetch of 100, confirmed publishes a hundred at a time, uvloop, orjson."""

from __future__ import annotations

import asyncio
import logging
from itertools import islice
from typing import Any

import uvloop
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue

from bench.contenders.job import Job, Progress, Stopwatch, orders, ready, wait_for_go

QUEUE = RabbitQueue("bench.events", durable=True, queue_type=QueueType.QUORUM)
PREFETCH = TOGETHER = 100


async def main() -> None:
    """Play one role."""
    role, job = orders()
    await {"consume": consume, "publish": publish}[role](job)


async def publish(job: Job) -> None:
    """Publish persistent, mandatory, confirmed: a hundred wait for their confirms together."""
    broker = _broker(job)
    lines = iter(job.lines())
    async with broker:
        await broker.declare_queue(QUEUE)
        await _send(broker, list(islice(lines, job.warmup)))
        wait_for_go()
        watch = Stopwatch()
        watch.start()
        await _send(broker, list(lines))
        watch.stop()
    watch.report(job.total)


async def consume(job: Job) -> None:
    """Keep each event in a dictionary by its id; FastStream acknowledges after the handler."""
    broker, progress, seen, done = _broker(job), Progress(job), dict[str, str](), asyncio.Event()

    @broker.subscriber(QUEUE)
    async def handle(body: dict[str, Any]) -> None:
        seen.setdefault(body["id"], body["data"]["entry_id"])
        if progress.add(1):
            done.set()

    async with broker:
        await broker.start()
        ready()
        await done.wait()
    progress.watch.report(len(seen))


async def _send(broker: RabbitBroker, lines: list[bytes]) -> None:
    for start in range(0, len(lines), TOGETHER):
        await asyncio.gather(
            *(
                broker.publish(line, QUEUE, persist=True, mandatory=True, content_type="application/json")
                for line in lines[start : start + TOGETHER]
            )
        )


def _broker(job: Job) -> RabbitBroker:
    channel = Channel(prefetch_count=PREFETCH, publisher_confirms=True)
    return RabbitBroker(job.bus, default_channel=channel, logger=logging.getLogger("quiet"), log_level=logging.DEBUG)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    uvloop.run(main())
