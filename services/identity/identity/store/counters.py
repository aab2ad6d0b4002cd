"""Counters of a window of time, shared by every api process: sign-ins, registrations, consents."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import mongoengine as me
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from identity.store.fields import ALIAS, FORGET, digest


class CounterDocument(me.Document):
    """Be how often something happened in one window."""

    id = me.StringField(primary_key=True)
    count = me.IntField(required=True)
    purge_at = me.DateTimeField(required=True)

    meta = {"collection": "counters", "db_alias": ALIAS, "auto_create_index": False, "indexes": [FORGET]}


@dataclass(frozen=True, slots=True)
class Limit:
    """Hold how often something may happen in a window of so many seconds."""

    what: str
    times: int
    seconds: int = 60


class Counters:
    """Count, and say when it was too often."""

    def exceeded(self, limit: Limit, whose: str) -> int:
        """Count one more; return 0 while that is within the limit, else the seconds until the window ends."""
        moment = time.time()
        window = int(moment // limit.seconds)
        end = (window + 1) * limit.seconds
        count = self._more(digest(f"{limit.what}|{whose}|{window}"), end)
        return 0 if count <= limit.times else max(1, int(end - moment) + 1)

    def _more(self, id: str, end: int) -> int:
        """Increment, else insert: an upsert that many do at once can come back empty-handed."""
        collection = CounterDocument._get_collection()
        counted = collection.find_one_and_update(
            {"_id": id}, {"$inc": {"count": 1}}, return_document=ReturnDocument.AFTER
        )
        if counted is not None:
            return int(counted["count"])
        purge = datetime.fromtimestamp(end, UTC) + timedelta(minutes=1)
        try:
            collection.insert_one({"_id": id, "count": 1, "purge_at": purge})
            return 1
        except DuplicateKeyError:
            counted = collection.find_one_and_update(
                {"_id": id}, {"$inc": {"count": 1}}, return_document=ReturnDocument.AFTER
            )
            return int(counted["count"]) if counted else 1
