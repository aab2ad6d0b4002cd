"""What a test does to a subscriber's queue by hand: put bytes in, take all out and give them back shuffled."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rooms import Rooms

from pijnstad_contracts.envelope import Event
from pijnstad_contracts.selfcare import DiaryEntryRecorded, ThemeSignal
from pijnstad_kit.ids import new_id
from pijnstad_kit.messaging.connection import connect
from pijnstad_kit.messaging.deadletters import DeadLetters
from pijnstad_kit.messaging.publisher import Outgoing, Publisher

QUEUE = "content.suggestions"


def put(rooms: Rooms, bodies: Mapping[str, bytes]) -> None:
    """Put messages into the queue of diary events, by id."""
    publisher = Publisher(rooms.bus_url, None)
    assert publisher.publish([Outgoing(id, "", QUEUE, body) for id, body in bodies.items()]) == {}
    publisher.close()


def shuffle(rooms: Rooms, chance: random.Random, *, window: int, late: int) -> dict[str, bytes]:
    """Shuffle what waits in the queue of diary events, window by window. Returns some events kept back, by id."""
    held = _taken(rooms)
    kept = dict(held.pop(chance.randrange(len(held))) for _ in range(late))
    for start in range(0, len(held), window):
        part = held[start : start + window]
        chance.shuffle(part)
        put(rooms, dict(part))
    return kept


def synthetic(number: int) -> list[Event[Any]]:
    """Return events of entries that never were, of people nobody knows: work for a subscriber and nothing else."""
    now = datetime.now(UTC)
    data = [DiaryEntryRecorded(entry_id=new_id(), occurred_at=now, themes=_THEMES) for _ in range(number)]
    return [Event(new_id(), one.source, one.type, one.entry_id, now, 1, 1, one, member=new_id()) for one in data]


def dead_letters(rooms: Rooms) -> DeadLetters:
    """Return content's dead letters."""
    return DeadLetters(rooms.bus_url, "content")


def _taken(rooms: Rooms) -> list[tuple[str, bytes]]:
    taken = []
    with connect(rooms.bus_url) as connection:
        channel = connection.connection.channel()
        while (message := channel.basic_get(QUEUE, no_ack=True)) is not None:
            body = message.body if isinstance(message.body, bytes) else message.body.encode()
            taken.append((message.properties["message_id"], body))
    return taken


_THEMES: Sequence[ThemeSignal] = (ThemeSignal(theme="sleep", direction="worse"),)
