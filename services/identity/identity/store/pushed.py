"""Authorize requests that clients sent ahead (RFC 9126): for a minute, for their own client, used once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import mongoengine as me

from identity.store.fields import ALIAS, FORGET, digest, new_secret
from pijnstad_kit.store.documents import now

PUSHED_SECONDS = 60


class PushedRequestDocument(me.Document):
    """Be one pushed request; its id is the hash of its reference."""

    id = me.StringField(primary_key=True)
    client_id = me.StringField(required=True)
    parameters = me.DictField(required=True)
    purge_at = me.DateTimeField(required=True)

    meta = {"collection": "pushed_requests", "db_alias": ALIAS, "auto_create_index": False, "indexes": [FORGET]}


class PushedRequests:
    """Keep pushed requests."""

    def keep(self, client_id: str, parameters: Mapping[str, str]) -> str:
        """Store the parameters and return the reference to them."""
        reference = new_secret()
        PushedRequestDocument._get_collection().insert_one(
            {
                "_id": digest(reference),
                "client_id": client_id,
                "parameters": dict(parameters),
                "purge_at": now() + timedelta(seconds=PUSHED_SECONDS),
            }
        )
        return reference

    def take(self, reference: str, client_id: str) -> dict[str, str] | None:
        """Return the parameters to their own client, once and in time; None otherwise."""
        which = {"_id": digest(reference), "client_id": client_id, "purge_at": {"$gt": now()}}
        found = PushedRequestDocument._get_collection().find_one_and_delete(which)
        return None if found is None else dict(found["parameters"])
