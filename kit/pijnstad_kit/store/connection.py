"""The connection of a process to its own database, acknowledged by the majority and on disk."""

from __future__ import annotations

from typing import Any

import mongoengine
from mongoengine.connection import get_db
from pymongo.database import Database

from pijnstad_kit.settings import StoreSettings
from pijnstad_kit.store import epoch, indexes, pressure
from pijnstad_kit.store.indexes import ensure_indexes

TIMEOUT_MS = 4000  # an api must say 503 within 5 s; this spans server selection, the operation and its retries


def connect(settings: StoreSettings, *, timeout_ms: int = TIMEOUT_MS) -> Database[dict[str, Any]]:
    """Open the service's database under its own alias and return it. Connecting itself is lazy: nothing is sent yet."""
    mongoengine.disconnect(alias=settings.service)
    indexes.forget()
    epoch.forget()
    pressure.limit(settings.database_name, settings.outbox_limit)
    mongoengine.connect(
        settings.database_name,
        alias=settings.service,
        host=settings.mongo_url,
        uuidRepresentation="standard",
        tz_aware=True,
        w="majority",
        journal=True,
        timeoutMS=timeout_ms,
        serverSelectionTimeoutMS=timeout_ms,
        connectTimeoutMS=2000,
        maxPoolSize=50,
    )
    return database(settings.service)


def database(alias: str) -> Database[dict[str, Any]]:
    """Return the database behind an alias."""
    return get_db(alias)


def ready(alias: str, *documents: type[mongoengine.Document]) -> None:
    """Raise when the database does not answer; the first time it does, the documents' indexes are made."""
    ping(alias)
    ensure_indexes(*documents)


def ping(alias: str) -> None:
    """Raise when the database does not answer."""
    database(alias).command("ping")
