"""The key of each member, wrapped by the master key: it seals their words, and without it they are noise.

Erasure deletes the key and the data. Keys are read at every request and kept nowhere, so that a deleted one is gone at once.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any

import mongoengine as me
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from pijnstad_kit.store.documents import now
from pijnstad_kit.vault import Vault, new_key


class MemberKeyDocument(me.Document):
    """Hold one member's data key, sealed by the master key for this member alone."""

    id = me.StringField(primary_key=True)
    wrapped = me.BinaryField(required=True)
    created_at = me.DateTimeField(required=True)

    meta = {"collection": "member_keys", "db_alias": "selfcare", "auto_create_index": False}


class MemberVault:
    """Seal and open one member's words, each for one field of one entry."""

    def __init__(self, key: bytes) -> None:
        self._words = Vault(key)
        self._fingerprints = hmac.digest(key, b"pijnstad selfcare: request fingerprints", sha256)

    def seal(self, text: str, entry_id: str, field: str) -> bytes:
        """Return the text sealed for this place."""
        return self._words.seal(text.encode(), context=f"{entry_id}/{field}")

    def open(self, sealed: bytes, entry_id: str, field: str) -> str:
        """Return the text. Errors: Unsealable when it was made for another place or by another key."""
        return self._words.open(bytes(sealed), context=f"{entry_id}/{field}").decode()

    def fingerprint(self, request_hash: str) -> str:
        """Return what the hash of a request may be stored as: a bare hash of a few words can be guessed, this cannot."""
        return hmac.digest(self._fingerprints, request_hash.encode(), sha256).hex()


class MemberKeys:
    """Find and make the keys of members."""

    def __init__(self, master: Vault) -> None:
        self._master = master

    def of(self, member: str) -> MemberVault:
        """Return the member's vault, with a new key when there is none: of two made at once the first one stays."""
        wrapped = self._find(member) or self._make(member)
        return MemberVault(self._master.open(wrapped, context=_context(member)))

    def _find(self, member: str) -> bytes | None:
        found = self._collection.find_one({"_id": member}, {"wrapped": 1})
        return bytes(found["wrapped"]) if found else None

    def _make(self, member: str) -> bytes:
        wrapped = self._master.seal(new_key(), context=_context(member))
        try:
            self._collection.insert_one({"_id": member, "wrapped": wrapped, "created_at": now()})
        except DuplicateKeyError:
            return bytes(self._collection.find_one({"_id": member})["wrapped"])  # type: ignore[index]
        return wrapped

    @property
    def _collection(self) -> Collection[dict[str, Any]]:
        return MemberKeyDocument._get_collection()


def _context(member: str) -> str:
    return f"selfcare member key {member}"
