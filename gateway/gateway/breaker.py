"""A breaker for one address of an upstream: after failures in a row it lets one request through now and then. Pure."""

from __future__ import annotations

FAILURES = 5  # in a row: refused, out of time, or hung up without a word
PAUSE_SECONDS = 1.0


class Breaker:
    """Count failures in a row; stand open, as electricians say, until one request went well."""

    __slots__ = ("_next_try", "failures")

    def __init__(self) -> None:
        self.failures = 0
        self._next_try = 0.0

    @property
    def open(self) -> bool:
        """Return whether requests are kept away."""
        return self.failures >= FAILURES

    def admits(self, now: float) -> bool:
        """Return whether a request may go; while the breaker is open that is one each second."""
        if self.failures < FAILURES:
            return True
        if now < self._next_try:
            return False
        self._next_try = now + PAUSE_SECONDS
        return True

    def well(self) -> None:
        """Take note of an answer."""
        self.failures = 0

    def failed(self, now: float) -> None:
        """Take note of a failure."""
        self.failures += 1
        if self.failures == FAILURES:
            self._next_try = now + PAUSE_SECONDS
