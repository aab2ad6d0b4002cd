"""An item of the library: what it says in each language, where that comes from, and whom it is for."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import orjson

from content.domain.facets import (
    Audience,
    Dimension,
    Direction,
    Kind,
    PainType,
    Phase,
    Provenance,
    ReadingLevel,
    Side,
    Step,
    Theme,
)
from content.lexicon import Language


@dataclass(frozen=True, slots=True)
class Source:
    """Name what a text is based on, so that a reader can look it up.

    `language` is the source's own. `read_on`: the page has no date, this is the day it was read, and `year` that year.
    """

    title: str
    year: int
    section: str
    publisher: str | None = None
    address: str | None = None
    language: Language = "nl"
    read_on: date | None = None


@dataclass(frozen=True, slots=True)
class Validation:
    """Name the professional who checked an item, and when."""

    name: str
    profession: str
    date: date


@dataclass(frozen=True, slots=True)
class ItemText:
    """Hold an item in one language. `html` is made from `markdown` and safe to show."""

    title: str
    summary: str
    in_one_minute: tuple[str, ...]
    markdown: str
    html: str
    sources: tuple[Source, ...]
    update_policy: str
    reading_level: ReadingLevel


@dataclass(frozen=True, slots=True)
class Item:
    """Hold an item in all its languages."""

    slug: str
    kind: Kind
    dimensions: tuple[Dimension, ...]
    side: Side
    themes: tuple[Theme, ...]
    directions: tuple[Direction, ...]
    pain_types: tuple[PainType, ...]
    body_areas: tuple[str, ...]
    phases: tuple[Phase, ...]
    steps: tuple[Step, ...]
    audiences: tuple[Audience, ...]
    flare_friendly: bool
    minutes: int
    provenance: Provenance
    validated_by: Validation | None
    written_on: date
    review_by: date
    texts: dict[Language, ItemText]

    @property
    def languages(self) -> tuple[Language, ...]:
        """Return the languages the item can be read in, Dutch first."""
        return tuple(language for language in ("nl", "en") if language in self.texts)

    def digest(self) -> str:
        """Return the hash of everything the item says and is: the same item gives the same digest."""
        return hashlib.sha256(orjson.dumps(self.as_fields(), option=orjson.OPT_SORT_KEYS)).hexdigest()

    def as_fields(self) -> dict[str, Any]:
        """Return the item as plain lists, texts and numbers; days as ISO dates."""
        return orjson.loads(orjson.dumps(asdict(self)))
