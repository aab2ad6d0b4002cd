"""Single-use proofs: a long random token that somebody got by mail, and what it stands for, sealed. Each works once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import mongoengine as me
from pymongo.errors import DuplicateKeyError

from identity.store.fields import ALIAS, FORGET, digest, new_secret
from pijnstad_kit.store.documents import now
from pijnstad_kit.vault import Vault

Kind = Literal["register", "recover", "address", "parent", "share", "second_step", "signing_in"]


class ProofDocument(me.Document):
    """Be one proof; its id is the hash of its token."""

    id = me.StringField(primary_key=True)
    kind = me.StringField(required=True)
    member = me.StringField()
    sealed = me.BinaryField(required=True)
    purge_at = me.DateTimeField(required=True)

    meta = {"collection": "proofs", "db_alias": ALIAS, "auto_create_index": False, "indexes": [FORGET, "member"]}


@dataclass(frozen=True, slots=True)
class Proof:
    """Hold what a token stands for."""

    member: str | None
    told: Mapping[str, Any]
    until: datetime


class Proofs:
    """Keep proofs."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def make(
        self, kind: Kind, told: Mapping[str, Any], minutes: int, member: str | None = None
    ) -> tuple[str, datetime]:
        """Store what a fresh token stands for; return the token and until when it works."""
        token, until = new_secret(), now() + timedelta(minutes=minutes)
        id = digest(token)
        sealed = self._vault.seal(json.dumps(dict(told)).encode(), context=f"identity proof {id}")
        body = {"_id": id, "kind": kind, "member": member, "sealed": sealed, "purge_at": until}
        ProofDocument._get_collection().insert_one(body)
        return token, until

    def read(self, kind: Kind, token: str) -> Proof | None:
        """Return what a token stands for, without using it."""
        return self._proof(ProofDocument._get_collection().find_one({"_id": digest(token), "kind": kind}))

    def take(self, kind: Kind, token: str) -> Proof | None:
        """Use a token: only the first of any number at the same time gets what it stands for."""
        return self._proof(ProofDocument._get_collection().find_one_and_delete({"_id": digest(token), "kind": kind}))

    def spend(self, secret: str, minutes: int) -> bool:
        """Note that something was used, and return whether this was the first time. Remembered for so many minutes."""
        id, until = digest(f"spent {secret}"), now() + timedelta(minutes=minutes)
        sealed = self._vault.seal(b"{}", context=f"identity proof {id}")
        try:
            ProofDocument._get_collection().insert_one(
                {"_id": id, "kind": "spent", "sealed": sealed, "purge_at": until}
            )
        except DuplicateKeyError:
            return False
        return True

    def forget(self, member: str) -> None:
        """Let no proof of a member work any more."""
        ProofDocument._get_collection().delete_many({"member": member})

    def _proof(self, raw: Mapping[str, Any] | None) -> Proof | None:
        if raw is None or raw["purge_at"] <= now():
            return None
        told = json.loads(self._vault.open(bytes(raw["sealed"]), context=f"identity proof {raw['_id']}"))
        return Proof(raw["member"], told, raw["purge_at"])
