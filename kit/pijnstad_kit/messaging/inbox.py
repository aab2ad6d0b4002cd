"""What a consumer has read and not yet handled: redelivered messages alone and first, fresh ones in batches.

When a message kills the worker, the broker counts a delivery for everything the worker had in hand. So that the innocent
are done before the broker gives up on them, redelivered ones are not always taken in the same order: the first time from
the front, the second time from the back, then by chance; the events of one stream always in theirs.

One reader puts in, one worker takes out. A batch is taken in one go, when no redelivered message is at hand: so every
message that came before a batch's last one is settled or in the batch, and one acknowledgement can stand for all of it.
"""

from __future__ import annotations

import random
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

from pijnstad_contracts.envelope import Event

ATTEMPT = "x-attempt"
DELIVERIES = "x-delivery-count"  # the broker's: how often a message came back unacknowledged


@dataclass(frozen=True, slots=True)
class Delivery:
    """Hold one message and the event in it."""

    message: Any
    event: Event[Any]

    @property
    def tag(self) -> int:
        """Return the message's delivery tag."""
        return int(self.message.delivery_tag)

    @property
    def attempt(self) -> int:
        """Return how many times the event was handled in vain, as our own header counts."""
        return int((self.message.headers or {}).get(ATTEMPT, 0))

    @property
    def returns(self) -> int:
        """Return how often the broker took the message back because nobody acknowledged it."""
        return int((self.message.headers or {}).get(DELIVERIES, 0))


class Inbox:
    """Hold what was read, at most about a batch ahead of the worker."""

    def __init__(self, batch: int) -> None:
        self._batch = batch
        self._fresh: deque[Delivery] = deque()
        self._again: deque[Delivery] = deque()
        self._lock = threading.Lock()
        self._arrived, self._taken = threading.Event(), threading.Event()

    def put(self, delivery: Delivery, *, again: bool) -> None:
        """Put in one message; the worker hears of it at the next `announce`."""
        with self._lock:
            (self._again if again else self._fresh).append(delivery)

    def announce(self) -> None:
        """Wake the worker if there is something: called when what could be read has been read."""
        if self._fresh or self._again:
            self._arrived.set()

    def has_room(self) -> bool:
        """Return whether a batch is not yet complete."""
        return len(self._fresh) + len(self._again) < self._batch

    def wait_for_room(self, seconds: float) -> bool:
        """Wait until the worker has taken something; return whether there is room."""
        self._taken.clear()
        return self.has_room() or (self._taken.wait(seconds) and self.has_room())

    def take(self, seconds: float) -> list[Delivery]:
        """Return one redelivered message, else what is fresh, at most a batch; nothing when the time is up."""
        self._arrived.wait(seconds)
        self._arrived.clear()
        with self._lock:
            taken = [self._again_one()] if self._again else self._fresh_ones()
        self._taken.set()
        if self._fresh or self._again:
            self._arrived.set()
        return taken

    def _fresh_ones(self) -> list[Delivery]:
        return [self._fresh.popleft() for _ in range(min(self._batch, len(self._fresh)))]

    def _again_one(self) -> Delivery:
        returns = self._again[0].returns
        chosen = self._again[0] if returns <= 1 else self._again[-1] if returns == 2 else random.choice(self._again)  # nosec B311
        first = next(one for one in self._again if one.event.subject == chosen.event.subject)
        self._again.remove(first)
        return first
