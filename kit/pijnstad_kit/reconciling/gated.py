"""Rows that follow a whole stream: one an aggregate, with `epoch`, `sequence` and `told_at` of its last event, and fields.

After a restore the source tells everything again under a higher epoch. Its handler does not undo and redo what it knows: a
row of the older epoch counts as behind here, and is written anew from what the source knows now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pymongo.collection import Collection

from pijnstad_contracts.envelope import Event, decode
from pijnstad_contracts.registry import event_types
from pijnstad_contracts.streams import Stream
from pijnstad_kit.reconciling.shapes import Difference
from pijnstad_kit.reconciling.sources import Sources
from pijnstad_kit.reconciling.streams import StreamProjection
from pijnstad_kit.store.telling import Told

Row = Mapping[str, Any]
Fold = Callable[[Iterable[Event[Any]]], Mapping[str, Any]]


class GatedRows(StreamProjection[Row]):
    """Compare rows with their stream: the same aggregates, the same numbers, and fields as `fold` makes them of the events.

    A row that is ahead, damaged or of another epoch is written anew from the events, if all of them can still be told; its
    last event is told again then, so that the handler does what it does beside the row.
    """

    bodies = True

    def __init__(self, name: str, stream: Stream, collection: Collection[dict[str, Any]], fold: Fold) -> None:
        super().__init__(name, stream)
        self._collection, self._fold = collection, fold

    def held(self, query: Mapping[str, Any]) -> dict[str, Row]:
        """Return the rows by their aggregates, which are their ids."""
        return {row["_id"]: row for row in self._collection.find({"_id": query})}

    def compare(self, aggregate: str, told: Told | None, held: Row | None) -> Iterator[Difference]:
        """Yield at most one difference."""
        if told is None:
            yield Difference("unknown", aggregate, "the source does not know it")
        elif held is None:
            if told.sequence and not told.let_go:
                yield Difference("missing", aggregate, _of(told), since=1, final=told.first > 1)
        elif _at(held) < (told.epoch, told.sequence):
            since = held["sequence"] + 1 if held["epoch"] == told.epoch else told.sequence
            final = told.first > held["sequence"] + 1
            yield Difference("behind", aggregate, f"{_here(held)}, {_of(told)}", since=since, final=final)
        elif _at(held) > (told.epoch, told.sequence):
            final = told.first > 1
            yield Difference("ahead", aggregate, f"{_here(held)}, {_of(told)}", since=told.sequence, final=final)
        elif told.first == 1 and (names := self._wrong(told, held)):
            yield Difference("damaged", aggregate, f"not as told: {', '.join(names)}", since=told.sequence)

    def put_right(self, sources: Sources, found: Sequence[Difference]) -> None:
        """Delete rows nobody knows and write anew what telling again would not change, each only as it was seen."""
        wrong = [one.aggregate for one in found if one.kind != "missing"]
        rows = self.held({"$in": wrong}) if wrong else {}
        known = sources.of(self.stream, list(rows), bodies=True)
        for id, row in rows.items():
            as_seen = {"_id": id, "epoch": row["epoch"], "sequence": row["sequence"]}
            if id not in known:
                self._collection.delete_one(as_seen)
            elif self._cannot_hear(known[id], row):
                self._collection.replace_one(as_seen, self._folded(known[id]))

    def _cannot_hear(self, told: Told, held: Row) -> bool:
        """Return whether the row's gate would not let in what is told again, and the row can be made of the events."""
        behind = held["epoch"] == told.epoch and held["sequence"] < told.sequence
        return told.first == 1 and bool(told.sequence) and not behind

    def _wrong(self, told: Told, held: Row) -> list[str]:
        should = self._folded(told)
        names = {*should, *held} - {"_id"} - ({"told_at"} - set(held))  # rows of before 2026-11-24 have no `told_at`
        return sorted(name for name in names if should.get(name) != held.get(name))

    def _folded(self, told: Told) -> dict[str, Any]:
        types = event_types()
        events = [decode((one.body or "").encode(), types) for one in told.events]
        return {"epoch": told.epoch, "sequence": told.sequence, "told_at": events[-1].time, **self._fold(events)}


def _at(row: Row) -> tuple[int, int]:
    return row["epoch"], row["sequence"]


def _here(row: Row) -> str:
    return f"here {row['epoch']}/{row['sequence']}"


def _of(told: Told) -> str:
    lost = f", its first {told.first - 1} cannot be told any more" if told.first > 1 else ""
    return f"the source {told.epoch}/{told.sequence}{lost}"
