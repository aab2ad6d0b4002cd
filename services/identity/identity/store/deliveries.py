"""Mails on their way, one document each: waiting, sending, sent or given up. Sent at least once; who gets it is sealed.

A delivery is claimed for a while before it is sent. A process that dies in between leaves a claim that ends by
itself, and the mail goes out again under the same Message-ID. What was sent keeps no address and no words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import mongoengine as me
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from identity.domain.people import Language
from identity.store.fields import ALIAS, FORGET
from pijnstad_kit.store.documents import now
from pijnstad_kit.vault import Vault

CLAIM = timedelta(minutes=2)
WAITS = (5, 30, 120, 600, 1800, 3600, 7200, 14400)  # seconds after each failure; then it is given up
_REMEMBERED = timedelta(days=7)


class DeliveryDocument(me.Document):
    """Be one mail on its way."""

    id = me.StringField(primary_key=True)
    kind = me.StringField(required=True)
    language = me.StringField(required=True)
    state = me.StringField(required=True, choices=("waiting", "sending", "sent", "given_up"))
    sealed = me.BinaryField()
    tries = me.IntField(required=True)
    due_at = me.DateTimeField(required=True)
    useless_after = me.DateTimeField(required=True)
    ended_at = me.DateTimeField()
    why = me.StringField()
    purge_at = me.DateTimeField(required=True)

    meta = {
        "collection": "deliveries",
        "db_alias": ALIAS,
        "auto_create_index": False,
        "indexes": [FORGET, ("state", "due_at")],
    }


@dataclass(frozen=True, slots=True)
class Delivery:
    """Hold a mail that is to be sent now."""

    id: str
    kind: str
    language: Language
    to: str
    values: Mapping[str, str]
    tries: int
    useless_after: datetime


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """Hold a mail to be sent. Its id says what it is about: written twice, it goes once. `to` None: to nobody at all."""

    id: str
    kind: str
    language: Language
    to: str | None
    values: Mapping[str, str]
    useless_after: datetime


class Deliveries:
    """Keep mails on their way."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def add(self, new: NewDelivery) -> None:
        """Store a mail. One to nobody takes the same work, so that time does not tell who has an account."""
        told = json.dumps({"to": new.to, "values": dict(new.values)}).encode()
        sealed = self._vault.seal(told, context=_context(new.id))
        somebody, moment = new.to is not None, now()
        body = {
            "_id": new.id,
            "kind": new.kind,
            "language": new.language,
            "state": "waiting" if somebody else "sent",
            "sealed": sealed if somebody else None,
            "tries": 0,
            "due_at": moment,
            "useless_after": new.useless_after,
            "purge_at": (new.useless_after if somebody else moment) + _REMEMBERED,
        }
        try:
            DeliveryDocument._get_collection().insert_one(body)
        except DuplicateKeyError:
            return

    def due(self, many: int = 50) -> list[str]:
        """Return the ids of mails whose time has come, oldest first; those whose claim ended are among them."""
        which = {"state": {"$in": ["waiting", "sending"]}, "due_at": {"$lte": now()}}
        found = DeliveryDocument._get_collection().find(which, {"_id": 1}, sort=[("due_at", 1)], limit=many)
        return [row["_id"] for row in found]

    def claim(self, id: str) -> Delivery | None:
        """Take a due mail for a while; None when somebody else has it."""
        moment = now()
        raw = DeliveryDocument._get_collection().find_one_and_update(
            {"_id": id, "state": {"$in": ["waiting", "sending"]}, "due_at": {"$lte": moment}},
            {"$set": {"state": "sending", "due_at": moment + CLAIM}, "$inc": {"tries": 1}},
            return_document=ReturnDocument.AFTER,
        )
        return self._opened(raw) if raw else None

    def sent(self, id: str) -> None:
        """Note that a mail was taken by the mail server, and forget to whom it went."""
        self._end(id, "sent", None)

    def given_up(self, id: str, why: str) -> None:
        """Note that a mail will not go out, and forget to whom it would have gone."""
        self._end(id, "given_up", why)

    def later(self, delivery: Delivery, why: str) -> None:
        """Let a mail wait for its next try, longer each time; after the last one it is given up."""
        if delivery.tries > len(WAITS):
            return self.given_up(delivery.id, why)
        due = now() + timedelta(seconds=WAITS[delivery.tries - 1])
        changed = {"$set": {"state": "waiting", "due_at": due, "why": why}}
        DeliveryDocument._get_collection().update_one({"_id": delivery.id, "state": "sending"}, changed)

    def _end(self, id: str, state: str, why: str | None) -> None:
        moment = now()
        ended = {"state": state, "ended_at": moment, "why": why, "sealed": None, "purge_at": moment + _REMEMBERED}
        DeliveryDocument._get_collection().update_one({"_id": id}, {"$set": ended})

    def _opened(self, raw: Mapping[str, Any]) -> Delivery:
        told = json.loads(self._vault.open(bytes(raw["sealed"]), context=_context(raw["_id"])))
        return Delivery(
            id=raw["_id"],
            kind=raw["kind"],
            language=raw["language"],
            to=told["to"],
            values=told["values"],
            tries=raw["tries"],
            useless_after=raw["useless_after"],
        )


def _context(id: str) -> str:
    return f"identity delivery {id}"
