"""What members agreed that clients may do, and the names under which pairwise clients know members."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import mongoengine as me
from pymongo.errors import DuplicateKeyError

from identity.store.fields import ALIAS
from pijnstad_kit.ids import derived_id, new_id
from pijnstad_kit.store.documents import now


class GrantDocument(me.Document):
    """Be what one member agreed that one client may do."""

    id = me.StringField(primary_key=True)
    member = me.StringField(required=True)
    client_id = me.StringField(required=True)
    scopes = me.ListField(me.StringField())
    updated_at = me.DateTimeField(required=True)

    meta = {"collection": "grants", "db_alias": ALIAS, "auto_create_index": False, "indexes": ["member"]}


class PairwiseSubjectDocument(me.Document):
    """Be the name under which one partner knows one member: random, stored, erasable."""

    id = me.StringField(primary_key=True)
    member = me.StringField(required=True)
    owner = me.StringField(required=True)
    subject = me.StringField(required=True)

    meta = {"collection": "pairwise_subjects", "db_alias": ALIAS, "auto_create_index": False, "indexes": ["member"]}


class Grants:
    """Keep what members agreed to."""

    def scopes(self, member: str, client_id: str) -> list[str]:
        """Return what a member agreed that a client may do."""
        found = GrantDocument._get_collection().find_one({"_id": derived_id("grant", member, client_id)})
        return list(found["scopes"]) if found else []

    def add(self, member: str, client_id: str, scopes: Iterable[str]) -> None:
        """Add to what a member agreed to."""
        update = {
            "$set": {"member": member, "client_id": client_id, "updated_at": now()},
            "$addToSet": {"scopes": {"$each": list(scopes)}},
        }
        GrantDocument._get_collection().update_one({"_id": derived_id("grant", member, client_id)}, update, upsert=True)


class PairwiseSubjects:
    """Keep the names under which partners know members."""

    def subject(self, owner: str, member: str) -> str:
        """Return the name under which all clients of one owner know a member, made at first use."""
        collection = PairwiseSubjectDocument._get_collection()
        id = derived_id("pairwise", owner, member)
        found = collection.find_one({"_id": id})
        if found is None:
            with suppress(DuplicateKeyError):  # another request made it a moment ago
                collection.insert_one({"_id": id, "member": member, "owner": owner, "subject": new_id()})
            found = collection.find_one({"_id": id})
        assert found is not None
        return str(found["subject"])
