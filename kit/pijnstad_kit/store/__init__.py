"""Typed helpers around mongoengine: aggregates that carry their own outbox, and the one way to change them."""

from pijnstad_kit.store.connection import connect, database, ping
from pijnstad_kit.store.documents import AggregateDocument

__all__ = ["AggregateDocument", "connect", "database", "ping"]
