"""What the gateway keeps in its own database, shared by all its processes: signing keys and stream tickets.

Blocking on purpose (pymongo underneath): the event loop calls these from a thread. Tickets and private keys are sealed.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc.jwk import ECKey
from mongoengine import BinaryField, DateTimeField, DictField, Document, IntField, StringField
from pymongo.errors import DuplicateKeyError

from pijnstad_kit.vault import Unsealable, Vault

ALIAS = "gateway"
TICKET_SECONDS = 30


class SigningKeyDocument(Document):
    """One key pair; the private half is sealed. `generation` is unique, so that two starting processes make one key."""

    meta = {"collection": "signing_keys", "db_alias": ALIAS, "auto_create_index": False}

    id = IntField(primary_key=True, db_field="_id")  # the generation: 1, 2, 3 ...
    kid = StringField(required=True)
    public = DictField(required=True)
    sealed = BinaryField(required=True)
    signs_from = DateTimeField(required=True)


class TicketDocument(Document):
    """One ticket for one stream: its hash, and the sealed access token it stands for."""

    meta = {
        "collection": "stream_tickets",
        "db_alias": ALIAS,
        "auto_create_index": False,
        "indexes": [{"fields": ["expires_at"], "expireAfterSeconds": 60}],
    }

    id = StringField(primary_key=True, db_field="_id")
    sealed = BinaryField(required=True)
    expires_at = DateTimeField(required=True)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Hold one opened key."""

    generation: int
    kid: str
    key: ECKey
    public: dict[str, Any]
    signs_from: datetime


class KeyStore:
    """Read and make signing keys."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def load(self) -> list[SigningKey]:
        """Return all keys, oldest first; make the first one when there is none."""
        found = self._read()
        if not found:
            self.add(1, signs_from=datetime.now(UTC))
            found = self._read()
        return found

    def add(self, generation: int, *, signs_from: datetime) -> None:
        """Make the key of a generation, unless another process was first."""
        key = ECKey.generate_key("P-256", auto_kid=True)
        document = {
            "_id": generation,
            "kid": key.kid,
            "public": {**key.as_dict(private=False), "use": "sig", "alg": "ES256"},
            "sealed": self._vault.seal(key.as_pem(private=True), context=f"signing-key/{key.kid}"),
            "signs_from": signs_from,
        }
        try:
            SigningKeyDocument._get_collection().insert_one(document)
        except DuplicateKeyError:
            return

    def _read(self) -> list[SigningKey]:
        rows = SigningKeyDocument._get_collection().find().sort("_id", 1)
        return [self._opened(row) for row in rows]

    def _opened(self, row: dict[str, Any]) -> SigningKey:
        pem = self._vault.open(bytes(row["sealed"]), context=f"signing-key/{row['kid']}")
        key = ECKey.import_key(pem, {"kid": row["kid"]})
        return SigningKey(row["_id"], row["kid"], key, dict(row["public"]), row["signs_from"])


class TicketStore:
    """Hand out and redeem one-time tickets; any process of the gateway redeems what another handed out."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def issue(self, token: str) -> str:
        """Return a ticket that stands for this access token for 30 seconds."""
        ticket = secrets.token_urlsafe(32)
        name = _hash(ticket)
        sealed = self._vault.seal(token.encode(), context=f"stream-ticket/{name}")
        expires = datetime.now(UTC) + timedelta(seconds=TICKET_SECONDS)
        TicketDocument._get_collection().insert_one({"_id": name, "sealed": sealed, "expires_at": expires})
        return ticket

    def redeem(self, ticket: str) -> str | None:
        """Return the access token of a ticket, once; None when it is unknown, used or too old."""
        name = _hash(ticket)
        row = TicketDocument._get_collection().find_one_and_delete({"_id": name})
        if row is None or row["expires_at"] <= datetime.now(UTC):
            return None
        try:
            return self._vault.open(bytes(row["sealed"]), context=f"stream-ticket/{name}").decode()
        except Unsealable:
            return None

    def sweep(self) -> None:
        """Remove tickets that nobody used; the index does it too, where the server knows such indexes."""
        TicketDocument._get_collection().delete_many({"expires_at": {"$lt": datetime.now(UTC)}})


def make_indexes() -> None:
    """Make the indexes of this database."""
    TicketDocument.ensure_indexes()


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
