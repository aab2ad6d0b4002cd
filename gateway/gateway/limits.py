"""How much one token, one account and one address may ask: token buckets in this process, refilled all the time.

The limits are those of the whole city; each process gets its share. What must be counted exactly (sign-in, export) is
counted by identity, in its database. An address pays for what nobody stands for: requests without a token, and tokens that
are not remembered, so that guessing tokens never becomes a flood of questions to identity.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from gateway.networks import Networks
from pijnstad_kit.problems import TooManyRequests

MAX_KEYS = 100_000


@dataclass(frozen=True, slots=True)
class Quota:
    """Say how much the whole city allows per minute, and how many processes share it."""

    per_token: int
    per_account: int
    per_address: int
    streams_per_account: int
    processes: int = 1


class Buckets:
    """Hold one bucket per key: `per_minute` at once, refilled evenly. At most 100,000 keys, the oldest go first."""

    def __init__(self, per_minute: float) -> None:
        self._size = max(1.0, per_minute)
        self._rate = self._size / 60
        self._levels: dict[bytes | str, list[float]] = {}

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, key: bytes | str, now: float) -> float:
        """Take one; return 0, or the seconds until there is one again."""
        bucket = self._levels.get(key)
        if bucket is None:
            self._make_room(now)
            self._levels[key] = [self._size - 1, now]
            return 0
        level = min(self._size, bucket[0] + (now - bucket[1]) * self._rate)
        bucket[1] = now
        if level < 1:
            bucket[0] = level
            return (1 - level) / self._rate
        bucket[0] = level - 1
        return 0

    def sweep(self, now: float) -> None:
        """Forget who has asked nothing for so long that their bucket is full again."""
        full = [key for key, (level, at) in self._levels.items() if level + (now - at) * self._rate >= self._size]
        for key in full:
            del self._levels[key]

    def _make_room(self, now: float) -> None:
        if len(self._levels) >= MAX_KEYS:
            self.sweep(now)
        while len(self._levels) >= MAX_KEYS:
            del self._levels[next(iter(self._levels))]


class Limits:
    """Count what is asked, and refuse what is too much. Errors of every method: TooManyRequests."""

    def __init__(self, quota: Quota, free: Networks) -> None:
        self._tokens = Buckets(quota.per_token / quota.processes)
        self._accounts = Buckets(quota.per_account / quota.processes)
        self._addresses = Buckets(quota.per_address / quota.processes)
        self._streams = max(1, quota.streams_per_account // quota.processes)
        self._free = free

    def member(self, token: bytes, member: str) -> None:
        """Count a request with a token that is known."""
        now = time.monotonic()
        wait = self._tokens.take(token, now) or self._accounts.take(member, now)
        if wait:
            raise _too_many(wait)

    def address(self, address: str) -> None:
        """Count a request that nobody is known to stand for."""
        if address in self._free:
            return
        wait = self._addresses.take(address, time.monotonic())
        if wait:
            raise _too_many(wait)

    def stream(self, open_already: int) -> None:
        """Refuse one more stream of a member that has enough of them."""
        if open_already >= self._streams:
            raise TooManyRequests("There are enough open streams for this account. Close one first.", retry_after=30)


def _too_many(wait: float) -> TooManyRequests:
    return TooManyRequests(
        "That was too much in a short time. Wait as long as Retry-After says.",
        detail_nl="Dat was veel in korte tijd. Wacht even en probeer het dan opnieuw.",
        retry_after=max(1, math.ceil(wait)),
    )
