"""Signing keys: made here, kept sealed by the master key, published before they sign and after they stopped."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import mongoengine as me
from joserfc.jwk import KeySet, RSAKey
from pymongo.errors import DuplicateKeyError

from identity.store.fields import ALIAS
from pijnstad_kit.ids import derived_id, new_id
from pijnstad_kit.store.documents import now
from pijnstad_kit.vault import Vault

ALGORITHM = "RS256"
_BITS = 2048
_REMEMBERED = 30.0  # seconds between looks into the database
_AFTERLIFE = timedelta(hours=2)  # longer than an ID token lives


class SigningKeyDocument(me.Document):
    """Be one signing key; its private part opens with the master key only."""

    id = me.StringField(primary_key=True)
    sealed = me.BinaryField(required=True)
    signs_from = me.DateTimeField(required=True)
    created_at = me.DateTimeField(required=True)

    meta = {"collection": "signing_keys", "db_alias": ALIAS, "auto_create_index": False, "indexes": ["signs_from"]}


@dataclass(frozen=True, slots=True)
class _Held:
    key: RSAKey
    signs_from: datetime


class SigningKeys:
    """Keep signing keys. A new one is published `lead` seconds before it signs, so that everybody knows it by then."""

    def __init__(self, vault: Vault, lead_seconds: int) -> None:
        self._vault = vault
        self._lead = timedelta(seconds=lead_seconds)
        self._lock = threading.Lock()
        self._held: list[_Held] = []
        self._looked = float("-inf")

    def ensure(self) -> None:
        """Make the first key where there is none. Its id is fixed, so that processes that start at once agree on one."""
        if SigningKeyDocument._get_collection().find_one({}, {"_id": 1}) is None:
            with suppress(DuplicateKeyError):
                self._make(derived_id("identity", "first signing key"), now())

    def rotate(self) -> str:
        """Make the next key and return its id; it signs once it was published long enough."""
        return self._make(new_id(), now() + self._lead)

    def signing(self) -> RSAKey:
        """Return the key that signs now: the youngest whose time has come."""
        moment = now()
        return max((held for held in self._all() if held.signs_from <= moment), key=lambda held: held.signs_from).key

    def published(self) -> dict[str, Any]:
        """Return the public JWKS: keys to come, the signing one, and earlier ones while something they signed may live."""
        return {"keys": [held.key.as_dict(private=False) for held in self._living()]}

    def verifying(self) -> KeySet:
        """Return the keys that may have signed a token that is shown to us."""
        return KeySet([held.key for held in self._living()])

    def _make(self, kid: str, signs_from: datetime) -> str:
        key = RSAKey.generate_key(_BITS, parameters={"kid": kid, "use": "sig", "alg": ALGORITHM}, private=True)
        private = json.dumps(key.as_dict(private=True)).encode()
        SigningKeyDocument._get_collection().insert_one(
            {
                "_id": kid,
                "sealed": self._vault.seal(private, context=_context(kid)),
                "signs_from": signs_from,
                "created_at": now(),
            }
        )
        self._looked = float("-inf")
        return kid

    def _living(self) -> list[_Held]:
        """Leave out a key whose successor has been signing for longer than anything it signed lives."""
        keys, moment = self._all(), now()
        successors = [*(held.signs_from for held in keys[1:]), None]
        return [
            held for held, after in zip(keys, successors, strict=True) if after is None or after + _AFTERLIFE > moment
        ]

    def _all(self) -> list[_Held]:
        with self._lock:
            if time.monotonic() - self._looked > _REMEMBERED or not self._held:
                rows = SigningKeyDocument._get_collection().find({}, sort=[("signs_from", 1), ("_id", 1)])
                self._held = [self._open(row) for row in rows]
                self._looked = time.monotonic()
            return self._held

    def _open(self, row: dict[str, Any]) -> _Held:
        private = self._vault.open(bytes(row["sealed"]), context=_context(row["_id"]))
        return _Held(RSAKey.import_key(json.loads(private)), row["signs_from"])


def _context(kid: str) -> str:
    return f"identity signing key {kid}"
