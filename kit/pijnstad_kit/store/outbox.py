"""The outbox of an aggregate: its last events, of which those after `relayed` still wait. Nothing of the bus here.

What was sent stays in the document, so that the service can tell it again (telling.py); `relayed` is the number of the last
event the broker confirmed. A mark is one small write that is the same for many aggregates: `relayed` is moved on where
nothing was recorded since they were read, which `sequence` tells. A list of ids in a filter is walked for every document by
some stores, so it is kept short; many such filters go in one round trip.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pymongo import UpdateMany, UpdateOne
from pymongo.collection import Collection

IDS = 20  # aggregates in the filter of one statement
KEPT = 200  # told events an aggregate keeps at most; one whose outbox says `keeps` keeps that many

FIELDS = dict.fromkeys(("outbox", "sequence", "relayed", "keeps"), 1)

Documents = Collection[dict[str, Any]]
Statement = UpdateMany | UpdateOne


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
    relayed: int | None
    entries: list[Entry]
    keeps: int | None = None
    sent: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Return whether everything that was read was sent."""
        return len(self.sent) == len(self.entries)

    @property
    def reached(self) -> int:
        """Return the number of the last event that was sent."""
        return self.sequence - len(self.entries) + len(self.sent)

    @property
    def as_read(self) -> dict[str, Any]:
        """Return the condition that the outbox is told up to where it was when it was read."""
        return {"relayed": self.relayed}


def waits(document: Mapping[str, Any]) -> int:
    """Return how many events of an aggregate still wait. One written before outboxes were kept has only waiting ones."""
    if document.get("relayed") is None:
        return len(document.get("outbox") or ())
    return int(document["sequence"]) - int(document["relayed"])


def waiting(collection: Documents, at_once: int) -> Generator[list[Load]]:
    """Walk once over every aggregate that has events waiting, so many at a time."""
    with collection.find({"waiting": True}, FIELDS, batch_size=at_once) as cursor:
        while found := list(islice(cursor, at_once)):
            yield [_load(one) for one in found]


def of(collection: Documents, ids: Iterable[str]) -> list[Load]:
    """Return what waits in these aggregates."""
    found = collection.find({"_id": {"$in": list(ids)}}, {**FIELDS, "waiting": 1})
    return [_load(one) for one in found if one.get("waiting")]


def mark(collection: Documents, loads: Sequence[Load]) -> None:
    """Move on what outboxes were told up to, in one round trip where nothing was recorded or asked for meanwhile."""
    whole = [load for load in loads if load.empty]
    partly = [load for load in loads if load.sent and not load.empty]
    statements: list[Statement] = [*_finishing(whole), *map(_moving, partly)]
    if not statements:
        return
    matched = collection.bulk_write(statements, ordered=False).matched_count
    if matched < len(whole) + len(partly) and (moved := [load for load in whole if load.sent]):
        collection.bulk_write([_moving(load) for load in moved], ordered=False)


def _load(document: dict[str, Any]) -> Load:
    number = waits(document)
    raw = document.get("outbox") or []
    entries = [Entry(one["id"], one["type"], bytes(one["body"])) for one in raw[len(raw) - number :]]
    return Load(
        document["_id"], int(document.get("sequence", 0)), document.get("relayed"), entries, document.get("keeps")
    )


def _finishing(loads: Sequence[Load]) -> Iterator[Statement]:
    alike: defaultdict[tuple[int, int | None, int | None], list[str]] = defaultdict(list)
    for load in loads:
        alike[load.sequence, load.relayed, load.keeps].append(load.id)
    for (sequence, relayed, keeps), ids in alike.items():
        update: dict[str, Any] = {"$set": {"relayed": sequence}, "$unset": {"waiting": ""}}
        if keeps is not None:
            update["$push"] = {"outbox": {"$each": [], "$slice": -keeps if keeps else 0}}
        for start in range(0, len(ids), IDS):
            where = {"_id": {"$in": ids[start : start + IDS]}, "sequence": sequence, "relayed": relayed}
            yield UpdateMany(where, update)


def _moving(load: Load) -> UpdateOne:
    return UpdateOne({"_id": load.id, "waiting": True, **load.as_read}, {"$set": {"relayed": load.reached}})
