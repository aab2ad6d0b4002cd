"""Back pressure of a whole service: past a number of aggregates that wait for the broker, nothing new comes to be.

An api answers 503 with Retry-After, a consumer pauses with its messages unacknowledged; both until the relay has caught
up. Changing and taking away what is there goes on: a person can always withdraw. One aggregate has a limit of its own
(aggregates.py).
"""

from __future__ import annotations

import threading
import time
from typing import Any

from pymongo.collection import Collection

from pijnstad_kit.problems import Unavailable
from pijnstad_kit.store.documents import AggregateDocument

LIMIT = 100_000  # aggregates that wait, unless the settings say another number
FRESH = 1.0  # seconds a count is believed

_limits: dict[str, int] = {}
_counted: dict[str, tuple[float, int]] = {}
_lock = threading.Lock()


def limit(database: str, aggregates: int) -> None:
    """Set the limit of each collection of a database, by the database's name."""
    with _lock:
        _limits[database] = aggregates
        _counted.clear()


def check(collection: Collection[dict[str, Any]]) -> None:
    """Let something new be recorded. Errors: Unavailable past the limit."""
    most = _limits.get(collection.database.name, LIMIT)
    if _counted_lately(collection, most) >= most:
        raise Unavailable("Too much still waits to be sent.", retry_after=30)


def waiting(service: str) -> int:
    """Return how many aggregates of a service have events that wait."""
    return sum(_count(document._get_collection()) for document in aggregates_of(service))


def aggregates_of(service: str) -> list[type[AggregateDocument]]:
    """Return the document classes of a service's aggregates."""
    return [one for one in AggregateDocument.__subclasses__() if one._meta.get("db_alias") == service]


def _counted_lately(collection: Collection[dict[str, Any]], most: int) -> int:
    with _lock:
        at, number = _counted.get(collection.full_name, (0.0, 0))
        if at and time.monotonic() - at < FRESH:
            return number
    number = _count(collection, limit=most)
    with _lock:
        _counted[collection.full_name] = (time.monotonic(), number)
    return number


def _count(collection: Collection[dict[str, Any]], **options: Any) -> int:
    return collection.count_documents({"waiting": True}, **options)
