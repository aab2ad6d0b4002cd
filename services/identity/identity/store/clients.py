"""OAuth clients: owner, audience, scopes and subject type from the start; secrets as hashes."""

from __future__ import annotations

from typing import Any, get_args

import mongoengine as me
from pymongo import ReturnDocument

from identity.domain.clients import AuthMethod, Client
from identity.store.fields import ALIAS
from pijnstad_kit.store.documents import now


class ClientDocument(me.Document):
    """Be one client in the database."""

    id = me.StringField(primary_key=True)
    names = me.DictField(required=True)
    owner = me.StringField(required=True)
    audience = me.ListField(me.StringField())
    scopes = me.ListField(me.StringField())
    redirect_uris = me.ListField(me.StringField())
    post_logout_redirect_uris = me.ListField(me.StringField())
    backchannel_logout_uri = me.StringField()
    grant_types = me.ListField(me.StringField())
    auth_method = me.StringField(required=True, choices=get_args(AuthMethod))
    secret_hash = me.StringField()
    keys = me.ListField(me.DictField())
    native = me.BooleanField(default=False)
    pkce = me.BooleanField(default=True)
    must_push = me.BooleanField(default=False)
    subject_type = me.StringField(required=True, choices=("public", "pairwise"))
    may_introspect = me.BooleanField(default=False)
    disabled = me.BooleanField(default=False)
    updated_at = me.DateTimeField(required=True)

    meta = {"collection": "clients", "db_alias": ALIAS, "auto_create_index": False, "indexes": ["owner"]}


class Clients:
    """Keep clients."""

    def get(self, id: str) -> Client | None:
        """Return a client that is not disabled."""
        raw = ClientDocument._get_collection().find_one({"_id": id, "disabled": {"$ne": True}})
        return _client(raw) if raw else None

    def put(self, client: Client) -> None:
        """Store a client as it is given: what the settings say about the city's own clients wins at every start."""
        fields = {name: _stored(getattr(client, name)) for name in Client.__slots__ if name not in ("id", "disabled")}
        ClientDocument._get_collection().update_one(
            {"_id": client.id},
            {"$set": fields | {"updated_at": now()}, "$setOnInsert": {"disabled": False}},
            upsert=True,
        )

    def remove(self, id: str) -> None:
        """Remove a client; its tokens stop working, since nothing is found for them any more."""
        ClientDocument._get_collection().delete_one({"_id": id})

    def set_disabled(self, id: str, disabled: bool) -> bool:
        """Disable or enable a client; return whether there is one."""
        changed = {"$set": {"disabled": disabled, "updated_at": now()}}
        found = ClientDocument._get_collection().find_one_and_update(
            {"_id": id}, changed, return_document=ReturnDocument.AFTER
        )
        return found is not None


def _stored(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, dict) else value


def _client(raw: dict[str, Any]) -> Client:
    return Client(
        id=raw["_id"],
        names=raw["names"],
        owner=raw["owner"],
        audience=tuple(raw["audience"]),
        scopes=tuple(raw["scopes"]),
        redirect_uris=tuple(raw["redirect_uris"]),
        post_logout_redirect_uris=tuple(raw["post_logout_redirect_uris"]),
        backchannel_logout_uri=raw.get("backchannel_logout_uri"),
        grant_types=tuple(raw["grant_types"]),
        auth_method=raw["auth_method"],
        secret_hash=raw["secret_hash"],
        keys=tuple(raw.get("keys") or ()),
        native=raw["native"],
        pkce=raw.get("pkce", True),
        must_push=raw.get("must_push", False),
        subject_type=raw["subject_type"],
        may_introspect=raw["may_introspect"],
    )
