"""The dead letters of a service: list, show, redrive, drop. Metadata only; a body is never shown.

Looking takes messages from the queue unacknowledged and gives them back when the connection closes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import amqp
import orjson

from pijnstad_kit import logs
from pijnstad_kit.messaging.connection import connect, throw_away
from pijnstad_kit.messaging.consumer import ATTEMPT, ERROR
from pijnstad_kit.messaging.publisher import Outgoing, Publisher
from pijnstad_kit.messaging.topology import dead_queue

_log = logs.get_logger("pijnstad.deadletters")
_TYPE = re.compile(r"^[a-z0-9_.]{1,120}$")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Hold what may be known of a dead letter: never its body."""

    id: str
    queue: str
    type: str
    attempts: int
    error: str
    reason: str
    died_at: datetime | None
    size: int


Chosen = Callable[[DeadLetter], bool]


class DeadLetters:
    """Work on one service's dead-letter queue."""

    def __init__(self, url: str, service: str) -> None:
        self._url, self._service = url, service

    def list(self) -> list[DeadLetter]:
        """Return what lies there, oldest first."""
        with self._opened() as channel:
            return [letter for letter, _ in self._all(channel)]

    def redrive(self, chosen: Chosen, progress: Callable[[DeadLetter], None] = lambda _: None) -> int:
        """Send the chosen ones back to the queue they came from, as new attempts. Returns how many."""
        publisher = Publisher(self._url, None)
        try:
            return self._each(chosen, lambda letter, message: self._send_back(publisher, letter, message), progress)
        finally:
            publisher.close()

    def drop(self, chosen: Chosen, reason: str, progress: Callable[[DeadLetter], None] = lambda _: None) -> int:
        """Throw the chosen ones away for a reason that is logged. Returns how many."""

        def note(letter: DeadLetter, _: Any) -> bool:
            _log.warning("dead_letter_dropped", event_id=letter.id, queue=letter.queue, type=letter.type, why=reason)
            return True

        return self._each(chosen, note, progress)

    def _each(
        self, chosen: Chosen, act: Callable[[DeadLetter, Any], bool], progress: Callable[[DeadLetter], None]
    ) -> int:
        done = 0
        with self._opened() as channel:
            for letter, message in list(self._all(channel)):
                if chosen(letter) and act(letter, message):
                    channel.basic_ack(message.delivery_tag)
                    progress(letter)
                    done += 1
        return done

    def _send_back(self, publisher: Publisher, letter: DeadLetter, message: Any) -> bool:
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        return not publisher.publish([Outgoing(letter.id, "", letter.queue, body)])

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        connection = connect(self._url, heartbeat=0)
        try:
            channel = connection.connection.channel()
            yield channel
            channel.close()
        finally:
            throw_away(connection)

    def _all(self, channel: Any) -> Iterator[tuple[DeadLetter, Any]]:
        try:
            while (message := channel.basic_get(dead_queue(self._service))) is not None:
                yield _letter(message), message
        except amqp.NotFound:
            return


def _letter(message: Any) -> DeadLetter:
    headers = message.headers or {}
    death = (headers.get("x-death") or [{}])[0]
    died_at = death.get("time")
    return DeadLetter(
        id=str(message.properties.get("message_id") or ""),
        queue=str(death.get("queue") or headers.get("x-first-death-queue") or ""),
        type=_type(message.body),
        attempts=int(headers.get(ATTEMPT, 0)) + 1,
        error=str(headers.get(ERROR, "")),
        reason=str(death.get("reason", "")),
        died_at=died_at.replace(tzinfo=UTC) if isinstance(died_at, datetime) else None,
        size=len(message.body),
    )


def _type(body: Any) -> str:
    try:
        found = orjson.loads(body).get("type")
    except (ValueError, AttributeError):
        return "(unreadable)"
    return found if isinstance(found, str) and _TYPE.match(found) else "(unreadable)"
