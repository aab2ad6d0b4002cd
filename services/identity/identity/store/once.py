"""Ids that may be seen once: those of client assertions. One insert decides between any number at the same time."""

from __future__ import annotations

from datetime import UTC, datetime

import mongoengine as me
from pymongo.errors import DuplicateKeyError

from identity.store.fields import ALIAS, FORGET, digest


class OnceDocument(me.Document):
    """Be one id that was seen, until what carried it has expired."""

    id = me.StringField(primary_key=True)
    purge_at = me.DateTimeField(required=True)

    meta = {"collection": "seen_once", "db_alias": ALIAS, "auto_create_index": False, "indexes": [FORGET]}


class Once:
    """Keep the ids that were seen."""

    def first(self, whose: str, id: str, until: float) -> bool:
        """Return whether this id of somebody is seen for the first time; it is remembered until a moment (Unix seconds)."""
        row = {"_id": digest(f"{whose}\n{id}"), "purge_at": datetime.fromtimestamp(until, UTC)}
        try:
            OnceDocument._get_collection().insert_one(row)
        except DuplicateKeyError:
            return False
        return True
