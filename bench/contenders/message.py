"""The event every contender carries: the same bytes for all, a real one of the chain."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pijnstad_contracts.envelope import Event, encode
from pijnstad_contracts.selfcare import DiaryEntryRecorded
from pijnstad_kit.ids import new_id

EVENT = DiaryEntryRecorded
_MEMBER = "01912f4e-0000-7000-8000-000000000001"


def event(member: str = _MEMBER) -> Event[Any]:
    """Return an event with an id of its own, about an entry of its own."""
    data = EVENT.model_validate({**EVENT.example, "entry_id": new_id()})
    return Event(new_id(), EVENT.source, EVENT.type, new_id(), datetime.now(UTC), 1, 1, data, member=member)


def bodies(number: int) -> list[tuple[str, bytes]]:
    """Return (id, encoded event) pairs."""
    return [(made.id, encode(made)) for made in (event() for _ in range(number))]


def size() -> int:
    """Return the bytes of one encoded event."""
    return len(encode(event()))
