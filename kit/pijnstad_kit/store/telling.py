"""What a service can tell about its streams, and telling it again: the source's side of reconciliation.

A stream is a collection of aggregates; its page says of each aggregate its epoch, the number of its last event and which
events are still in its outbox (ids, types, numbers). Telling again puts them back among those that wait: with the same
ids and numbers, and with the epoch of today, so that after a restore they count above what was told before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from bson import Binary
from pymongo import UpdateOne

from pijnstad_kit.store import epoch
from pijnstad_kit.store.outbox import FIELDS, Documents

PAGE = 500  # aggregates in a page at most

_SHOWN = dict.fromkeys(("sequence", "keeps", "outbox.id", "outbox.type"), 1)
_WHOLE = dict.fromkeys(("sequence", "keeps", "outbox"), 1)


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """Hold an event a source can tell again, with its envelope where that was asked for."""

    id: str
    type: str
    sequence: int
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Hold what a source says of one aggregate: how far its stream goes, and which of its events it still has.

    `let_go`: its past was dropped on purpose, only the last word stays.
    """

    aggregate: str
    epoch: int
    sequence: int
    events: tuple[ToldEvent, ...]
    let_go: bool = False

    @property
    def first(self) -> int:
        """Return the number of the first event that can be told again; one above the last when there is none."""
        return self.sequence - len(self.events) + 1


def page(collection: Documents, after: str = "", limit: int = PAGE, *, bodies: bool = False) -> list[Told]:
    """Return a page of aggregates, by id."""
    number = epoch.current(collection.database)
    found = collection.find({"_id": {"$gt": after}}, _WHOLE if bodies else _SHOWN).sort("_id", 1)
    return [_told(one, number) for one in found.limit(min(limit, PAGE))]


def of(collection: Documents, ids: Sequence[str], *, bodies: bool = False) -> list[Told]:
    """Return what is known of these aggregates, for a second look."""
    number = epoch.current(collection.database)
    found = collection.find({"_id": {"$in": list(ids)}}, _WHOLE if bodies else _SHOWN)
    return [_told(one, number) for one in found]


def tell_again(collection: Documents, since: Mapping[str, int]) -> int:
    """Let these aggregates tell their events from a number on once more. Returns how many events will come."""
    number = epoch.current(collection.database)
    found = collection.find({"_id": {"$in": list(since)}}, FIELDS)
    updates = [update for one in found if (update := _again(one, since[one["_id"]], number))]
    if not updates:
        return 0
    collection.bulk_write([update for update, _ in updates], ordered=False)
    return sum(events for _, events in updates)


def tell_all_again(collection: Documents, progress: Callable[[int], None] = lambda _: None) -> int:
    """Let every aggregate tell all it has. Returns how many events will come; `progress` hears that as it grows."""
    events = 0
    for told in _pages(collection):
        events += tell_again(collection, {one.aggregate: 1 for one in told})
        progress(events)
    return events


def _pages(collection: Documents) -> Iterator[list[Told]]:
    after = ""
    while told := page(collection, after):
        yield told
        after = told[-1].aggregate


def _told(one: Mapping[str, Any], number: int) -> Told:
    raw, last = one.get("outbox") or (), int(one.get("sequence", 0))
    first = last - len(raw) + 1
    events = (_told_event(entry, first + place) for place, entry in enumerate(raw))
    return Told(one["_id"], number, last, tuple(events), one.get("keeps") is not None)


def _told_event(entry: Mapping[str, Any], sequence: int) -> ToldEvent:
    body = bytes(entry["body"]).decode() if "body" in entry else None
    return ToldEvent(entry["id"], entry["type"], sequence, body)


def _again(one: Mapping[str, Any], since: int, number: int) -> tuple[UpdateOne, int] | None:
    """Return the write that sets an outbox back to before an event, and how many events then wait because of it."""
    raw, last = one.get("outbox") or [], int(one["sequence"])
    before = last if one.get("relayed") is None else int(one["relayed"])
    begin = min(max(since - 1, last - len(raw)), before)
    outbox = _of_epoch(raw, number)
    if begin == last or (begin == before and outbox == raw):
        return None  # nothing to tell, or it waits already
    where = {"_id": one["_id"], "sequence": last, "relayed": one.get("relayed")}
    return UpdateOne(where, {"$set": {"relayed": begin, "waiting": True, "outbox": outbox}}), last - begin


def _of_epoch(entries: Iterable[Mapping[str, Any]], number: int) -> list[dict[str, Any]]:
    return [{**entry, "body": _stamped(bytes(entry["body"]), number)} for entry in entries]


def _stamped(body: bytes, number: int) -> Binary:
    envelope = orjson.loads(body)
    return Binary(body if envelope.get("epoch") == number else orjson.dumps({**envelope, "epoch": number}))
