"""The session store: who is signed in at which browser, with the tokens sealed. The cookie is opaque; only its hash is kept.

Collections of the database `web`: `sessions` (one per browser) and `sign_ins` (one per sign-in under way), both with a TTL
index. What the tokens mean is none of this module's business.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bson.binary import Binary
from pymongo import ReturnDocument
from pymongo.database import Database
from pymongo.errors import PyMongoError

from pijnstad_kit import logs
from pijnstad_kit.vault import Unsealable, Vault

VISITOR_HOURS = 2  # how long a browser without a member, and a draft that waits for one, are remembered
SIGN_IN_MINUTES = 30
_log = logs.get_logger("web.sessions")


@dataclass(frozen=True, slots=True)
class Session:
    """Hold one browser's session as it was read. `key` is the cookie's hash; `turn` counts the tokens it had."""

    key: str
    csrf: str
    member: str | None
    turn: int
    tokens: Mapping[str, Any] | None
    draft: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class SignIn:
    """Hold what one sign-in under way must come back with, and what its writer had typed before."""

    nonce: str
    verifier: str
    onward: str
    draft: Mapping[str, Any] | None = None


class SessionStore:
    """Keep sessions in MongoDB, one document each, every change atomic."""

    def __init__(self, database: Database[Any], vault: Vault, *, days: int) -> None:
        self._sessions = database["sessions"]
        self._sign_ins = database["sign_ins"]
        self._database = database
        self._vault = vault
        self._days = days
        self._indexed = False

    def ping(self) -> None:
        """Raise when the database does not answer; make the indexes once it does."""
        self._database.client.admin.command("ping")
        self._ensure_indexes()

    def find(self, cookie: str) -> Session | None:
        """Return the session of a cookie, or None when there is none or it ended."""
        return self.read(_hash(cookie)) if cookie else None

    def read(self, key: str) -> Session | None:
        """Return the session of a key."""
        found = self._sessions.find_one({"_id": key, "expires_at": {"$gt": _now()}})
        return self._session(found) if found else None

    def open(self) -> tuple[str, Session]:
        """Begin a session without a member; return its new cookie and itself."""
        self._ensure_indexes()
        cookie, key = _fresh()
        document = {
            "_id": key,
            "csrf": secrets.token_urlsafe(24),
            "turn": 0,
            "expires_at": _now() + timedelta(hours=VISITOR_HOURS),
        }
        self._sessions.insert_one(document)
        return cookie, self._session(document)

    def sign_in(
        self, old: Session, member: str, tokens: Mapping[str, Any], draft: Mapping[str, Any] | None = None
    ) -> str:
        """Replace a session by a new one with a member (never the same cookie); return the cookie.

        What was typed comes along with the sign-in that began from it, or with the same member: never with who comes next.
        """
        cookie, key = _fresh()
        document = {
            "_id": key,
            "csrf": secrets.token_urlsafe(24),
            "member": member,
            "turn": 1,
            "tokens": self._seal(tokens, f"web.tokens:{key}"),
            "expires_at": _now() + timedelta(days=self._days),
        }
        kept = draft or (old.draft if old.member == member else None)
        if kept is not None:
            document["draft"] = self._seal(kept, f"web.draft:{key}")
            document["draft_until"] = _now() + timedelta(hours=VISITOR_HOURS)
        self._sessions.insert_one(document)
        self._sessions.delete_one({"_id": old.key})
        return cookie

    def end(self, key: str) -> None:
        """Forget a session."""
        self._sessions.delete_one({"_id": key})

    def keep_draft(self, key: str, draft: Mapping[str, Any]) -> None:
        """Keep what somebody typed, sealed, until they are signed in again."""
        until = _now() + timedelta(hours=VISITOR_HOURS)
        self._sessions.update_one(
            {"_id": key}, {"$set": {"draft": self._seal(draft, f"web.draft:{key}"), "draft_until": until}}
        )

    def drop_draft(self, key: str) -> None:
        """Forget what was typed."""
        self._sessions.update_one({"_id": key}, {"$unset": {"draft": "", "draft_until": ""}})

    def claim_turn(self, key: str, turn: int, seconds: float) -> bool:
        """Take the one right to renew the tokens of this turn; it lapses after `seconds`."""
        now = _now()
        free = {"$or": [{"renewing_until": {"$exists": False}}, {"renewing_until": {"$lt": now}}]}
        claimed = self._sessions.update_one(
            {"_id": key, "turn": turn, **free}, {"$set": {"renewing_until": now + timedelta(seconds=seconds)}}
        )
        return claimed.modified_count == 1

    def give_back_turn(self, key: str, turn: int) -> None:
        """Let somebody else try to renew."""
        self._sessions.update_one({"_id": key, "turn": turn}, {"$unset": {"renewing_until": ""}})

    def finish_turn(self, key: str, turn: int, tokens: Mapping[str, Any]) -> Session | None:
        """Store renewed tokens; return the session, or None when it ended meanwhile."""
        change = {
            "$set": {
                "tokens": self._seal(tokens, f"web.tokens:{key}"),
                "turn": turn + 1,
                "expires_at": _now() + timedelta(days=self._days),
            },
            "$unset": {"renewing_until": ""},
        }
        found = self._sessions.find_one_and_update(
            {"_id": key, "turn": turn}, change, return_document=ReturnDocument.AFTER
        )
        return self._session(found) if found else None

    def begin_sign_in(self, session: Session, state: str, sign_in: SignIn) -> None:
        """Remember a sign-in under way, bound to this browser."""
        self._sign_ins.insert_one(
            {
                "_id": _hash(state),
                "session": session.key,
                "sealed": self._seal(
                    {
                        "nonce": sign_in.nonce,
                        "verifier": sign_in.verifier,
                        "onward": sign_in.onward,
                        "draft": sign_in.draft,
                    },
                    f"web.sign_in:{session.key}",
                ),
                "expires_at": _now() + timedelta(minutes=SIGN_IN_MINUTES),
            }
        )

    def claim_sign_in(self, session: Session, state: str) -> SignIn | None:
        """Take a sign-in of this browser, once. None when there is none, it is another browser's, or it took too long."""
        found = self._sign_ins.find_one_and_delete(
            {"_id": _hash(state), "session": session.key, "expires_at": {"$gt": _now()}}
        )
        values = self._unseal(found["sealed"], f"web.sign_in:{session.key}") if found else None
        return SignIn(**values) if values else None

    def _session(self, document: Mapping[str, Any]) -> Session:
        key = document["_id"]
        return Session(
            key=key,
            csrf=document["csrf"],
            member=document.get("member"),
            turn=document["turn"],
            tokens=self._unseal(document.get("tokens"), f"web.tokens:{key}"),
            draft=self._unseal(document.get("draft"), f"web.draft:{key}") if _fresh_draft(document) else None,
        )

    def _seal(self, value: Mapping[str, Any], context: str) -> Binary:
        return Binary(self._vault.seal(json.dumps(value).encode(), context=context))

    def _unseal(self, sealed: bytes | None, context: str) -> Any:
        if sealed is None:
            return None
        try:
            return json.loads(self._vault.open(bytes(sealed), context=context))
        except Unsealable:
            return None

    def _ensure_indexes(self) -> None:
        if self._indexed:
            return
        for collection in (self._sessions, self._sign_ins):
            try:
                collection.create_index("expires_at", expireAfterSeconds=0)
            except PyMongoError as error:  # every read checks the time itself; the index only tidies up
                _log.warning("ttl_index_missing", error=type(error).__name__)
        self._indexed = True


def _fresh() -> tuple[str, str]:
    cookie = secrets.token_urlsafe(32)
    return cookie, _hash(cookie)


def _fresh_draft(document: Mapping[str, Any]) -> bool:
    until = document.get("draft_until")
    return until is not None and until > _now()


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)
