"""EVERYTHING content keeps that must agree with something else: what others told us, and what we derive from our own.

Who keeps something new of another's stream adds it here, and reconciliation finds and mends what goes wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from content.domain.facets import Theme
from content.domain.ranking import Helped
from content.domain.signals import REST
from content.handlers import handles
from content.ports import Ports
from content.search.port import SearchAway
from content.store.moments import moment_id
from content.usecases.indexing import rebuild_index, refresh_items
from content.usecases.members import member_after
from pijnstad_contracts.streams import ACCOUNTS, DIARY_ENTRIES
from pijnstad_kit.messaging.questions import SourceAway
from pijnstad_kit.reconciling import Difference, GatedRows, OnePerEvent, Projection, Sources
from pijnstad_kit.reconciling.shapes import Kind, Progress


def projections(ports: Ports) -> list[Projection]:
    """Return all of them, in the order in which one may lean on the one before."""
    return [
        GatedRows("members", ACCOUNTS, ports.members.collection, member_after),
        Moments(ports),
        SearchIndexOfItems(ports),
        WhatHelped(ports),
    ]


class Moments(OnePerEvent):
    """Compare moments with the diary events they came of.

    A safety signal of the past 24 hours stays even when selfcare was restored to before it: it keeps suggestions silent.
    """

    def __init__(self, ports: Ports) -> None:
        super().__init__(
            "moments",
            DIARY_ENTRIES,
            ports.moments.aggregates.collection,
            types=handles.types("suggestions"),
            effect_of=moment_id,
            aggregate="entry_id",
            sequence="entry_sequence",
        )
        self._now = ports.now

    def fields(self) -> Sequence[str]:
        """Return what tells whether a moment holds suggestions back."""
        return ("safety", "at")

    def spared(self, effect: Mapping[str, Any]) -> bool:
        """Return whether a moment holds suggestions back now."""
        return "safety" in effect and effect["at"] > self._now() - REST


class SearchIndexOfItems:
    """Compare the search index with the library in the database."""

    name, source = "search", "the library in the database"

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def look(self, sources: Sources, progress: Progress) -> list[Difference]:
        """Compare every item in every language. Errors: SourceAway when the engine does not answer."""
        should = self._ports.items.revisions()
        try:
            there = self._ports.search.listed()
        except SearchAway as away:
            raise SourceAway(f"the search engine is away ({away})") from None
        progress(len(should))
        return list(_of_index(should, there))

    def look_again(self, sources: Sources, found: Sequence[Difference]) -> list[Difference]:
        """Compare again."""
        return self.look(sources, lambda number: None)

    def mend(self, sources: Sources, found: Sequence[Difference]) -> None:
        """Put the items in anew; an index that is ahead of the database refuses that, and is built anew."""
        try:
            if any(one.kind == "ahead" for one in found):
                rebuild_index(self._ports, lambda number: None)
            else:
                refresh_items(sorted({one.aggregate for one in found}), self._ports)
        except SearchAway as away:
            raise SourceAway(f"the search engine is away ({away})") from None


class WhatHelped:
    """Compare the counts of what helped with the ratings in the moments."""

    name, source = "helped", "the ratings of suggestions"

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def look(self, sources: Sources, progress: Progress) -> list[Difference]:
        """Compare every count."""
        should, there = self._ports.moments.helped_counts(), self._ports.helped.stored()
        progress(len(should))
        return list(_of_counts(should, there))

    def look_again(self, sources: Sources, found: Sequence[Difference]) -> list[Difference]:
        """Compare again."""
        return self.look(sources, lambda number: None)

    def mend(self, sources: Sources, found: Sequence[Difference]) -> None:
        """Count again what differs."""
        for one in found:
            slug, theme = one.aggregate, one.key
            self._ports.helped.recount(slug, theme, partial(self._ports.moments.count_helped, slug, theme))  # type: ignore[arg-type]


def _of_index(should: Mapping[tuple[str, str], int], there: Mapping[tuple[str, str], int]) -> Iterable[Difference]:
    for slug, language in sorted({*should, *there}):
        ours, theirs = should.get((slug, language)), there.get((slug, language))
        if ours is None:
            yield Difference("unknown", slug, f"in {language}: not in the library", language)
        elif theirs is None:
            yield Difference("missing", slug, f"in {language}", language)
        elif ours != theirs:
            kind: Kind = "behind" if theirs < ours else "ahead"
            yield Difference(kind, slug, f"in {language}: revision {theirs}, the library {ours}", language)


def _of_counts(
    should: Mapping[tuple[str, Theme], Helped], there: Mapping[tuple[str, Theme], Helped]
) -> Iterable[Difference]:
    nobody = Helped(0, 0)
    for slug, theme in sorted({*should, *there}):
        ours, theirs = should.get((slug, theme), nobody), there.get((slug, theme), nobody)
        if ours != theirs:
            says = f"{theme}: {theirs.yes} yes and {theirs.no} no, the ratings {ours.yes} and {ours.no}"
            yield Difference("damaged", slug, says, theme)
