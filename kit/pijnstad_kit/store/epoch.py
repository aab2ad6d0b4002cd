"""The epoch of a service's store: 1, and one more after each restore of its database from a backup.

Events carry it, and gates compare (epoch, sequence): what a service tells after a restore counts above what it told before,
although its numbers begin lower. It is raised by `python -m <service> raise-epoch` alone (docs/how-to/after-a-restore.md).
"""

from __future__ import annotations

import time
from typing import Any

from pymongo import ReturnDocument
from pymongo.database import Database

FRESH = 5.0  # seconds a process goes on with the epoch it read

_read: dict[str, tuple[float, int]] = {}


def current(database: Database[dict[str, Any]]) -> int:
    """Return the epoch, at most FRESH seconds old."""
    key = database.name
    at, number = _read.get(key, (0.0, 0))
    if not number or time.monotonic() - at >= FRESH:
        found = database["epochs"].find_one({"_id": "epoch"})
        number = int(found["number"]) if found else 1
        _read[key] = (time.monotonic(), number)
    return number


def forget() -> None:
    """Forget what was read: the process now looks at another database."""
    _read.clear()


def advance(database: Database[dict[str, Any]]) -> int:
    """Raise the epoch by one and return it. Other processes know it within FRESH seconds."""
    forget()
    collection = database["epochs"]
    collection.update_one({"_id": "epoch"}, {"$setOnInsert": {"number": 1}}, upsert=True)
    found = collection.find_one_and_update(
        {"_id": "epoch"}, {"$inc": {"number": 1}}, return_document=ReturnDocument.AFTER
    )
    return int((found or {})["number"])
