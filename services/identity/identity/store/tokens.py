"""Opaque tokens, by their hash: access tokens for minutes, refresh tokens that work once.

A used refresh token is kept until its family ends: that is how its second coming is recognised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import mongoengine as me
from pymongo import ReturnDocument

from identity.store.fields import ALIAS, FORGET, digest, new_secret
from pijnstad_kit.store.documents import now

Kind = Literal["access", "refresh"]


class TokenDocument(me.Document):
    """Be one token; its id is its hash."""

    id = me.StringField(primary_key=True)
    kind = me.StringField(required=True, choices=("access", "refresh"))
    authorization = me.StringField()
    client_id = me.StringField(required=True)
    scope = me.StringField(required=True)
    key = me.StringField()
    expires_at = me.DateTimeField(required=True)
    used_at = me.DateTimeField()
    revoked_at = me.DateTimeField()
    purge_at = me.DateTimeField(required=True)

    meta = {"collection": "tokens", "db_alias": ALIAS, "auto_create_index": False, "indexes": [FORGET]}


@dataclass(frozen=True, slots=True)
class Token:
    """Hold a token as the grants see it; never the token itself. `key` is the thumbprint of the key it is bound to."""

    id: str
    kind: Kind
    authorization: str
    client_id: str
    scope: str
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    key: str | None = None

    @property
    def own(self) -> bool:
        """Return whether a client got it for itself: there is no person and no authorization behind it."""
        return not self.authorization

    @property
    def alive(self) -> bool:
        """Return whether the token, taken by itself, may still be used."""
        return self.used_at is None and self.revoked_at is None and self.expires_at > now()


@dataclass(frozen=True, slots=True)
class Issued:
    """Hold what tokens were issued from, until when their family lasts, and the keys they are bound to."""

    authorization: str
    client_id: str
    scope: str
    refresh_scope: str
    ends_at: datetime
    key: str | None = None
    refresh_key: str | None = None


class Tokens:
    """Keep tokens."""

    def __init__(self, access_seconds: int) -> None:
        self._access = timedelta(seconds=access_seconds)

    def add(self, issued: Issued, access: str, refresh: str | None) -> None:
        """Store an access token and, where there is one, the refresh token issued with it."""
        expires = min(now() + self._access, issued.ends_at)
        new = [_new("access", access, issued, issued.scope, issued.key, expires, expires)]
        if refresh is not None:
            new.append(
                _new(
                    "refresh", refresh, issued, issued.refresh_scope, issued.refresh_key, issued.ends_at, issued.ends_at
                )
            )
        TokenDocument._get_collection().insert_many(new)

    def add_own(self, client_id: str, scope: str, access: str, key: str | None) -> None:
        """Store an access token that a client got for itself."""
        ends = now() + self._access
        TokenDocument._get_collection().insert_one(
            _new("access", access, Issued("", client_id, scope, scope, ends), scope, key, ends, ends)
        )

    def access(self, token: str) -> Token | None:
        """Return a stored access token."""
        return _token(TokenDocument._get_collection().find_one({"_id": digest(token), "kind": "access"}))

    def refresh(self, token: str, client_id: str) -> Token | None:
        """Return a stored refresh token, used or not, to its own client only."""
        which = {"_id": digest(token), "kind": "refresh", "client_id": client_id}
        return _token(TokenDocument._get_collection().find_one(which))

    def of_client(self, token: str, client_id: str) -> Token | None:
        """Return a stored token of either kind, to its own client only."""
        return _token(TokenDocument._get_collection().find_one({"_id": digest(token), "client_id": client_id}))

    def use(self, id: str, client_id: str) -> Token | None:
        """Use a refresh token, once: only the first of any number at the same time gets it."""
        moment = now()
        unused = {"_id": id, "kind": "refresh", "client_id": client_id, "used_at": None, "revoked_at": None}
        return _token(
            TokenDocument._get_collection().find_one_and_update(
                unused | {"expires_at": {"$gt": moment}},
                {"$set": {"used_at": moment}},
                return_document=ReturnDocument.AFTER,
            )
        )

    def revoke(self, id: str) -> None:
        """Revoke one token."""
        TokenDocument._get_collection().update_one({"_id": id}, {"$set": {"revoked_at": now()}})


def new_access_token() -> str:
    """Return a fresh access token."""
    return new_secret("pja_")


def new_refresh_token() -> str:
    """Return a fresh refresh token."""
    return new_secret("pjr_")


def _new(
    kind: Kind, token: str, issued: Issued, scope: str, key: str | None, expires: datetime, purge: datetime
) -> dict[str, object]:
    return {
        "_id": digest(token),
        "kind": kind,
        "authorization": issued.authorization,
        "client_id": issued.client_id,
        "scope": scope,
        "key": key,
        "expires_at": expires,
        "used_at": None,
        "revoked_at": None,
        "purge_at": purge + timedelta(minutes=5),
    }


def _token(raw: dict[str, Any] | None) -> Token | None:
    if raw is None:
        return None
    return Token(
        id=raw["_id"],
        kind=raw["kind"],
        authorization=raw["authorization"],
        client_id=raw["client_id"],
        scope=raw["scope"],
        expires_at=raw["expires_at"],
        used_at=raw["used_at"],
        revoked_at=raw["revoked_at"],
        key=raw.get("key"),
    )
