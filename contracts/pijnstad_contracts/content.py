"""What content says: the library's items and the suggestions made from them."""

from __future__ import annotations

from typing import ClassVar, Literal

from pijnstad_contracts.envelope import EventModel

Provenance = Literal["validated", "sourced", "experience", "partner"]
Rating = Literal["helps", "less_of_this", "not_for_me"]

SOURCE = "/services/content"
_ITEM = {
    "item_id": "5f0c1b0e-0000-5000-8000-000000000003",
    "slug": "beter-slapen-met-pijn",
    "revision": 1,
    "languages": ["nl", "en"],
    "provenance": "sourced",
}


class ItemPublished(EventModel):
    """An item of the library can be read by everybody."""

    type: ClassVar[str] = "nl.pijnstad.content.item.published.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = _ITEM

    item_id: str
    slug: str
    revision: int
    languages: tuple[str, ...]
    provenance: Provenance


class ItemRevised(EventModel):
    """A published item has a new revision."""

    type: ClassVar[str] = "nl.pijnstad.content.item.revised.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = {**_ITEM, "revision": 2}

    item_id: str
    slug: str
    revision: int
    languages: tuple[str, ...]
    provenance: Provenance


class ItemRetired(EventModel):
    """An item was taken out of the library."""

    type: ClassVar[str] = "nl.pijnstad.content.item.retired.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = {"item_id": "5f0c1b0e-0000-5000-8000-000000000003", "slug": "beter-slapen-met-pijn"}

    item_id: str
    slug: str


class SuggestionMade(EventModel):
    """One item was chosen for one person after one diary entry. `reason_code` says why, without their words."""

    type: ClassVar[str] = "nl.pijnstad.content.suggestion.made.v1"
    source: ClassVar[str] = SOURCE
    href: ClassVar[str | None] = "/content/v1/suggestions/{subject}"
    example: ClassVar = {
        "suggestion_id": "5f0c1b0e-0000-5000-8000-000000000004",
        "item_slug": "beter-slapen-met-pijn",
        "entry_id": "01912f4e-0000-7000-8000-000000000002",
        "reason_code": "sleep_worse",
    }

    suggestion_id: str
    item_slug: str
    entry_id: str
    reason_code: str


class SuggestionRated(EventModel):
    """Somebody said what a suggestion was worth to them."""

    type: ClassVar[str] = "nl.pijnstad.content.suggestion.rated.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = {
        "suggestion_id": "5f0c1b0e-0000-5000-8000-000000000004",
        "item_slug": "beter-slapen-met-pijn",
        "rating": "helps",
    }

    suggestion_id: str
    item_slug: str
    rating: Rating
