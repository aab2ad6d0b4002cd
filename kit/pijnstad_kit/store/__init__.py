"""Typed helpers around mongoengine: aggregates that carry their own outbox, and the one way to change them."""

from pijnstad_kit.store.connection import connect, database, ping, ready
from pijnstad_kit.store.documents import AggregateDocument
from pijnstad_kit.store.indexes import ensure_indexes

__all__ = ["AggregateDocument", "connect", "database", "ensure_indexes", "ping", "ready"]
