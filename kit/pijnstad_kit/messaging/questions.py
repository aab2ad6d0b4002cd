"""Asking another service's workers something over the bus, and answering: for reconciliation, never on the way of a request.

A question waits in the service's own queue, which is there only while one of its workers runs: when none does, the broker
gives the question back and the asker knows at once. Answers come by RabbitMQ's direct reply-to, so nothing is left behind
by whoever stops listening. On the wire: {"ask": name, "with": {...}} and {"answer": ...} or {"error": class}, in JSON.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import amqp
import orjson

from pijnstad_kit import logs
from pijnstad_kit.ids import new_id
from pijnstad_kit.messaging.connection import CONNECTION_ERRORS, connect, throw_away
from pijnstad_kit.messaging.consumer import AWAY, State

PATIENCE = 10.0  # seconds an asker waits, and after which a question nobody took is dropped
_LOOK = 0.5  # seconds between two looks at whether to stop
_REPLY_TO = "amq.rabbitmq.reply-to"
_QUEUE = {"x-expires": 60_000, "x-message-ttl": int(PATIENCE * 1000)}

_log = logs.get_logger("pijnstad.questions")

Answer = Callable[..., Any]


class SourceAway(RuntimeError):
    """Say that a service did not answer. Carries which one and why, for people to read."""


class Answers:
    """Answer what is asked of one service until told to stop, one question at a time."""

    def __init__(self, url: str, service: str, answers: Mapping[str, Answer]) -> None:
        self.state = State()
        self._url, self._queue, self._answers = url, _queue(service), answers
        self._stop = threading.Event()
        self._channel: Any = None

    def stop(self) -> None:
        """Ask it to finish the answer in hand and end."""
        self._stop.set()

    def run(self) -> None:
        """Answer until stopped, connecting again for ever."""
        while not self._stop.is_set():
            try:
                self._session()
            except (*CONNECTION_ERRORS, amqp.AMQPError) as error:
                if not self._stop.is_set():
                    _log.warning("broker_away", queue=self._queue, error=type(error).__name__)
                    self._stop.wait(1)

    def _session(self) -> None:
        connection = connect(self._url)
        try:
            self._channel = connection.connection.channel()
            self._channel.queue_declare(self._queue, durable=True, auto_delete=True, arguments=_QUEUE)
            self._channel.basic_qos(0, 1, False)
            self._channel.basic_consume(self._queue, callback=self._asked, on_cancel=_cancelled)
            self.state.connected = True
            while not self._stop.is_set():
                connection.connection.heartbeat_tick()
                with suppress(TimeoutError):
                    connection.drain_events(timeout=_LOOK)
        finally:
            self.state.connected = False
            if self._stop.is_set():
                with suppress(Exception):
                    connection.close()
            throw_away(connection)

    def _asked(self, message: Any) -> None:
        body = self._answer(message)
        reply = amqp.Message(orjson.dumps(body), correlation_id=message.properties.get("correlation_id"))
        self._channel.basic_publish(reply, exchange="", routing_key=message.properties.get("reply_to", ""))
        self._channel.basic_ack(message.delivery_tag)

    def _answer(self, message: Any) -> dict[str, Any]:
        try:
            asked = orjson.loads(message.body)
            return {"answer": self._answers[asked["ask"]](**asked["with"])}
        except AWAY as error:
            return {"error": type(error).__name__}
        except Exception as error:
            _log.error("no_answer", queue=self._queue, exc_info=error)
            return {"error": type(error).__name__}


class Asker:
    """Ask services over one connection, which is made when it is first needed and again after any trouble."""

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        self._url, self._patience = url, patience
        self._connection: Any = None
        self._channel: Any = None
        self._replies: dict[str, bytes | None] = {}  # None: the broker gave the question back

    def ask(self, service: str, question: str, **given: Any) -> Any:
        """Return a service's answer. Errors: SourceAway."""
        try:
            self._ensure()
            return self._asked(service, question, given)
        except TimeoutError:
            self.close()
            raise SourceAway(f"{service} did not answer within {self._patience:.0f} s") from None
        except (*CONNECTION_ERRORS, amqp.AMQPError) as error:
            self.close()
            raise SourceAway(f"the broker is away ({type(error).__name__})") from error

    def close(self) -> None:
        """Throw the connection away."""
        if self._connection is not None:
            throw_away(self._connection)
        self._connection = self._channel = None

    def _ensure(self) -> None:
        if self._channel is not None:
            return
        self._connection = connect(self._url, heartbeat=0)
        self._channel = self._connection.connection.channel()
        self._channel.basic_consume(_REPLY_TO, no_ack=True, callback=self._replied)
        self._channel.events["basic_return"].add(self._returned)

    def _asked(self, service: str, question: str, given: Mapping[str, Any]) -> Any:
        id = new_id()
        body = orjson.dumps({"ask": question, "with": given})
        message = amqp.Message(body, correlation_id=id, reply_to=_REPLY_TO)
        self._replies.clear()
        self._channel.basic_publish(message, exchange="", routing_key=_queue(service), mandatory=True)
        reply = self._wait_for(id)
        if reply is None:
            raise SourceAway(f"no worker of {service} runs")
        told = orjson.loads(reply)
        if "error" in told:
            raise SourceAway(f"{service} could not answer ({told['error']})")
        return told["answer"]

    def _wait_for(self, id: str) -> bytes | None:
        deadline = time.monotonic() + self._patience
        while id not in self._replies:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._channel.connection.drain_events(timeout=left)
        return self._replies[id]

    def _replied(self, message: Any) -> None:
        self._replies[message.properties.get("correlation_id", "")] = _bytes(message.body)

    def _returned(self, error: Any, exchange: str, routing_key: str, message: Any) -> None:
        self._replies[message.properties.get("correlation_id", "")] = None


def _queue(service: str) -> str:
    return f"pijnstad.ask.{service}"


def _bytes(body: Any) -> bytes:
    return body if isinstance(body, bytes) else str(body).encode()


def _cancelled(_: str) -> None:
    raise amqp.exceptions.ConsumerCancelled()
