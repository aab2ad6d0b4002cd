"""From the bus to open streams: a thread that listens for events whose envelope says whom to notify.

Its queue is its own and goes with it: a notice only tells an open page to look, what it tells of is stored elsewhere. While
the bus is away the thread goes on trying.
"""

from __future__ import annotations

import threading
from asyncio import AbstractEventLoop
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import orjson

from gateway.stream import Hub
from pijnstad_contracts.envelope import Event, EventModel, Undecodable, decode
from pijnstad_contracts.registry import noticed_types
from pijnstad_kit import logs
from pijnstad_kit.messaging.connection import CONNECTION_ERRORS, connect, throw_away
from pijnstad_kit.messaging.topology import EVENTS

MAX_QUEUED = 10_000
RETRY_SECONDS = 1.0

_log = logs.get_logger("gateway.notices")


class NoticeListener(threading.Thread):
    """Listen to the bus and hand notices to the loop."""

    def __init__(self, bus_url: str, hub: Hub, loop: AbstractEventLoop) -> None:
        super().__init__(name="notices", daemon=True)
        self._bus_url = bus_url
        self._hub = hub
        self._loop = loop
        self._types = noticed_types()
        self._stopping = threading.Event()
        self.listening = False
        self.heard = 0
        self.unreadable = 0

    def run(self) -> None:
        """Listen until stopped, connecting again for ever."""
        while not self._stopping.is_set():
            try:
                self._listen()
            except CONNECTION_ERRORS as error:
                _log.warning("bus_away", error=type(error).__name__)
            except Exception as error:
                _log.error("notices_failed", error=type(error).__name__)
            self.listening = False
            self._stopping.wait(RETRY_SECONDS)

    def stop(self) -> None:
        """Stop soon."""
        self._stopping.set()

    def _listen(self) -> None:
        connection = connect(self._bus_url, heartbeat=10)
        try:
            self._subscribe(connection)
            self.listening = True
            while not self._stopping.is_set():
                with suppress(TimeoutError):
                    connection.drain_events(timeout=1)
                connection.heartbeat_check()
        finally:
            throw_away(connection)

    def _subscribe(self, connection: Any) -> None:
        channel = connection.default_channel
        channel.exchange_declare(EVENTS, "topic", durable=True, auto_delete=False)
        queue = channel.queue_declare(
            "", exclusive=True, auto_delete=True, arguments={"x-max-length": MAX_QUEUED}
        ).queue
        for kind in self._types:
            channel.queue_bind(queue, EVENTS, kind)
        channel.basic_consume(queue, no_ack=True, callback=self._hear)

    def _hear(self, message: Any) -> None:
        body = message.body.encode() if isinstance(message.body, str) else message.body
        try:
            event = decode(body, self._types)
        except Undecodable:
            self.unreadable += 1
            return
        self.heard += 1
        if event.notify and self._hub.has(event.notify):
            with suppress(RuntimeError):  # the loop is gone: this process stops
                self._loop.call_soon_threadsafe(self._hub.publish, event.notify, frame(event, self._types))


def frame(event: Event[Any], types: Mapping[str, type[EventModel]]) -> bytes:
    """Return the server-sent event of a notice: what kind, which, where to read it, when. Nothing else leaves."""
    href = (types[event.type].href or "").format(subject=event.subject)
    time = event.time.isoformat().replace("+00:00", "Z")
    return b"event: notice\ndata: %b\n\n" % orjson.dumps(
        {"type": event.type, "id": event.id, "href": href, "time": time}
    )
