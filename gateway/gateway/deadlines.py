"""Deadlines of many connections, watched by one timer instead of one timer each.

A connection says until when it may go on (`deadline`, loop time, 0 for no limit); `expire` is called once it passed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

TICK = 0.5  # seconds; how late a deadline may be noticed


class Watched(Protocol):
    """Be something with a deadline."""

    deadline: float

    def expire(self) -> None:
        """End what took too long."""


class Watch:
    """Look over all connections twice a second."""

    def __init__(self, loop: asyncio.AbstractEventLoop, watched: Callable[[], Iterable[Watched]]) -> None:
        self._loop = loop
        self._watched = watched
        self._timer = loop.call_later(TICK, self._look)

    def stop(self) -> None:
        """Stop looking."""
        self._timer.cancel()

    def _look(self) -> None:
        now = self._loop.time()
        late = [one for one in self._watched() if 0 < one.deadline < now]
        for one in late:
            one.deadline = 0
            one.expire()
        self._timer = self._loop.call_later(TICK, self._look)
