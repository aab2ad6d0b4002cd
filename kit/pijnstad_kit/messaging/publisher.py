"""Publishing with certainty: persistent, mandatory, confirmed, many in flight at once.

A publish that times out is unknown, not failed: its connection is thrown away and the same event ids are sent again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import amqp
from kombu import Connection

from pijnstad_kit.faults import failpoint
from pijnstad_kit.messaging import topology
from pijnstad_kit.messaging.connection import CONNECTION_ERRORS, connect, send, throw_away
from pijnstad_kit.messaging.frames import publication

WINDOW = 300
CONFIRM_TIMEOUT = 5.0


class BrokerAway(RuntimeError):
    """Say that the broker cannot be reached or did not confirm in time; what was sent may or may not have arrived."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Hold one message: its id, where it goes, its bytes and its headers."""

    id: str
    exchange: str
    routing_key: str
    body: bytes
    headers: Mapping[str, Any] = field(default_factory=dict)


class Publisher:
    """Publish on one connection of its own, opened when first needed and again after every trouble."""

    def __init__(
        self,
        url: str,
        table: topology.Topology | None,
        *,
        window: int = WINDOW,
        confirm_timeout: float = CONFIRM_TIMEOUT,
    ) -> None:
        self._url = url
        self._table = table
        self._window = window
        self._timeout = confirm_timeout
        self._connection: Connection | None = None
        self._channel: Any = None
        self._sent = 0
        self._in_flight: dict[int, str] = {}
        self._failed: dict[str, str] = {}

    def publish(self, messages: Sequence[Outgoing]) -> dict[str, str]:
        """Publish the messages in order and wait for the broker's word on each.

        Returns the ids that were not taken, with the reason (`unroutable`, `refused`). Errors: BrokerAway.
        """
        self._failed = {}
        try:
            self._ensure()
            for start in range(0, len(messages), self._window):
                self._send(messages[start : start + self._window])
        except (*CONNECTION_ERRORS, amqp.AMQPError) as error:
            self.close()
            raise BrokerAway(type(error).__name__) from error
        return self._failed

    def close(self) -> None:
        """Throw the connection away."""
        if self._connection is not None:
            throw_away(self._connection)
        self._connection = self._channel = None

    def _ensure(self) -> None:
        if self._channel is not None:
            return
        self._connection = connect(self._url, heartbeat=0)
        channel = self._connection.connection.channel()
        if self._table is not None:
            topology.apply(channel, self._table)
        channel.confirm_select()
        channel.events["basic_ack"].add(self._acked)
        channel.events["basic_nack"].add(self._nacked)
        channel.events["basic_return"].add(self._returned)
        self._channel, self._sent, self._in_flight = channel, 0, {}

    def _send(self, messages: Sequence[Outgoing]) -> None:
        encoded = b"".join(map(self._encoded, messages))
        self._in_flight.update((self._sent + place, message.id) for place, message in enumerate(messages, start=1))
        self._sent += len(messages)
        send(self._connection, encoded, self._timeout)
        failpoint("publisher.before_confirm")
        deadline = time.monotonic() + self._timeout
        while self._in_flight:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._channel.connection.drain_events(timeout=left)

    def _encoded(self, message: Outgoing) -> bytes:
        channel, most = self._channel.channel_id, self._channel.connection.frame_max
        return publication(
            channel, message.exchange, message.routing_key, message.id, message.body, message.headers, most
        )

    def _settled(self, tag: int, multiple: bool) -> list[str]:
        tags = [known for known in self._in_flight if known <= tag] if multiple else [tag]
        return [self._in_flight.pop(known) for known in tags if known in self._in_flight]

    def _acked(self, tag: int, multiple: bool) -> None:
        self._settled(tag, multiple)

    def _nacked(self, tag: int, multiple: bool) -> None:
        for id in self._settled(tag, multiple):
            self._failed[id] = "refused"

    def _returned(self, error: Any, exchange: str, routing_key: str, message: Any) -> None:
        self._failed[message.properties["message_id"]] = "unroutable"  # the broker's ack for it still follows
