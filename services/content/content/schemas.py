"""The shapes of content's requests and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from content.domain.facets import Audience, Dimension, Kind, Provenance, Rating, ReadingLevel
from content.domain.signals import Happened, Outcome
from content.frontmatter import SLUG
from pijnstad_kit.http.openapi import ApiModel
from pijnstad_kit.http.paging import PageQuery

Language = Literal["nl", "en"]
_ID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


class ItemsQuery(PageQuery):
    """Ask for items: with words they are searched, without they are listed."""

    q: str = Field(default="", max_length=200, description="words to look for")
    dimension: Dimension | None = Field(default=None, description="a dimension of Positive Health")
    audience: Audience | None = Field(default=None, description="for whom")
    kind: Kind | None = None
    provenance: Provenance | None = Field(default=None, description="how it was checked")
    language: Language | None = Field(default=None, description="Accept-Language decides when it is not given")


class ItemPath(ApiModel):
    """Name an item."""

    slug: str = Field(pattern=SLUG, max_length=80)


class ItemQuery(ApiModel):
    """Ask for an item in a language."""

    language: Language | None = Field(default=None, description="Accept-Language decides when it is not given")


class ItemCard(ApiModel):
    """Show an item in a list. `reading_level` and `provenance` are codes."""

    slug: str
    title: str
    summary: str
    kind: Kind
    dimensions: tuple[Dimension, ...]
    audiences: tuple[Audience, ...]
    minutes: int
    language: Language
    reading_level: ReadingLevel
    provenance: Provenance
    validated_by: str | None = Field(description="name and profession of who checked it, when somebody did")
    updated_at: datetime


class SourceOut(ApiModel):
    """Name what an item is based on, in the source's own language. `read_on`: when a page without a date was read."""

    title: str
    publisher: str | None
    year: int
    section: str
    address: str | None
    language: Language = "nl"
    read_on: str | None = None


class Item(ItemCard):
    """Show an item whole. `body_html` is safe to put in a page, with headings from h2 on."""

    languages: tuple[Language, ...]
    in_one_minute: tuple[str, ...]
    body_html: str
    sources: tuple[SourceOut, ...]
    source_line: str
    update_policy: str
    written_on: str
    review_by: str


class ItemsPage(ApiModel):
    """Show a page of items. `notice` says so when the search engine is away and this is a browse list."""

    items: tuple[ItemCard, ...]
    next: str | None
    total: int | None = Field(default=None, description="how many were found; only after a search")
    notice: str | None = None


class SuggestionPath(ApiModel):
    """Name a suggestion."""

    suggestion_id: str = Field(pattern=_ID)


class Reason(ApiModel):
    """Say why something was suggested: a code for programs, a sentence for people."""

    code: str
    text: str


class Suggestion(ApiModel):
    """Show a suggestion to whom it was made."""

    id: str
    made_at: datetime
    item: ItemCard
    reason: Reason
    source_line: str
    rating: Rating | None
    entry_id: str
    href: str


class SuggestionsPage(ApiModel):
    """Show a page of one's suggestions, the newest first. `consent` says whether they may be made at all."""

    items: tuple[Suggestion, ...]
    next: str | None
    consent: bool


class Moment(ApiModel):
    """Say what came of one diary event: a suggestion, or why there was none. Never what the entry said."""

    entry_id: str
    happened: Happened
    outcome: Outcome
    at: datetime
    suggestion_href: str | None


class MomentsPage(ApiModel):
    """Show a page of moments, the newest first."""

    items: tuple[Moment, ...]
    next: str | None


class RatingIn(ApiModel):
    """Say what a suggestion was worth."""

    rating: Rating
