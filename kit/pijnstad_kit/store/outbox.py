"""What waits in the outboxes of a collection's aggregates, and marking it as sent. The documents' form; nothing of the bus.

A mark is one small write that is the same for many aggregates: their outboxes are emptied where nothing was recorded since
they were read, which the aggregate's `sequence` tells. Where something was, only what was sent is taken out. A list of ids
in a filter is walked for every document by some stores, so it is kept short; many such filters go in one round trip.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pymongo import UpdateMany, UpdateOne
from pymongo.collection import Collection

IDS = 20  # aggregates in the filter of one statement

_FIELDS = {"outbox": 1, "sequence": 1}
_EMPTY = {"$set": {"outbox": []}, "$unset": {"waiting": ""}}

Documents = Collection[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one event that waits: its id, its type and its encoded envelope."""

    id: str
    type: str
    body: bytes


@dataclass(slots=True)
class Load:
    """Hold one aggregate's waiting events as they were read, and which of them were sent."""

    id: str
    sequence: int
    entries: list[Entry]
    sent: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Return whether everything that was read was sent."""
        return len(self.sent) == len(self.entries)


def waiting(collection: Documents, at_once: int) -> Generator[list[Load]]:
    """Walk once over every aggregate that has events waiting, so many at a time."""
    with collection.find({"waiting": True}, _FIELDS, batch_size=at_once) as cursor:
        while found := list(islice(cursor, at_once)):
            yield [_load(one) for one in found]


def of(collection: Documents, ids: Iterable[str]) -> list[Load]:
    """Return what waits in these aggregates."""
    found = collection.find({"_id": {"$in": list(ids)}}, {**_FIELDS, "waiting": 1})
    return [_load(one) for one in found if one.get("waiting")]


def mark(collection: Documents, loads: Sequence[Load]) -> None:
    """Take what was sent out of the outboxes, in one round trip where nothing was recorded meanwhile."""
    empty = [load for load in loads if load.empty]
    partly = [load for load in loads if load.sent and not load.empty]
    statements: list[UpdateMany | UpdateOne] = [*_emptying(empty), *map(_pulling, partly)]
    if not statements:
        return
    matched = collection.bulk_write(statements, ordered=False).matched_count
    if matched < len(empty) + len(partly) and (moved := [load for load in empty if load.sent]):
        collection.bulk_write([_pulling(load) for load in moved], ordered=False)


def _load(document: dict[str, Any]) -> Load:
    entries = [Entry(one["id"], one["type"], bytes(one["body"])) for one in document.get("outbox") or ()]
    return Load(document["_id"], int(document.get("sequence", 0)), entries)


def _emptying(loads: Sequence[Load]) -> Iterator[UpdateMany]:
    by_sequence: defaultdict[int, list[str]] = defaultdict(list)
    for load in loads:
        by_sequence[load.sequence].append(load.id)
    for sequence, ids in by_sequence.items():
        for start in range(0, len(ids), IDS):
            yield UpdateMany({"_id": {"$in": ids[start : start + IDS]}, "sequence": sequence}, _EMPTY)


def _pulling(load: Load) -> UpdateOne:
    return UpdateOne({"_id": load.id, "waiting": True}, {"$pull": {"outbox": {"id": {"$in": load.sent}}}})
