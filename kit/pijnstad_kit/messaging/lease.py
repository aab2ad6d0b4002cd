"""One active relay per service: a lease that trusts no clock.

The holder counts up a number; others watch it. A number that stands still for `patience` seconds on the watcher's own
monotonic clock may be taken over, so a machine whose clock is ten minutes off neither steals a lease nor blocks one.
"""

from __future__ import annotations

import time
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from pijnstad_kit.ids import new_id


class Lease:
    """Hold one named lease in a collection."""

    def __init__(self, collection: Collection[dict[str, Any]], name: str, *, patience: float = 4.0) -> None:
        self._collection, self._name, self._patience = collection, name, patience
        self._holder = new_id()
        self._renewed = 0.0
        self._seen: tuple[Any, float] = (None, 0.0)

    def held(self) -> bool:
        """Return whether we hold the lease now, taking or renewing it where that is due (about once a second)."""
        if self._renewed and time.monotonic() - self._renewed < self._patience / 4:
            return True
        if self._beat({"_id": self._name, "holder": self._holder}):
            return True
        self._renewed = 0.0
        return self._take()

    def release(self) -> None:
        """Give the lease back, so that the next one need not wait."""
        self._collection.delete_one({"_id": self._name, "holder": self._holder})
        self._renewed = 0.0

    def _take(self) -> bool:
        current = self._collection.find_one({"_id": self._name})
        if current is None:
            return self._first()
        sign = (current.get("holder"), current.get("beat"))
        if sign != self._seen[0]:
            self._seen = (sign, time.monotonic())
            return False
        if time.monotonic() - self._seen[1] < self._patience:
            return False
        return self._beat({"_id": self._name, "holder": sign[0], "beat": sign[1]})

    def _first(self) -> bool:
        try:
            self._collection.insert_one({"_id": self._name, "holder": self._holder, "beat": 1})
        except DuplicateKeyError:
            return False
        self._renewed = time.monotonic()
        return True

    def _beat(self, where: dict[str, Any]) -> bool:
        update = {"$set": {"holder": self._holder}, "$inc": {"beat": 1}}
        if self._collection.update_one(where, update).matched_count != 1:
            return False
        self._renewed = time.monotonic()
        return True
