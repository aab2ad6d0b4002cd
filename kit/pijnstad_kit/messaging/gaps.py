"""A hole in a stream: an event came before an earlier one of its aggregate. It is tried again; then the source is asked."""

from __future__ import annotations

import time
from collections.abc import Callable

from pijnstad_contracts.streams import Stream


class StreamGap(RuntimeError):
    """Say that an earlier event of this aggregate has not come yet; this one is tried again later."""

    def __init__(self, stream: Stream, aggregate: str, sequence: int) -> None:
        super().__init__(f"event {sequence} came before an earlier one of its aggregate")
        self.stream, self.aggregate, self.sequence = stream, aggregate, sequence


class Gaps:
    """Remember the holes that handlers of this process met. Only in memory: a hole that stays is met again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._since: dict[tuple[Stream, str], float] = {}
        self._clock = clock

    def note(self, gap: StreamGap) -> None:
        """Note a hole, if it is new."""
        self._since.setdefault((gap.stream, gap.aggregate), self._clock())

    def older_than(self, seconds: float) -> dict[Stream, list[str]]:
        """Take out the holes that are older than this, by stream: the first try again may have filled them."""
        until = self._clock() - seconds
        due = [key for key, since in self._since.items() if since <= until]
        found: dict[Stream, list[str]] = {}
        for stream, aggregate in due:
            del self._since[stream, aggregate]
            found.setdefault(stream, []).append(aggregate)
        return found
