"""Items as documents, and the shapes they are read in: whole, as cards, on the shelf of suggestions, for search.

Reads go through the raw collection: mongoengine takes 64 µs a document where BSON takes 2.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import mongoengine as me

from content.domain.facets import RANK
from content.domain.items import Item, ItemText, Source, Validation
from content.domain.ranking import Shelved
from content.lexicon import LANGUAGES, Language
from content.search.port import Filters
from pijnstad_kit.store import AggregateDocument, ensure_indexes
from pijnstad_kit.store.aggregates import AggregateStore


class ItemDocument(AggregateDocument):
    """Be an item of the library. `body` is the item as Item.as_fields() gives it; the other fields are for finding it."""

    slug = me.StringField(required=True)
    status = me.StringField(required=True, choices=("published", "retired"))
    origin = me.StringField(required=True)  # `library`: shipped as Markdown; only those does load-library retire
    revision = me.IntField(required=True)
    digest = me.StringField(required=True)
    place = me.StringField(required=True)  # where it stands in a list: checked ones first, then by slug
    kind = me.StringField(required=True)
    provenance = me.StringField(required=True)
    dimensions = me.ListField(me.StringField())
    audiences = me.ListField(me.StringField())
    languages = me.ListField(me.StringField())
    body = me.DictField(required=True)

    meta = {
        "collection": "items",
        "db_alias": "content",
        "indexes": [
            {"fields": ["slug"], "unique": True},
            ["status", "place"],
            ["updated_at"],
        ],
    }


@dataclass(frozen=True, slots=True)
class Stored:
    """Hold an item as it stands in the library."""

    id: str
    version: int
    revision: int
    status: str
    updated_at: datetime
    item: Item


@dataclass(frozen=True, slots=True)
class Head:
    """Hold what tells whether an item changed, without its texts."""

    id: str
    slug: str
    version: int
    revision: int
    status: str
    origin: str
    digest: str


_HEAD = dict.fromkeys(("slug", "version", "revision", "status", "origin", "digest"), 1)
_WITHOUT_OUTBOX = {"outbox": 0}
_ON_THE_SHELF = (
    "slug", "kind", "audiences", "languages", "provenance", "body.themes", "body.directions", "body.flare_friendly",
)  # fmt: skip
_HEAVY = {f"body.texts.{language}.{name}": 0 for language in LANGUAGES for name in ("markdown", "html")}


class ItemStore:
    """Keep the items of the library."""

    def __init__(self) -> None:
        self.aggregates: AggregateStore[ItemDocument] = AggregateStore(ItemDocument)

    def prepare(self) -> None:
        """Make the indexes; doing it again changes nothing."""
        ensure_indexes(ItemDocument)

    def heads(self) -> dict[str, Head]:
        """Return every item's head by its slug."""
        found = self.aggregates.collection.find({}, _HEAD)
        return {one["slug"]: _head(one) for one in found}

    def head(self, slug: str) -> Head | None:
        """Return one item's head."""
        found = self.aggregates.collection.find_one({"slug": slug}, _HEAD)
        return None if found is None else _head(found)

    def get(self, slug: str) -> Stored | None:
        """Return a published item with its texts."""
        found = self.aggregates.collection.find_one({"slug": slug, "status": "published"}, _WITHOUT_OUTBOX)
        return None if found is None else _stored(found)

    def cards(self, slugs: Sequence[str]) -> dict[str, Stored]:
        """Return the published items among these, by slug, without their long texts."""
        query = {"slug": {"$in": list(slugs)}, "status": "published"}
        return {one["slug"]: _stored(one) for one in self._light(query)}

    def browse(
        self, language: Language, filters: Filters, limit: int, after: str | None = None
    ) -> list[tuple[str, Stored]]:
        """Return published items with their places, checked ones first, then by slug, from a place on."""
        query: dict[str, Any] = {"status": "published", "languages": language, **filters.given()}
        if after is not None:
            query["place"] = {"$gt": after}
        found = self._light(query).sort("place", 1).limit(limit)
        return [(one["place"], _stored(one)) for one in found]

    def published(self, slugs: Sequence[str] | None = None) -> Iterator[Stored]:
        """Yield the published items (among these slugs), with their texts, in the order of their slugs."""
        query: dict[str, Any] = {"status": "published"}
        if slugs is not None:
            query["slug"] = {"$in": list(slugs)}
        for one in self.aggregates.collection.find(query, _WITHOUT_OUTBOX).sort("slug", 1):
            yield _stored(one)

    def changed_since(self, moment: datetime) -> list[str]:
        """Return the slugs of items that were changed at or after a moment, retired ones too."""
        found = self.aggregates.collection.find({"updated_at": {"$gte": moment}}, {"slug": 1})
        return [one["slug"] for one in found]

    def counts(self) -> dict[str, int]:
        """Return how many published items there are in each language."""
        count = self.aggregates.collection.count_documents
        return {language: count({"status": "published", "languages": language}) for language in LANGUAGES}

    def revisions(self) -> dict[tuple[str, str], int]:
        """Return the revision of every published item, by slug and language."""
        found = self.aggregates.collection.find({"status": "published"}, {"slug": 1, "languages": 1, "revision": 1})
        return {(one["slug"], language): one["revision"] for one in found for language in one["languages"]}

    def shelf(self) -> tuple[Shelved, ...]:
        """Return the published items as choosing needs them."""
        wanted = dict.fromkeys(_ON_THE_SHELF, 1)
        found = self.aggregates.collection.find({"status": "published"}, wanted)
        return tuple(_shelved(one) for one in found)

    def _light(self, query: Mapping[str, Any]) -> Any:
        return self.aggregates.collection.find(query, _WITHOUT_OUTBOX | _HEAVY)


class Shelf:
    """Keep the shelf in memory for a few seconds, so that a batch of events asks for it once at most."""

    def __init__(self, items: ItemStore, *, fresh: float = 5.0) -> None:
        self._items, self._fresh = items, fresh
        self._held: tuple[float, tuple[Shelved, ...]] | None = None

    def now(self) -> tuple[Shelved, ...]:
        """Return the shelf, at most a few seconds old."""
        if self._held is None or time.monotonic() - self._held[0] >= self._fresh:
            self._held = (time.monotonic(), self._items.shelf())
        return self._held[1]


def fields_of(item: Item, *, revision: int, origin: str = "library") -> dict[str, Any]:
    """Return the document's own fields for an item."""
    return {
        "slug": item.slug,
        "status": "published",
        "origin": origin,
        "revision": revision,
        "digest": item.digest(),
        "place": f"{RANK[item.provenance]} {item.slug}",
        "kind": item.kind,
        "provenance": item.provenance,
        "dimensions": list(item.dimensions),
        "audiences": list(item.audiences),
        "languages": list(item.languages),
        "body": item.as_fields(),
    }


def _head(one: Mapping[str, Any]) -> Head:
    return Head(
        id=one["_id"],
        slug=one["slug"],
        version=one["version"],
        revision=one["revision"],
        status=one["status"],
        origin=one["origin"],
        digest=one["digest"],
    )


def _stored(one: Mapping[str, Any]) -> Stored:
    return Stored(
        id=one["_id"],
        version=one["version"],
        revision=one["revision"],
        status=one["status"],
        updated_at=one["updated_at"],
        item=item_of(one["body"]),
    )


def item_of(body: Mapping[str, Any]) -> Item:
    """Return the item that a document's body holds."""
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in body.items()}
    by = body["validated_by"]
    fields |= {
        "validated_by": by and Validation(by["name"], by["profession"], date.fromisoformat(by["date"])),
        "written_on": date.fromisoformat(body["written_on"]),
        "review_by": date.fromisoformat(body["review_by"]),
        "texts": {language: _text(text) for language, text in body["texts"].items()},
    }
    return _known_item(fields)


def _known_item(fields: Mapping[str, Any]) -> Item:
    return Item(**{name: fields[name] for name in Item.__dataclass_fields__})


def _text(text: Mapping[str, Any]) -> ItemText:
    return ItemText(
        title=text["title"],
        summary=text["summary"],
        in_one_minute=tuple(text["in_one_minute"]),
        markdown=text.get("markdown", ""),
        html=text.get("html", ""),
        sources=tuple(_source(one) for one in text["sources"]),
        update_policy=text["update_policy"],
        reading_level=text["reading_level"],
    )


def _source(one: Mapping[str, Any]) -> Source:
    read_on = one.get("read_on")  # stored before 2026-11-24: without language and read_on
    return Source(
        title=one["title"],
        year=one["year"],
        section=one["section"],
        publisher=one["publisher"],
        address=one["address"],
        language=one.get("language", "nl"),
        read_on=date.fromisoformat(read_on) if read_on else None,
    )


def _shelved(one: Mapping[str, Any]) -> Shelved:
    return Shelved(
        id=one["_id"],
        slug=one["slug"],
        kind=one["kind"],
        themes=frozenset(one["body"]["themes"]),
        directions=frozenset(one["body"]["directions"]),
        audiences=frozenset(one["audiences"]),
        languages=frozenset(one["languages"]),
        flare_friendly=one["body"]["flare_friendly"],
        provenance=one["provenance"],
    )
