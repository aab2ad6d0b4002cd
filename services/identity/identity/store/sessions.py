"""Browser sessions of identity's own pages, and the authorize requests that wait while somebody signs in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import mongoengine as me

from identity.store.fields import ALIAS, FORGET, digest, new_secret
from pijnstad_kit.ids import new_id
from pijnstad_kit.store.documents import now

REQUEST_LIFE = timedelta(minutes=30)


class SessionDocument(me.Document):
    """Be one signed-in browser; its id is the hash of its cookie, `sid` names it in the open."""

    id = me.StringField(primary_key=True)
    sid = me.StringField(required=True)
    member = me.StringField(required=True)
    signed_in_at = me.DateTimeField(required=True)
    device = me.StringField()
    expires_at = me.DateTimeField(required=True)
    purge_at = me.DateTimeField(required=True)

    meta = {"collection": "sessions", "db_alias": ALIAS, "auto_create_index": False, "indexes": [FORGET, "member"]}


class WaitingRequestDocument(me.Document):
    """Be one authorize request that was found good and waits for its person."""

    id = me.StringField(primary_key=True)
    parameters = me.DictField(required=True)
    asked_at = me.DateTimeField(required=True)
    purge_at = me.DateTimeField(required=True)

    meta = {"collection": "waiting_requests", "db_alias": ALIAS, "auto_create_index": False, "indexes": [FORGET]}


@dataclass(frozen=True, slots=True)
class Session:
    """Hold a browser session."""

    sid: str
    member: str
    signed_in_at: datetime
    device: str = ""


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """Hold a waiting authorize request: its parameters as they came, and when."""

    id: str
    parameters: Mapping[str, str]
    asked_at: datetime


class Sessions:
    """Keep browser sessions."""

    def __init__(self, hours: int) -> None:
        self._life = timedelta(hours=hours)

    def start(self, member: str, sid: str | None = None, device: str = "") -> str:
        """Start a session and return its cookie: always a new one, whatever the browser sent before."""
        cookie, moment = new_cookie(), now()
        SessionDocument._get_collection().insert_one(
            {
                "_id": digest(cookie),
                "sid": sid or new_id(),
                "member": member,
                "signed_in_at": moment,
                "device": device,
                "expires_at": moment + self._life,
                "purge_at": moment + self._life,
            }
        )
        return cookie

    def get(self, cookie: str) -> Session | None:
        """Return the session of a cookie."""
        found = SessionDocument._get_collection().find_one({"_id": digest(cookie), "expires_at": {"$gt": now()}})
        return _session(found) if found else None

    def of_member(self, member: str) -> list[Session]:
        """Return a member's sessions, newest first."""
        which = {"member": member, "expires_at": {"$gt": now()}}
        return [_session(row) for row in SessionDocument._get_collection().find(which, sort=[("signed_in_at", -1)])]

    def end_named(self, member: str, sid: str) -> bool:
        """End a session of a member by its open name; return whether there was one."""
        return SessionDocument._get_collection().delete_many({"member": member, "sid": sid}).deleted_count > 0

    def end_all(self, member: str, but: str | None = None) -> None:
        """End every session of a member, except the one named `but`."""
        SessionDocument._get_collection().delete_many({"member": member, "sid": {"$ne": but or ""}})

    def end(self, cookie: str) -> None:
        """End a session."""
        SessionDocument._get_collection().delete_one({"_id": digest(cookie)})


class WaitingRequests:
    """Keep authorize requests while their person signs in or reads the consent page."""

    def keep(self, parameters: Mapping[str, str]) -> WaitingRequest:
        """Store a request for half an hour."""
        moment = now()
        waiting = WaitingRequest(new_secret(), dict(parameters), moment)
        WaitingRequestDocument._get_collection().insert_one(
            {
                "_id": digest(waiting.id),
                "parameters": dict(parameters),
                "asked_at": moment,
                "purge_at": moment + REQUEST_LIFE,
            }
        )
        return waiting

    def get(self, id: str) -> WaitingRequest | None:
        """Return a waiting request."""
        which = {"_id": digest(id), "purge_at": {"$gt": now()}}
        found = WaitingRequestDocument._get_collection().find_one(which)
        return WaitingRequest(id, found["parameters"], found["asked_at"]) if found else None

    def take(self, id: str) -> WaitingRequest | None:
        """Return a waiting request and forget it: one request gives at most one code."""
        found = WaitingRequestDocument._get_collection().find_one_and_delete({"_id": digest(id)})
        return (
            WaitingRequest(id, found["parameters"], found["asked_at"]) if found and found["purge_at"] > now() else None
        )


def _session(raw: Mapping[str, Any]) -> Session:
    return Session(raw["sid"], raw["member"], raw["signed_in_at"], raw.get("device") or "")


def new_cookie() -> str:
    """Return a fresh cookie value."""
    return new_secret()
