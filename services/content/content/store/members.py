"""What identity told us about members: audience, language, and whether suggestions may be made. A projection of a stream.

Each account's events are numbered from 1 without holes. The gate in every update's filter lets exactly the next one in:
what is older is dropped, a hole waits until it is filled. A higher epoch (identity was restored) goes on where we are; what
identity only tells again then changes nothing here, and reconciliation makes the row what identity knows now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

import mongoengine as me
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from content.domain.signals import Member
from pijnstad_contracts.streams import ACCOUNTS
from pijnstad_kit.messaging.gaps import StreamGap

Applied = Literal["applied", "known"]


class MemberDocument(me.Document):
    """Be what we know of one account."""

    id = me.StringField(primary_key=True)
    epoch = me.IntField(required=True)
    sequence = me.IntField(required=True)
    told_at = me.DateTimeField()
    audience = me.StringField(required=True)
    language = me.StringField(required=True)
    suggestions = me.BooleanField(required=True)
    text_version = me.StringField()
    closed = me.BooleanField()

    meta = {"collection": "members", "db_alias": "content", "auto_create_index": False}


class MemberStore:
    """Keep the projection of identity's accounts."""

    @property
    def collection(self) -> Collection[dict[str, Any]]:
        """Return the raw collection."""
        return MemberDocument._get_collection()

    def get(self, ids: Iterable[str]) -> dict[str, Member]:
        """Return what is known of these members; who is not known has agreed to nothing."""
        wanted = list(dict.fromkeys(ids))
        found = {one["_id"]: _member(one) for one in self.collection.find({"_id": {"$in": wanted}})}
        return {id: found.get(id) or Member(id) for id in wanted}

    def begin(self, id: str, epoch: int, at: datetime, fields: Mapping[str, Any]) -> Applied:
        """Let an account's first event in: sequence 1."""
        try:
            self.collection.insert_one({"_id": id, "epoch": epoch, "sequence": 1, "told_at": at, **fields})
        except DuplicateKeyError:
            return "known"
        return "applied"

    def go_on(self, id: str, epoch: int, sequence: int, at: datetime, changes: Mapping[str, Any]) -> Applied:
        """Let the next event of an account in. Errors: StreamGap when an earlier one is still to come."""
        next_one = {"epoch": epoch, "sequence": sequence - 1}
        after_restore = {"epoch": {"$lt": epoch}, "sequence": {"$gte": sequence - 1}}
        news = [next_one, {**after_restore, "told_at": {"$lt": at}}, {**after_restore, "told_at": None}]
        update = {"$set": {**changes, "epoch": epoch, "sequence": sequence, "told_at": at}}
        if self.collection.update_one({"_id": id, "$or": news}, update).matched_count:
            return "applied"
        seen = self.collection.find_one({"_id": id}, {"epoch": 1, "sequence": 1})
        if seen is None or (seen["sequence"] < sequence and seen["epoch"] <= epoch):
            raise StreamGap(ACCOUNTS, id, sequence)
        return "known"


def _member(one: Mapping[str, Any]) -> Member:
    return Member(one["_id"], one["audience"], one["language"], one["suggestions"])
