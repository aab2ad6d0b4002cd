"""Clients as administrators see them: disabled ones too, with who changed what. What a client may do is in clients.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from identity.domain.clients import Client
from identity.store.clients import ClientDocument, _client, _stored
from pijnstad_kit.store.documents import now


@dataclass(frozen=True, slots=True)
class Noted:
    """Hold that a client was changed: when, by which member, and what was done."""

    at: datetime
    by: str
    what: str


@dataclass(frozen=True, slots=True)
class Registration:
    """Hold a client with its history, oldest change first."""

    client: Client
    changes: tuple[Noted, ...]


class Registrations:
    """Keep what administrators registered."""

    def all(self) -> list[Registration]:
        """Return every client, by owner and id."""
        rows = ClientDocument._get_collection().find({}, sort=[("owner", 1), ("_id", 1)])
        return [_registration(row) for row in rows]

    def find(self, id: str) -> Registration | None:
        """Return a client, disabled or not."""
        raw = ClientDocument._get_collection().find_one({"_id": id})
        return _registration(raw) if raw else None

    def add(self, client: Client, by: str) -> bool:
        """Register a client; return False when its id is taken."""
        fields = {name: _stored(getattr(client, name)) for name in Client.__slots__ if name != "id"}
        note = {"at": now(), "by": by, "what": "registered"}
        try:
            ClientDocument._get_collection().insert_one(
                {"_id": client.id, **fields, "updated_at": now(), "changes": [note]}
            )
        except DuplicateKeyError:
            return False
        return True

    def change(self, id: str, fields: Mapping[str, object], by: str, what: str) -> None:
        """Change a client and note who did it, in one write."""
        kept = {name: _stored(value) for name, value in fields.items()}
        ClientDocument._get_collection().update_one(
            {"_id": id},
            {"$set": kept | {"updated_at": now()}, "$push": {"changes": {"at": now(), "by": by, "what": what}}},
        )


def _registration(raw: Mapping[str, Any]) -> Registration:
    client = replace(_client(dict(raw)), disabled=bool(raw.get("disabled")))
    return Registration(client, tuple(Noted(one["at"], one["by"], one["what"]) for one in raw.get("changes", ())))
