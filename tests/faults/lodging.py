"""Rooms that live on from test to test, as a city does; after a test that did not end well there are new ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from checker import Checker
from rooms import Rooms

from pijnstad_local.rabbitmq import RabbitNode
from pijnstad_local.secantus import SecantusServer


class Lodging:
    """Keep one set of rooms on a broker and a store."""

    def __init__(self, rabbit: RabbitNode, store: SecantusServer, folder: Callable[[], Path]) -> None:
        self._rabbit, self._store, self._folder = rabbit, store, folder
        self._rooms: Rooms | None = None

    def rooms(self) -> Rooms:
        """Return rooms in their usual state, on servers that run."""
        self._rabbit.start()
        self._store.start()
        if self._rooms is None:
            self._rooms = Rooms(self._rabbit, self._store, self._folder())
            self._rooms.open()
        else:
            self._rooms.as_usual()
        return self._rooms

    def leave(self, checker: Checker) -> None:
        """Take the rooms back after a test: kept when all was well, given up otherwise."""
        for guest in checker.rooms.guests:
            guest.kill()
        if checker.clean:
            checker.rooms.bury_dead()
        else:
            self.close()

    def close(self) -> None:
        """Give the rooms up."""
        if self._rooms is not None:
            self._rooms.close()
        self._rooms = None
