"""How often an item was said to help, and not to, per theme: counted from the moments, so that nothing counts twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import mongoengine as me
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from content.domain.facets import Theme
from content.domain.ranking import Helped

_FRESH = 5.0  # seconds a worker goes on with the counts it has


class HelpedDocument(me.Document):
    """Be the count of one item for one theme. Nobody's name or id is in it."""

    id = me.StringField(primary_key=True)
    version = me.IntField(required=True)
    item_slug = me.StringField(required=True)
    theme = me.StringField(required=True)
    yes = me.IntField(required=True)
    no = me.IntField(required=True)

    meta = {"collection": "helped", "db_alias": "content", "auto_create_index": False}


class HelpedStore:
    """Keep the counts."""

    def __init__(self, *, fresh: float = _FRESH) -> None:
        self._fresh = fresh
        self._held: tuple[float, dict[tuple[str, Theme], Helped]] | None = None

    @property
    def collection(self) -> Collection[dict[str, Any]]:
        """Return the raw collection."""
        return HelpedDocument._get_collection()

    def counts(self) -> dict[tuple[str, Theme], Helped]:
        """Return all counts, at most a few seconds old."""
        if self._held is None or time.monotonic() - self._held[0] >= self._fresh:
            self._held = (time.monotonic(), self.stored())
        return self._held[1]

    def stored(self) -> dict[tuple[str, Theme], Helped]:
        """Return all counts as they stand in the database."""
        return {(one["item_slug"], one["theme"]): Helped(one["yes"], one["no"]) for one in self.collection.find()}

    def recount(self, slug: str, theme: Theme, count: Callable[[], Helped]) -> Helped:
        """Count again and keep it, unless somebody else kept theirs meanwhile: then count once more.

        A count is kept only when nothing was kept since it began, so the last one kept holds every rating before it.
        """
        id = f"{slug}:{theme}"
        while True:
            before = self.collection.find_one({"_id": id}, {"version": 1})
            helped = count()
            fields = {"item_slug": slug, "theme": theme, "yes": helped.yes, "no": helped.no}
            if self._kept(id, before, fields):
                return helped

    def _kept(self, id: str, before: dict[str, Any] | None, fields: dict[str, Any]) -> bool:
        if before is not None:
            update = {"$set": fields, "$inc": {"version": 1}}
            return self.collection.update_one({"_id": id, "version": before["version"]}, update).matched_count == 1
        try:
            self.collection.insert_one({"_id": id, "version": 1, **fields})
        except DuplicateKeyError:
            return False
        return True
