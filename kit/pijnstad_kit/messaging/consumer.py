"""Consuming one queue: drain what is readable, let the handlers react, acknowledge when their effects are durable.

Rules (shared/design/reliability.md): a redelivered message is handled alone and first, so that poison never takes its
neighbours along; a handler's error goes to a retry queue with its attempt counted; a dependency that is away pauses the
consumer with its messages unacknowledged and counts nothing; what cannot be decoded goes straight to the dead letters.
No body is ever logged. While the handlers wait for the database, the next batch is read and decoded: a reader and a worker
share one channel, and only one of them writes to it at a time.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import amqp
from pymongo.errors import AutoReconnect, ExecutionTimeout, NetworkTimeout, ServerSelectionTimeoutError, WTimeoutError

from pijnstad_contracts.envelope import Event, EventModel, Undecodable, decode
from pijnstad_kit import logs
from pijnstad_kit.faults import failpoint
from pijnstad_kit.messaging import metrics, topology
from pijnstad_kit.messaging.connection import CONNECTION_ERRORS, connect, throw_away
from pijnstad_kit.messaging.handlers import DependencyAway
from pijnstad_kit.messaging.inbox import ATTEMPT, Delivery, Inbox
from pijnstad_kit.messaging.publisher import BrokerAway, Outgoing, Publisher
from pijnstad_kit.problems import Unavailable

BATCH = 100
PREFETCH = 200
SLICE = 25  # messages read before the worker gets a turn
LOOK = 0.25  # seconds between two looks at whether to stop
ERROR = "x-error"
AWAY: tuple[type[BaseException], ...] = (
    DependencyAway,
    Unavailable,
    AutoReconnect,
    NetworkTimeout,
    ServerSelectionTimeoutError,
    ExecutionTimeout,
    WTimeoutError,
)

_log = logs.get_logger("pijnstad.consumer")

React = Callable[[Sequence[Event[Any]]], None]


@dataclass(slots=True)
class State:
    """Tell how a consumer is doing, for /readyz."""

    connected: bool = False
    waiting_for: str | None = None


class Consumer:
    """Consume one queue until told to stop. `react` gets events in order and returns when their effects are durable."""

    def __init__(
        self,
        url: str,
        queue: str,
        types: Mapping[str, type[EventModel]],
        react: React,
        table: topology.Topology,
        *,
        retry_seconds: Sequence[int] = topology.RETRY_SECONDS,
        batch: int = BATCH,
        prefetch: int = PREFETCH,
    ) -> None:
        self.state = State()
        self._url, self._queue, self._types, self._react, self._table = url, queue, types, react, table
        self._retry_seconds, self._batch, self._prefetch = tuple(retry_seconds), batch, prefetch
        self._retries = Publisher(url, None)
        self._stop = threading.Event()
        self._inbox, self._ended = Inbox(batch), threading.Event()
        self._channel: Any = None
        self._writing = threading.RLock()

    def stop(self) -> None:
        """Ask the consumer to finish the batch in hand and end."""
        self._stop.set()

    def run(self) -> None:
        """Consume until stopped, connecting again for ever."""
        while not self._stop.is_set():
            try:
                self._session()
            except (*CONNECTION_ERRORS, amqp.AMQPError, BrokerAway) as error:
                if not self._stop.is_set():
                    _log.warning("broker_away", queue=self._queue, error=type(error).__name__)
                    self._stop.wait(1)
        self._retries.close()

    def _session(self) -> None:
        """Read on one connection until it breaks or we stop; the worker's batch in hand is always seen to its end."""
        connection = connect(self._url)
        self._inbox, self._ended = Inbox(self._batch), threading.Event()
        ended, trouble = self._ended, list[BaseException]()
        worker = threading.Thread(target=self._work, args=(ended, trouble), daemon=True)
        threading.Thread(target=self._beat, args=(connection, ended), daemon=True).start()
        try:
            self._open(connection)
            worker.start()
            while not (self._stop.is_set() or ended.is_set()):
                self._read(connection.connection)
        finally:
            ended.set()
            self.state.connected = False
            _join(worker)
            _hang_up(connection, orderly=self._stop.is_set() and not trouble)
        if trouble:
            raise trouble[0]

    def _open(self, connection: Any) -> None:
        self._channel = connection.connection.channel()
        topology.apply(self._channel, self._table)
        self._channel.basic_qos(0, self._prefetch, False)
        self._channel.basic_consume(self._queue, callback=self._arrived, on_cancel=_cancelled)
        self.state.connected = True
        _log.info("consuming", queue=self._queue)

    def _beat(self, connection: Any, ended: threading.Event) -> None:
        """Send heartbeats, whatever the reader and the worker are doing."""
        while not ended.wait(max(connection.heartbeat or 20, 2) / 3):
            with suppress(Exception), self._writing:
                connection.connection.send_heartbeat()

    def _read(self, connection: Any) -> None:
        """Read what is there, at most a batch ahead of the worker, and tell it once."""
        if not self._inbox.wait_for_room(LOOK):
            return
        with suppress(TimeoutError, BlockingIOError):
            connection.drain_events(timeout=LOOK)
            while self._inbox.has_room():
                self._read_slice(connection)
                time.sleep(0)  # under eventlet: the worker's turn, should its database have answered
        self._inbox.announce()

    def _read_slice(self, connection: Any) -> None:
        """Read without waiting. Errors: BlockingIOError or TimeoutError when there is no more."""
        with self._writing, connection.transport.having_timeout(0):
            for _ in range(SLICE * 3):  # a message is three frames
                connection.on_inbound_frame(connection.transport.read_frame())

    def _arrived(self, message: Any) -> None:
        again = bool(message.delivery_info.get("redelivered"))
        if again:
            metrics.REDELIVERED.labels(self._queue).inc()
        try:
            self._inbox.put(Delivery(message, decode(_bytes(message.body), self._types)), again=again)
        except Undecodable as error:
            self._park(message, type(error).__name__)

    def _work(self, ended: threading.Event, trouble: list[BaseException]) -> None:
        """Settle batch after batch until the session ends; trouble ends it."""
        try:
            while not (self._stop.is_set() or ended.is_set()):
                if taken := self._inbox.take(LOOK):
                    self._settle(taken)
        except BaseException as error:
            trouble.append(error)
        finally:
            ended.set()

    def _settle(self, deliveries: list[Delivery]) -> None:
        """Handle messages to their end: effects durable and acknowledged, sent to retry, or parked."""
        started = time.perf_counter()
        metrics.AGE.labels(self._queue).set(_age(deliveries))
        failed = self._handle(deliveries)
        if failed is None:
            return  # stopped or cut off while a dependency was away: unacknowledged, the broker keeps them
        metrics.BATCH_SECONDS.labels(self._queue).observe(time.perf_counter() - started)
        self._dispose(failed)
        failpoint(f"{self._queue}.before_ack")
        self._acknowledge(deliveries, failed)

    def _handle(self, deliveries: list[Delivery]) -> dict[int, tuple[Delivery, str]] | None:
        """Return the failed deliveries by tag with their error; None when stopped while a dependency was away."""
        error = self._try(deliveries)
        if error is None:
            return {}
        if error is _STOPPED:
            return None
        if len(deliveries) == 1:
            return {deliveries[0].tag: (deliveries[0], error)}
        failed: dict[int, tuple[Delivery, str]] = {}
        for delivery in deliveries:
            alone = self._handle([delivery])
            if alone is None:
                return None
            failed |= alone
        return failed

    def _try(self, deliveries: list[Delivery]) -> str | None:
        """Let the handlers react, waiting out what is away. Returns the class of a handler's error, or None."""
        pause = 0.1
        while True:
            try:
                failpoint(f"{self._queue}.before_effect")
                self._react([delivery.event for delivery in deliveries])
                failpoint(f"{self._queue}.after_effect")
                self.state.waiting_for = None
                return None
            except AWAY as error:
                self.state.waiting_for = type(error).__name__
                metrics.PAUSES.labels(self._queue).inc()
                metrics.AGE.labels(self._queue).set(_age(deliveries))
                _log.warning("paused", queue=self._queue, waiting_for=self.state.waiting_for)
                if self._stop.wait(pause) or self._ended.is_set():
                    return _STOPPED
                pause = min(pause * 2, 5.0)
            except Exception as error:
                _log.error("handler_failed", queue=self._queue, events=len(deliveries), exc_info=error)
                return type(error).__name__

    def _dispose(self, failed: Mapping[int, tuple[Delivery, str]]) -> None:
        for delivery, error in failed.values():
            if delivery.attempt >= len(self._retry_seconds):
                self._park(delivery.message, error)
            else:
                self._retry(delivery, error)

    def _retry(self, delivery: Delivery, error: str) -> None:
        seconds = self._retry_seconds[delivery.attempt]
        headers = {**(delivery.message.headers or {}), ATTEMPT: delivery.attempt + 1, ERROR: error}
        headers.pop("x-delivery-count", None)
        again = Outgoing(
            delivery.event.id, f"{topology.RETRY}.{seconds}", self._queue, _bytes(delivery.message.body), headers
        )
        refused = self._retries.publish([again])
        if refused:
            raise BrokerAway("the retry queue did not take the event")
        failpoint(f"{self._queue}.after_retry")
        metrics.RETRIED.labels(self._queue, delivery.event.type).inc()
        with self._writing:
            self._channel.basic_ack(delivery.tag)
        _log.warning(
            "retry_later", queue=self._queue, event_id=delivery.event.id, attempt=delivery.attempt + 1, seconds=seconds
        )

    def _park(self, message: Any, reason: str) -> None:
        metrics.PARKED.labels(self._queue, reason).inc()
        _log.error("parked", queue=self._queue, event_id=message.properties.get("message_id"), reason=reason)
        with self._writing:
            self._channel.basic_reject(message.delivery_tag, False)

    def _acknowledge(self, deliveries: list[Delivery], failed: Mapping[int, Any]) -> None:
        done = [delivery for delivery in deliveries if delivery.tag not in failed]
        with self._writing:
            if not failed:
                # A batch holds all that came before its last message and was not settled yet (see Inbox).
                self._channel.basic_ack(done[-1].tag, multiple=len(done) > 1)
            else:
                for delivery in done:
                    self._channel.basic_ack(delivery.tag)
        for type, number in Counter(delivery.event.type for delivery in done).items():
            metrics.HANDLED.labels(self._queue, type).inc(number)


_STOPPED = "stopped"


def _age(deliveries: Sequence[Delivery]) -> float:
    """Return the age of the oldest event in seconds."""
    return max(0.0, time.time() - min(delivery.event.time.timestamp() for delivery in deliveries))


def _bytes(body: Any) -> bytes:
    return body if isinstance(body, bytes) else str(body).encode()


def _cancelled(_: str) -> None:
    raise amqp.exceptions.ConsumerCancelled()


def _join(thread: threading.Thread) -> None:
    if thread.ident is not None:
        thread.join()


def _hang_up(connection: Any, *, orderly: bool) -> None:
    if orderly:
        with suppress(Exception):
            connection.close()
    throw_away(connection)
