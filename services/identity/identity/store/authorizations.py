"""Authorizations: one client's leave to act for one member, from the code that starts it to its end.

The document is the family of everything issued from that code. The code is redeemed by ONE atomic update; whoever
comes second ends the family, so that it does not matter which of two thieves was the faster one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import mongoengine as me
from pymongo import ReturnDocument

from identity.store.fields import ALIAS, FORGET, digest, new_secret
from pijnstad_kit.store.documents import now

_CLAIM = timedelta(minutes=1)
_WAITS = (5, 30, 120, 600)  # seconds after each failure; then the client is not told any more


class AuthorizationDocument(me.Document):
    """Be one authorization; its id is the hash of its code."""

    id = me.StringField(primary_key=True)
    client_id = me.StringField(required=True)
    member = me.StringField(required=True)
    scope = me.StringField(required=True)
    redirect_uri = me.StringField(required=True)
    code_challenge = me.StringField()
    nonce = me.StringField()
    signed_in_at = me.DateTimeField(required=True)
    session = me.StringField()
    tells = me.BooleanField()
    logout_due_at = me.DateTimeField()
    logout_tries = me.IntField()
    code_expires_at = me.DateTimeField(required=True)
    redeemed_at = me.DateTimeField()
    ends_at = me.DateTimeField(required=True)
    revoked_at = me.DateTimeField()
    revoked_why = me.StringField()
    purge_at = me.DateTimeField(required=True)

    meta = {
        "collection": "authorizations",
        "db_alias": ALIAS,
        "auto_create_index": False,
        "indexes": [FORGET, "session", "member", {"fields": ["logout_due_at"], "sparse": True}],
    }


@dataclass(frozen=True, slots=True)
class Authorization:
    """Hold an authorization as the grants see it."""

    id: str
    client_id: str
    member: str
    scope: str
    redirect_uri: str
    code_challenge: str | None
    nonce: str | None
    signed_in_at: datetime
    session: str | None
    code_expires_at: datetime
    redeemed_at: datetime | None
    ends_at: datetime
    revoked_at: datetime | None

    @property
    def alive(self) -> bool:
        """Return whether tokens of this family may still work."""
        return self.revoked_at is None and self.ends_at > now()


@dataclass(frozen=True, slots=True)
class NewAuthorization:
    """Hold what a code is issued for.

    `session` is the browser session whose end ends it, if any; `tells` says that its client wants to hear of that.
    """

    client_id: str
    member: str
    scope: str
    redirect_uri: str
    code_challenge: str | None
    nonce: str | None
    signed_in_at: datetime
    session: str | None
    tells: bool = False


class Authorizations:
    """Keep authorizations. A code lives `code_seconds`, what grows from it `days`."""

    def __init__(self, code_seconds: int, days: int) -> None:
        self._code = timedelta(seconds=code_seconds)
        self._life = timedelta(days=days)

    def issue(self, new: NewAuthorization, code: str) -> None:
        """Store the authorization that this code stands for."""
        moment = now()
        AuthorizationDocument._get_collection().insert_one(
            {
                "_id": digest(code),
                "client_id": new.client_id,
                "member": new.member,
                "scope": new.scope,
                "redirect_uri": new.redirect_uri,
                "code_challenge": new.code_challenge,
                "nonce": new.nonce,
                "signed_in_at": new.signed_in_at,
                "session": new.session,
                "tells": new.tells,
                "code_expires_at": moment + self._code,
                "redeemed_at": None,
                "ends_at": moment + self._life,
                "revoked_at": None,
                # Longer than the code lives: a code that comes back late must still be recognised.
                "purge_at": moment + self._life,
            }
        )

    def of_code(self, code: str, client_id: str) -> Authorization | None:
        """Return what a code was issued for, to its own client only."""
        return self._one({"_id": digest(code), "client_id": client_id})

    def get(self, id: str) -> Authorization | None:
        """Return an authorization."""
        return self._one({"_id": id})

    def redeem(self, id: str, client_id: str) -> Authorization | None:
        """Redeem the code, once: only the first of any number at the same time gets the authorization."""
        moment = now()
        unused = {"_id": id, "client_id": client_id, "redeemed_at": None, "revoked_at": None}
        return _authorization(
            AuthorizationDocument._get_collection().find_one_and_update(
                unused | {"code_expires_at": {"$gt": moment}},
                {"$set": {"redeemed_at": moment}},
                return_document=ReturnDocument.AFTER,
            )
        )

    def revoke(self, id: str, why: str) -> None:
        """End an authorization with everything issued from it."""
        self._revoke({"_id": id}, why)

    def revoke_of_session(self, session: str, why: str) -> None:
        """End what was authorized in a browser session."""
        self._revoke({"session": session}, why)

    def revoke_of_member(self, member: str, why: str, but_session: str | None = None) -> None:
        """End everything a member authorized, except what belongs to one browser session."""
        self._revoke({"member": member, "session": {"$ne": but_session}} if but_session else {"member": member}, why)

    def revoke_app(self, member: str, id: str, why: str) -> bool:
        """End what a member authorized outside a browser session; return whether there was such a thing."""
        which = {"_id": id, "member": member, "session": None, "revoked_at": None}
        if AuthorizationDocument._get_collection().find_one(which, {"_id": 1}) is None:
            return False
        self._revoke(which, why)
        return True

    def apps_of(self, member: str) -> list[Authorization]:
        """Return what a member authorized outside a browser session and what still works, newest first."""
        which = {"member": member, "session": None, "revoked_at": None, "redeemed_at": {"$ne": None}}
        rows = AuthorizationDocument._get_collection().find(
            which | {"ends_at": {"$gt": now()}}, sort=[("signed_in_at", -1)]
        )
        return [found for row in rows if (found := _authorization(row)) is not None]

    def logouts_due(self, many: int = 50) -> list[str]:
        """Return ended authorizations whose client is to hear of it now."""
        which = {"logout_due_at": {"$lte": now()}}
        found = AuthorizationDocument._get_collection().find(which, {"_id": 1}, sort=[("logout_due_at", 1)], limit=many)
        return [row["_id"] for row in found]

    def claim_logout(self, id: str) -> tuple[Authorization, int] | None:
        """Take one for a while, with the number of this try; None when somebody else has it."""
        moment = now()
        raw = AuthorizationDocument._get_collection().find_one_and_update(
            {"_id": id, "logout_due_at": {"$lte": moment}},
            {"$set": {"logout_due_at": moment + _CLAIM}, "$inc": {"logout_tries": 1}},
            return_document=ReturnDocument.AFTER,
        )
        found = _authorization(raw)
        return None if raw is None or found is None else (found, int(raw["logout_tries"]))

    def logout_told(self, id: str) -> None:
        """Note that the client heard it, or never will."""
        AuthorizationDocument._get_collection().update_one({"_id": id}, {"$unset": {"logout_due_at": ""}})

    def logout_later(self, id: str, tries: int) -> None:
        """Let it wait for the next try, longer each time; after the last one it is given up."""
        if tries > len(_WAITS):
            return self.logout_told(id)
        due = now() + timedelta(seconds=_WAITS[tries - 1])
        AuthorizationDocument._get_collection().update_one({"_id": id}, {"$set": {"logout_due_at": due}})

    def _revoke(self, which: dict[str, object], why: str) -> None:
        """End authorizations; in the same write, those whose client listens become due to be told."""
        moment, alive = now(), {**which, "revoked_at": None}
        ended = {"revoked_at": moment, "revoked_why": why}
        listening = {**alive, "tells": True, "redeemed_at": {"$ne": None}}
        AuthorizationDocument._get_collection().update_many(listening, {"$set": {**ended, "logout_due_at": moment}})
        AuthorizationDocument._get_collection().update_many(alive, {"$set": ended})

    def _one(self, which: dict[str, object]) -> Authorization | None:
        return _authorization(AuthorizationDocument._get_collection().find_one(which))


def new_code() -> str:
    """Return a fresh authorization code."""
    return new_secret("pjc_")


def _authorization(raw: dict[str, Any] | None) -> Authorization | None:
    if raw is None:
        return None
    return Authorization(
        id=raw["_id"],
        client_id=raw["client_id"],
        member=raw["member"],
        scope=raw["scope"],
        redirect_uri=raw["redirect_uri"],
        code_challenge=raw["code_challenge"],
        nonce=raw["nonce"],
        signed_in_at=raw["signed_in_at"],
        session=raw["session"],
        code_expires_at=raw["code_expires_at"],
        redeemed_at=raw["redeemed_at"],
        ends_at=raw["ends_at"],
        revoked_at=raw["revoked_at"],
    )
