"""The dead letters of a service: look, redrive, drop. Metadata only; a body is never shown.

Looking takes messages from the queue unacknowledged and gives them back when the channel closes. Nothing is kept in memory
beside a batch, however many lie there. What arrives while somebody looks is for the next look: a letter that is redriven
and dies again at once is not taken twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import amqp
import orjson

from pijnstad_kit import logs
from pijnstad_kit.messaging.connection import CONNECTION_ERRORS, connect, throw_away
from pijnstad_kit.messaging.consumer import ERROR
from pijnstad_kit.messaging.inbox import ATTEMPT
from pijnstad_kit.messaging.publisher import BrokerAway, Outgoing, Publisher
from pijnstad_kit.messaging.topology import dead_queue

AT_ONCE = (
    30  # letters settled together: a quorum queue forgets acknowledgements beyond 32 that wait when a channel closes
)
UNREADABLE = "(unreadable)"

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

    def age(self, at: datetime) -> float | None:
        """Return how many seconds ago it died, None when the broker did not say."""
        return None if self.died_at is None else (at - self.died_at).total_seconds()

    def as_json(self) -> dict[str, Any]:
        """Return its fields as JSON has them."""
        return asdict(self) | {"died_at": self.died_at and self.died_at.isoformat().replace("+00:00", "Z")}


Chosen = Callable[[DeadLetter], bool]
Batch = list[tuple[DeadLetter, Any]]


@dataclass(frozen=True, slots=True)
class Filter:
    """Say which letters: everything that is named must fit; a filter that names nothing fits all."""

    ids: tuple[str, ...] = ()
    type: str = ""
    queue: str = ""
    error: str = ""
    older_than: float = 0  # seconds

    def fits(self, letter: DeadLetter) -> bool:
        """Return whether a letter is meant. One without a time of death is never older than anything."""
        age = letter.age(datetime.now(UTC))
        return (
            (not self.ids or letter.id in self.ids)
            and (not self.type or letter.type == self.type)
            and (not self.queue or letter.queue == self.queue)
            and (not self.error or self.error in (letter.error, letter.reason))
            and (not self.older_than or (age is not None and age >= self.older_than))
        )


@dataclass(slots=True)
class Progress:
    """Count what was looked at, done and refused by the broker, of how many that lay there at the start."""

    total: int = 0
    looked_at: int = 0
    done: int = 0
    refused: int = 0


Say = Callable[[Progress, Sequence[DeadLetter]], None]


def _silent(_: Progress, __: Sequence[DeadLetter]) -> None:
    pass


class DeadLetters:
    """Work on one service's dead-letter queue. Every method's errors: BrokerAway."""

    def __init__(self, url: str, service: str) -> None:
        self._url, self._service = url, service

    def list(self) -> list[DeadLetter]:
        """Return all that lies there, oldest first. For many, walk over `look`."""
        with self.look() as letters:
            return [*letters]

    def count(self) -> int:
        """Return how many lie there and are not just being looked at by somebody."""
        with self._opened() as channel:
            return self._number(channel)

    @contextmanager
    def look(self) -> Iterator[Iterator[DeadLetter]]:
        """Walk over what lies there, oldest first; afterwards all of it lies there again."""
        with self._opened() as channel:
            yield (letter for letter, _ in self._walk(channel, Progress()))

    def redrive(self, chosen: Chosen, say: Say = _silent, *, at_most: int | None = None) -> Progress:
        """Send the chosen ones back to the queue they came from, as new attempts. Its consumer does each once."""
        publisher = Publisher(self._url, None)

        def send_back(batch: Batch) -> set[str]:
            return set(
                publisher.publish([Outgoing(letter.id, "", letter.queue, _body(message)) for letter, message in batch])
            )

        try:
            return self._each(chosen, send_back, say, at_most)
        finally:
            publisher.close()

    def drop(self, chosen: Chosen, reason: str, say: Say = _silent, *, at_most: int | None = None) -> Progress:
        """Throw the chosen ones away for a reason that is logged."""

        def note(batch: Batch) -> set[str]:
            for letter, _ in batch:
                _log.warning(
                    "dead_letter_dropped", event_id=letter.id, queue=letter.queue, type=letter.type, why=reason
                )
            return set()

        return self._each(chosen, note, say, at_most)

    def _each(self, chosen: Chosen, act: Callable[[Batch], set[str]], say: Say, at_most: int | None) -> Progress:
        """Act on batches of what was chosen; `act` returns the ids that were refused, and they stay."""
        progress, batch = Progress(), Batch()
        with self._opened() as channel:

            def settle() -> None:
                refused = act(batch) if batch else set[str]()
                for letter, message in batch:
                    if letter.id not in refused:
                        channel.basic_ack(message.delivery_tag)
                        progress.done += 1
                    else:
                        progress.refused += 1
                say(progress, [letter for letter, _ in batch if letter.id not in refused])
                batch.clear()

            for letter, message in self._walk(channel, progress):
                if chosen(letter):
                    batch.append((letter, message))
                if len(batch) == AT_ONCE or progress.looked_at % 1000 == 0:
                    settle()
                if at_most is not None and progress.done + len(batch) >= at_most:
                    break
            settle()
        return progress

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        try:
            connection = connect(self._url, heartbeat=0)
            try:
                channel = connection.connection.channel()
                yield channel
                channel.close()
            finally:
                throw_away(connection)
        except (*CONNECTION_ERRORS, amqp.AMQPError) as error:
            raise BrokerAway(type(error).__name__) from error

    def _number(self, channel: Any) -> int:
        try:
            return int(channel.queue_declare(dead_queue(self._service), passive=True).message_count)
        except amqp.NotFound:
            return 0

    def _walk(self, channel: Any, progress: Progress) -> Iterator[tuple[DeadLetter, Any]]:
        progress.total = self._number(channel)
        while progress.looked_at < progress.total:
            message = channel.basic_get(dead_queue(self._service))
            if message is None:
                return
            progress.looked_at += 1
            yield _letter(message), message


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


def _body(message: Any) -> bytes:
    return message.body if isinstance(message.body, bytes) else str(message.body).encode()


def _type(body: Any) -> str:
    try:
        found = orjson.loads(body).get("type")
    except (ValueError, AttributeError):
        return UNREADABLE
    return found if isinstance(found, str) and _TYPE.match(found) else UNREADABLE
