"""Comparing a stream page by page with what a projection holds in the same range of ids. What is held, its kind says."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from pijnstad_contracts.streams import Stream
from pijnstad_kit.reconciling.shapes import Difference, Progress
from pijnstad_kit.reconciling.sources import AT_ONCE, Sources
from pijnstad_kit.store.telling import Told

H = TypeVar("H")


class StreamProjection(ABC, Generic[H]):
    """Be a projection of a stream: per aggregate it holds something that the source's word can be compared with."""

    bodies = False  # whether comparing needs what the events say

    def __init__(self, name: str, stream: Stream) -> None:
        self.name, self.stream, self.source = name, stream, str(stream)

    @abstractmethod
    def held(self, query: Mapping[str, Any]) -> dict[str, H]:
        """Return what is held of the aggregates whose id fits a condition, by aggregate."""

    @abstractmethod
    def compare(self, aggregate: str, told: Told | None, held: H | None) -> Iterable[Difference]:
        """Yield the differences of one aggregate."""

    @abstractmethod
    def put_right(self, sources: Sources, found: Sequence[Difference]) -> None:
        """Remove or rewrite what is held and wrong, so that what is told again is let in."""

    def look(self, sources: Sources, progress: Progress) -> list[Difference]:
        """Compare everything."""
        found, compared, after = list[Difference](), 0, ""
        for page in sources.pages(self.stream, bodies=self.bodies):
            last = page[-1].aggregate
            found += self._compared({one.aggregate: one for one in page}, self.held({"$gt": after, "$lte": last}))
            compared, after = compared + len(page), last
            progress(compared)
        found += self._compared({}, self.held({"$gt": after}))
        return found

    def look_again(self, sources: Sources, found: Sequence[Difference]) -> list[Difference]:
        """Compare only the aggregates that differed."""
        ids = list(dict.fromkeys(one.aggregate for one in found))
        again: list[Difference] = []
        for start in range(0, len(ids), AT_ONCE):
            chunk = ids[start : start + AT_ONCE]
            told = sources.of(self.stream, chunk, bodies=self.bodies)
            again += self._compared(told, self.held({"$in": chunk}))
        return again

    def mend(self, sources: Sources, found: Sequence[Difference]) -> None:
        """Put right what is here, then have the rest told again."""
        found = [one for one in found if not one.final]
        self.put_right(sources, found)
        since: dict[str, int] = {}
        for one in found:
            if one.since is not None:
                since[one.aggregate] = min(one.since, since.get(one.aggregate, one.since))
        if since:
            sources.tell_again(self.stream, since)

    def _compared(self, told: Mapping[str, Told], held: Mapping[str, H]) -> Iterator[Difference]:
        for aggregate in dict.fromkeys((*told, *held)):
            yield from self.compare(aggregate, told.get(aggregate), held.get(aggregate))
