"""Exchanges, queues and bindings of the whole city: one table, applied by one command, the same from every process.

The table is generated from the services' handlers (`make map`) into contracts/, so that any process can declare every
queue before it publishes: whoever starts first, nothing is unroutable. Event types that nobody handles are bound to
`pijnstad.unclaimed`, which keeps the newest ones, because a mandatory publish without a queue is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

EVENTS = "pijnstad.events"
DEAD = "pijnstad.dead"
UNCLAIMED = "pijnstad.unclaimed"
RETRY = "pijnstad.retry"
RETRY_SECONDS = (5, 30, 300, 1800, 7200)
DELIVERY_LIMIT = 20
MAX_LENGTH = 1_000_000
LOOKS = (
    1_000_000  # times a dead letter may be looked at: a broker without this number drops it after twenty (RabbitMQ 4)
)


@dataclass(frozen=True, slots=True)
class Queue:
    """Hold one queue of the table: its name, its arguments, and the (exchange, routing key) pairs bound to it."""

    name: str
    arguments: dict[str, Any]
    bindings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Topology:
    """Hold the whole table."""

    exchanges: tuple[tuple[str, str], ...]
    queues: tuple[Queue, ...]


@cache
def subscriptions() -> dict[str, list[str]]:
    """Return which queue is bound to which event types, as committed in contracts."""
    found: dict[str, list[str]] = json.loads(files("pijnstad_contracts").joinpath("subscriptions.json").read_text())
    return found


def table(own: dict[str, list[str]] | None = None, retry_seconds: tuple[int, ...] = RETRY_SECONDS) -> Topology:
    """Return the city's table, with a service's own queues as its code has them now."""
    return topology(subscriptions() | (own or {}), retry_seconds)


def topology(bound: dict[str, list[str]], retry_seconds: tuple[int, ...] = RETRY_SECONDS) -> Topology:
    """Return the table for these subscriptions."""
    exchanges = [(EVENTS, "topic"), (DEAD, "topic"), *((f"{RETRY}.{seconds}", "fanout") for seconds in retry_seconds)]
    return Topology(tuple(exchanges), (*_handled(bound), *_dead(bound), *_retries(retry_seconds)))


def apply(channel: Any, table: Topology) -> None:
    """Declare the table on a py-amqp channel. Errors: amqp.PreconditionFailed (406) when an argument was changed."""
    for name, kind in table.exchanges:
        channel.exchange_declare(name, kind, durable=True, auto_delete=False)
    for queue in table.queues:
        channel.queue_declare(queue.name, durable=True, auto_delete=False, arguments=queue.arguments)
        for exchange, key in queue.bindings:
            channel.queue_bind(queue.name, exchange, key)


def dead_queue(service: str) -> str:
    """Return the name of a service's dead-letter queue."""
    return f"{service}.dead"


def _handled(bound: dict[str, list[str]]) -> Iterator[Queue]:
    for name, types in bound.items():
        keys = tuple((EVENTS, key) for key in types)
        if name == UNCLAIMED:
            yield Queue(name, {"x-queue-type": "classic", "x-max-length": 10_000}, keys)
        else:
            yield Queue(name, _quorum(name) | {"x-delivery-limit": DELIVERY_LIMIT, "x-max-length": MAX_LENGTH}, keys)


def _dead(bound: dict[str, list[str]]) -> Iterator[Queue]:
    for service in dict.fromkeys(name.partition(".")[0] for name in bound if name != UNCLAIMED):
        arguments = {"x-queue-type": "quorum", "x-delivery-limit": LOOKS}
        yield Queue(dead_queue(service), arguments, ((DEAD, f"{service}.#"),))


def _retries(retry_seconds: tuple[int, ...]) -> Iterator[Queue]:
    for seconds in retry_seconds:
        name = f"{RETRY}.{seconds}"
        arguments = _quorum("") | {"x-message-ttl": seconds * 1000, "x-dead-letter-exchange": ""}
        del arguments["x-dead-letter-routing-key"]  # the message keeps its own: the queue it came from
        yield Queue(name, arguments, ((name, ""),))


def _quorum(name: str) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": DEAD,
        "x-dead-letter-routing-key": name,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
