"""The one checker of every fault test: what was answered against what was done, after healing and draining.

LOST: a command answered 2xx without its effect at the subscriber. DOUBLE: an effect done more than once, or one event told
under two ids. PHANTOM: an effect without a command. GAP: a stream whose events are not numbered 1..n. Beside them:
outboxes and queues that are not empty, dead letters nobody put in. Duplicate deliveries are counted, not forbidden.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from pymongo import MongoClient
from rooms import Rooms

from pijnstad_kit.testing import wait_for


@dataclass
class Commands:
    """Hold what was asked and how it was answered: (member, key) -> entry id, None when it was not 2xx."""

    answered: dict[tuple[str, str], str] = field(default_factory=dict)
    unanswered: set[tuple[str, str]] = field(default_factory=set)

    def note(self, member: str, key: str, id: str | None) -> None:
        """Note the outcome of one try; a later 2xx settles an earlier failure."""
        if id is None:
            if (member, key) not in self.answered:
                self.unanswered.add((member, key))
            return
        before = self.answered.setdefault((member, key), id)
        assert before == id, "repeating a key gave another entry"
        self.unanswered.discard((member, key))


@dataclass
class Verdict:
    """Hold the counts of one test, and its line."""

    name: str
    commands: int = 0
    events: int = 0
    redelivered: int = 0
    lost: int = 0
    double: int = 0
    phantom: int = 0
    gap: int = 0
    waiting: int = 0
    queued: int = 0
    dead: int = 0

    @property
    def clean(self) -> bool:
        """Return whether nothing was lost, doubled, invented or left behind."""
        return not (self.lost or self.double or self.phantom or self.gap or self.waiting or self.queued)

    def line(self) -> str:
        """Return the line of the table."""
        return (
            f"{self.name:<46} commands {self.commands:5}  events {self.events:5}  seen twice {self.redelivered:4}  "
            f"LOST {self.lost}  DOUBLE {self.double}  PHANTOM {self.phantom}  GAP {self.gap}  dead {self.dead}"
        )


class Checker:
    """Compare the commands of a test with the effects in the rooms."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.commands = Commands()
        self._client: MongoClient[dict[str, Any]] = MongoClient(rooms.store.url, tz_aware=True)

    def settle(self, timeout: float = 60.0) -> None:
        """Wait until outboxes and queues are empty and every stored entry was handled, or the time is up."""
        try:
            wait_for(self._drained, timeout=timeout, every=0.2, what="everything to drain")
        except AssertionError:
            return  # what is left is counted by the verdict

    def verdict(self, name: str, *, dead: int = 0) -> Verdict:
        """Return the counts after settling. `dead` is the number of dead letters the test itself put in."""
        self.settle()
        stored, moments = self._stored(), list(self._moments())
        told = [event for event, _ in self.rooms.probed()]
        lengths = self.rooms.queue_lengths()
        verdict = Verdict(name, commands=len(self.commands.answered), events=len({event.id for event in told}))
        handled = Counter(moment["entry_id"] for moment in moments if moment["happened"] == "recorded")
        answered = set(self.commands.answered.values())
        verdict.lost = len(answered - set(handled)) + len(answered - stored)
        verdict.double = sum(number - 1 for number in handled.values()) + _doubles(told)
        verdict.phantom = len(set(handled) - stored)
        verdict.gap = _gaps(told)
        verdict.redelivered = len(told) - len({event.id for event in told})
        verdict.waiting = self._waiting()
        verdict.dead = sum(number for queue, number in lengths.items() if queue.endswith(".dead"))
        verdict.queued = sum(lengths.values()) - verdict.dead + abs(verdict.dead - dead)
        return verdict

    def _drained(self) -> bool:
        lengths = self.rooms.queue_lengths()
        empty = not any(number for queue, number in lengths.items() if not queue.endswith(".dead"))
        handled = {moment["entry_id"] for moment in self._moments()}
        return empty and self._waiting() == 0 and self._stored() <= handled

    def _stored(self) -> set[str]:
        return {entry["_id"] for entry in self._database("selfcare")["diary_entries"].find({}, {"_id": 1})}

    def _moments(self) -> Any:
        return self._database("content")["moments"].find({}, {"entry_id": 1, "happened": 1})

    def _waiting(self) -> int:
        places = [("selfcare", "diary_entries"), ("content", "moments")]
        return sum(self._database(name)[collection].count_documents({"waiting": True}) for name, collection in places)

    def _database(self, name: str) -> Any:
        return self._client[self.rooms.databases[name]]


def _doubles(told: list[Any]) -> int:
    """Count numbers of one stream that two different events claim."""
    by_number: dict[tuple[str, int], set[str]] = defaultdict(set)
    for event in told:
        by_number[event.subject, event.sequence].add(event.id)
    return sum(len(ids) - 1 for ids in by_number.values())


def _gaps(told: list[Any]) -> int:
    """Count streams that are not numbered 1..n, or whose first deliveries are out of order."""
    streams: dict[str, list[int]] = defaultdict(list)
    for event in told:
        if event.sequence not in streams[event.subject]:
            streams[event.subject].append(event.sequence)
    return sum(numbers != list(range(1, len(numbers) + 1)) for numbers in streams.values())
