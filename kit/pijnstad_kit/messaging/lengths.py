"""How many messages wait in queues: asked for by the person on duty, and measured by every worker."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import amqp

from pijnstad_kit import logs
from pijnstad_kit.messaging import metrics
from pijnstad_kit.messaging.connection import CONNECTION_ERRORS, connect, throw_away
from pijnstad_kit.messaging.publisher import BrokerAway
from pijnstad_kit.messaging.topology import dead_queue, subscriptions

EVERY = 15.0  # seconds between two measurements

_log = logs.get_logger("pijnstad.lengths")


@dataclass(frozen=True, slots=True)
class Length:
    """Hold how many messages wait in a queue, and how many consumers it has."""

    messages: int
    consumers: int


@dataclass(slots=True)
class State:
    """Tell how the measuring is doing, for /readyz: a broker that is away is the consumers' and the relay's to tell."""

    waiting_for: str | None = None


def own_queues(service: str) -> list[str]:
    """Return the names of the queues a service consumes."""
    return [name for name in subscriptions() if name.startswith(f"{service}.")]


def lengths(url: str, names: Sequence[str]) -> dict[str, Length]:
    """Return the queues that are there. Errors: BrokerAway."""
    try:
        connection = connect(url, heartbeat=0)
        try:
            return {name: found for name in names if (found := _length(connection.connection, name)) is not None}
        finally:
            throw_away(connection)
    except (*CONNECTION_ERRORS, amqp.AMQPError) as error:
        raise BrokerAway(type(error).__name__) from error


def _length(connection: Any, name: str) -> Length | None:
    channel = connection.channel()
    try:
        found = channel.queue_declare(name, passive=True)
    except amqp.NotFound:
        return None  # the broker closed this channel for asking
    channel.close()
    return Length(int(found.message_count), int(found.consumer_count))


class Measuring:
    """Measure a service's queues now and then, until told to stop."""

    def __init__(self, url: str, service: str, queues: Sequence[str]) -> None:
        self.state = State()
        self._url, self._service, self._queues = url, service, list(queues)
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask it to end."""
        self._stop.set()

    def run(self) -> None:
        """Measure until stopped."""
        while not self._stop.is_set():
            self.measure()
            self._stop.wait(EVERY)

    def measure(self) -> None:
        """Measure once; a broker that is away leaves the last numbers standing."""
        dead = dead_queue(self._service)
        try:
            found = lengths(self._url, [*self._queues, dead])
        except BrokerAway:
            return
        for name, one in found.items():
            if name == dead:
                metrics.DEAD.labels(self._service).set(one.messages)
            else:
                metrics.QUEUED.labels(name).set(one.messages)
