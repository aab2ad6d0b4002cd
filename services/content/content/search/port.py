"""What a search engine must do for the library, and the shapes that go in and come out. Engines stand beside this file.

Errors: `SearchAway` (the engine does not answer, or there is no index yet: the caller falls back to browse lists),
`SearchBusy` (somebody else is writing: repeat in a moment).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from content.lexicon import Language

Progress = Callable[[int], None]
DEEPEST = 1_000  # nobody reads on after a thousand hits, and engines pay for every skipped one


class SearchAway(Exception):
    """Say that the search engine cannot answer now."""


class SearchBusy(SearchAway):
    """Say that another process is writing to the index."""


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """Hold one item in one language as a search engine needs it; texts are plain, without marks."""

    slug: str
    language: Language
    revision: int
    weight: float  # how much its provenance counts: see domain/items.py
    title: str
    summary: str
    body: str
    kind: str
    provenance: str
    dimensions: tuple[str, ...]
    audiences: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the id of this document in every engine."""
        return f"{self.slug}:{self.language}"


@dataclass(frozen=True, slots=True)
class Filters:
    """Hold what a reader narrowed the library to; None is everything."""

    dimension: str | None = None
    audience: str | None = None
    kind: str | None = None
    provenance: str | None = None

    def given(self) -> dict[str, str]:
        """Return the chosen values by the name of the engine's field."""
        named = {
            "dimensions": self.dimension,
            "audiences": self.audience,
            "kind": self.kind,
            "provenance": self.provenance,
        }
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Query:
    """Hold one question to the library. `offset` is where the last page ended."""

    text: str
    language: Language
    filters: Filters = field(default_factory=Filters)
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """Hold one found item. Its card comes from the database, so that it is never older than the item."""

    slug: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """Hold one page of hits, the best first; `next_offset` is None when there are no more."""

    hits: tuple[Hit, ...]
    total: int
    next_offset: int | None = None


@dataclass(frozen=True, slots=True)
class IndexState:
    """Say what stands in the index: documents by language, and whether it fits the analysis of this process."""

    exists: bool
    fits: bool
    counts: dict[str, int]
    built_at: datetime | None = None


class SearchIndex(Protocol):
    """Be a search engine that holds the library."""

    def rebuild(self, documents: Iterable[SearchDocument], progress: Progress) -> int:
        """Build a new index beside the old one, switch to it, and return how many documents it holds."""

    def put(self, documents: Sequence[SearchDocument]) -> None:
        """Replace all documents of these items; an older revision never replaces a newer one."""

    def remove(self, slugs: Sequence[str]) -> None:
        """Take every language of these items out."""

    def query(self, query: Query) -> Found:
        """Return the items that answer the query."""

    def listed(self) -> dict[tuple[str, str], int]:
        """Return the revision of every document in the index, by slug and language."""

    def state(self) -> IndexState:
        """Return what stands in the index; raises SearchAway only when the engine does not answer."""


def page(hits: Sequence[Hit], total: int, query: Query) -> Found:
    """Return a page of hits that are in order: by score, then by slug, whatever the engine."""
    end = query.offset + len(hits)
    return Found(tuple(hits), total, end if hits and end < min(total, DEEPEST) else None)
