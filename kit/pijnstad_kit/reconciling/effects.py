"""Effects of single events: one document each, its id derived from the event's, with aggregate and number of the event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pymongo.collection import Collection

from pijnstad_contracts.streams import Stream
from pijnstad_kit.reconciling.shapes import Difference
from pijnstad_kit.reconciling.sources import Sources
from pijnstad_kit.reconciling.streams import StreamProjection
from pijnstad_kit.store.telling import Told

Effects = dict[str, int | None]  # the number of the event, by the effect's id
_AT_ONCE = 100


class OnePerEvent(StreamProjection[Effects]):
    """Compare effects with the events they come from: each event of these types one effect, each effect an event.

    An event the source let go of (an older one of something removed) may have an effect, and need not.
    """

    def __init__(
        self,
        name: str,
        stream: Stream,
        collection: Collection[dict[str, Any]],
        *,
        types: Iterable[str],
        effect_of: Callable[[str], str],
        aggregate: str,
        sequence: str,
    ) -> None:
        super().__init__(name, stream)
        self._collection, self._types, self._effect_of = collection, frozenset(types), effect_of
        self._aggregate, self._sequence = aggregate, sequence

    def spared(self, effect: Mapping[str, Any]) -> bool:
        """Return whether an effect must stay for now even when the source does not know of it. Here: never."""
        return False

    def fields(self) -> Sequence[str]:
        """Return which fields `spared` needs to see."""
        return ()

    def held(self, query: Mapping[str, Any]) -> dict[str, Effects]:
        """Return the effects of each aggregate. A spared one has no number: whatever the source says, it may stay."""
        wanted = dict.fromkeys((self._aggregate, self._sequence, *self.fields()), 1)
        found: defaultdict[str, Effects] = defaultdict(dict)
        for one in self._collection.find({self._aggregate: query}, wanted):
            found[one[self._aggregate]][one["_id"]] = None if self.spared(one) else int(one[self._sequence])
        return dict(found)

    def compare(self, aggregate: str, told: Told | None, held: Effects | None) -> Iterator[Difference]:
        """Yield each effect that is missing, unknown to the source, or of another number than its event."""
        here = held or {}
        events = {self._effect_of(one.id): one for one in told.events if one.type in self._types} if told else {}
        for effect, event in events.items():
            if effect not in here:
                yield Difference("missing", aggregate, f"of event {event.sequence}", effect, event.sequence)
            elif here[effect] not in (None, event.sequence):
                yield Difference("damaged", aggregate, f"of event {event.sequence}, but says {here[effect]}", effect)
        for effect, number in here.items():
            if effect not in events and number is not None and not (told and number < told.first):
                yield Difference("unknown", aggregate, f"of event {number}, which the source does not know", effect)

    def put_right(self, sources: Sources, found: Sequence[Difference]) -> None:
        """Delete effects nobody knows and give damaged ones their event's number."""
        unknown = [one.key for one in found if one.kind == "unknown"]
        for start in range(0, len(unknown), _AT_ONCE):
            self._collection.delete_many({"_id": {"$in": unknown[start : start + _AT_ONCE]}})
        damaged = {one.key: one.aggregate for one in found if one.kind == "damaged"}
        for told in sources.of(self.stream, list(set(damaged.values()))).values() if damaged else ():
            for event in told.events:
                if (effect := self._effect_of(event.id)) in damaged:
                    self._renumber(effect, event.sequence)

    def _renumber(self, effect: str, sequence: int) -> None:
        self._collection.update_one({"_id": effect}, {"$set": {self._sequence: sequence}})
