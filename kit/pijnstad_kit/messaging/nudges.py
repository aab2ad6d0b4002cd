"""Hearing from the database which aggregates got events, whichever process wrote them.

Only a hint: a poll always runs underneath, and a database without change streams is polled alone. In a rush nobody listens,
because the relay walks over everything anyway and each event heard costs the database as much as writing it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from pymongo.database import Database
from pymongo.errors import PyMongoError

FEW = 50  # aggregates that are looked up by their ids; with more, everything is looked through

_AGAIN = 2.0  # seconds before a stream that broke is opened again
_MATCH = {"$or": [{"fullDocument.waiting": True}, {"updateDescription.updatedFields.sequence": {"$exists": True}}]}
_STAGES: list[dict[str, Any]] = [{"$match": _MATCH}, {"$project": {"ns": 1, "documentKey": 1}}]

Hints = Mapping[str, set[str]]  # the ids of aggregates, by collection


class Nudges:
    """Listen to one database while somebody waits."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._database = database
        self._stop, self._wanted, self._heard = threading.Event(), threading.Event(), threading.Event()
        self._hints: dict[str, set[str]] = {}
        self._everywhere = False
        self._rests = 0

    def wait(self, seconds: float) -> Hints | None:
        """Return which aggregates got events since the last call, None for "look everywhere"; empty when time is up."""
        self._heard.wait(seconds)
        self._heard.clear()
        hints, self._hints = self._hints, {}
        everywhere, self._everywhere = self._everywhere, False
        return None if everywhere or sum(map(len, hints.values())) > FEW else hints

    def listen(self) -> None:
        """Begin to listen; whoever waits is told to look everywhere once, for what was not heard before."""
        self._wanted.set()

    def rest(self) -> None:
        """Stop listening for a while: what is heard later is heard on a new stream, which has nothing to catch up with."""
        self._rests += 1
        self._wanted.clear()

    def stop(self) -> None:
        """End for good, and wake whoever waits."""
        self._stop.set()
        self._wanted.set()
        self._heard.set()

    def run(self) -> None:
        """Listen whenever that is wanted, until stopped."""
        while not self._stop.is_set():
            self._wanted.wait()
            try:
                with self._database.watch(_STAGES, max_await_time_ms=1000) as stream:
                    self._look_everywhere()
                    self._follow(stream)
            except PyMongoError:
                self._stop.wait(_AGAIN)

    def _follow(self, stream: Any) -> None:
        rests = self._rests
        while self._rests == rests and not self._stop.is_set() and stream.alive:
            change = stream.try_next()
            if change is not None:
                self._hints.setdefault(change["ns"]["coll"], set()).add(change["documentKey"]["_id"])
                self._heard.set()

    def _look_everywhere(self) -> None:
        self._everywhere = True
        self._heard.set()
