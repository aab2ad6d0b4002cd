"""The one checker of every fault test: what was answered against what was done, after healing and draining.

An effect is (entry, number): the number-th event of an entry. LOST: an effect that was answered 2xx or stored, and is
missing at a subscriber. DOUBLE: an effect done more than once, or one number told under two ids. PHANTOM: an effect or
an entry that nobody asked for. GAP: a stream not told 1..n, or a projection of a whole stream that stands elsewhere.
Beside them: outboxes and queues that are not empty, dead letters nobody put in, what reconciliation still finds.
Deliveries seen twice are counted, not forbidden: a test that makes them must see them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from pymongo import MongoClient
from rooms import Room, Rooms

from content.projections import Moments
from pijnstad_contracts.content import SuggestionMade
from pijnstad_contracts.envelope import Event
from pijnstad_kit.ids import derived_id
from pijnstad_kit.messaging.questions import Asker
from pijnstad_kit.reconciling import Sources
from pijnstad_kit.reconciling.engine import Pace, reconcile
from pijnstad_kit.testing import wait_for

Effect = tuple[str, int]  # an entry's id, and the number of its event
_REDELIVERED = "pijnstad_events_redelivered_total"


@dataclass
class Commands:
    """Hold what was asked and how it was answered: (member, key) -> entry id and number of the event it made."""

    answered: dict[tuple[str, str], Effect] = field(default_factory=dict)
    unanswered: set[tuple[str, str]] = field(default_factory=set)
    put_in: set[Effect] = field(default_factory=set)

    def note(self, member: str, key: str, id: str | None, number: int = 1) -> None:
        """Note the outcome of one try, None when it was not 2xx; a later 2xx settles an earlier failure."""
        if id is None:
            if (member, key) not in self.answered:
                self.unanswered.add((member, key))
            return
        before = self.answered.setdefault((member, key), (id, number))
        assert before == (id, number), "repeating a key gave another entry"
        self.unanswered.discard((member, key))

    def note_put_in(self, effects: Iterable[Effect]) -> None:
        """Note events that the test itself gave to a subscriber's queue, without a command and without an entry."""
        self.put_in |= set(effects)

    @property
    def effects(self) -> set[Effect]:
        """Return what must have happened."""
        return set(self.answered.values())

    @property
    def entries(self) -> set[str]:
        """Return the ids of all entries that anybody asked for, answered or not."""
        asked = {derived_id(member, "write_entry", key) for member, key in (*self.answered, *self.unanswered)}
        return asked | {id for id, _ in self.answered.values()}


@dataclass
class Verdict:
    """Hold the counts of one test, and its line."""

    name: str
    faults: int = 0
    commands: int = 0
    events: int = 0
    twice: int = 0
    lost: int = 0
    double: int = 0
    phantom: int = 0
    gap: int = 0
    waiting: int = 0
    queued: int = 0
    dead: int = 0
    unexpected: int = 0
    difference: int = 0

    @property
    def redelivered(self) -> int:
        """Return how many deliveries were seen twice."""
        return self.twice

    @property
    def clean(self) -> bool:
        """Return whether nothing was lost, doubled, invented or left behind."""
        bad = (self.lost, self.double, self.phantom, self.gap)
        return not any((*bad, self.waiting, self.queued, self.unexpected, self.difference))

    def line(self) -> str:
        """Return the line of the table; what should be empty and is not stands at its end."""
        left = {
            "left in outboxes": self.waiting,
            "left in queues": self.queued,
            "dead letters not expected": self.unexpected,
            "reconciliation difference": self.difference,
        }
        counts = (self.commands, self.events, self.faults, self.twice, self.lost, self.double, self.phantom, self.gap)
        figures = "".join(f"{number:>{width}}" for number, width in zip(counts, WIDTHS, strict=True))
        tail = "".join(f"  {what}: {number}" for what, number in left.items() if number)
        return f"{self.name:<52}{figures}{self.dead:>6}{tail}"


WIDTHS = (10, 8, 8, 12, 6, 8, 9, 5)
COLUMNS = ("commands", "events", "faults", "seen twice", "LOST", "DOUBLE", "PHANTOM", "GAP")
HEAD = f"{'number':<52}{''.join(f'{n:>{w}}' for n, w in zip(COLUMNS, WIDTHS, strict=True))}{'dead':>6}"
verdicts: list[Verdict] = []


def note(verdict: Verdict) -> None:
    """Keep a verdict for the table at the end, and fail when it is not clean."""
    verdicts.append(verdict)
    assert verdict.clean, f"\n{HEAD}\n{verdict.line()}"


class Checker:
    """Compare the commands of a test with the effects in the rooms. What was there before the test is left out."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.commands = Commands()
        self.verdicts: list[Verdict] = []
        self.leaves_order = False  # whether the next test may have these rooms although the verdict was not clean
        self._client: MongoClient[dict[str, Any]] = MongoClient(rooms.store.url, tz_aware=True)
        self._before = set(self._stored()), {moment["_id"] for moment in self._moments()}, len(rooms.probed())
        self._welcomed = set(rooms.welcomed)
        self._redelivered = {room.pid: room.metric(_REDELIVERED) for room in rooms.rooms}

    @property
    def clean(self) -> bool:
        """Return whether the next test may have these rooms: the last verdict was clean, or bad on purpose."""
        return bool(self.verdicts) and (self.verdicts[-1].clean or self.leaves_order)

    def settle(self, timeout: float = 60.0) -> None:
        """Wait until outboxes and queues are empty and every stored event had its effect, or the time is up."""
        try:
            wait_for(self._drained, timeout=timeout, every=0.1, what="everything to drain")
        except AssertionError:
            return  # what is left is counted by the verdict

    def verdict(self, name: str, *, faults: int = 0, dead: int = 0, timeout: float = 60.0) -> Verdict:
        """Return the counts after settling. `dead` is the number of dead letters the test itself put in."""
        self.settle(timeout)
        told = [event for event, _ in self.told()]
        verdict = Verdict(name, faults=faults, commands=len(self.commands.answered))
        verdict.events = len({event.id for event in told})
        verdict.twice = len(told) - verdict.events + self._seen_again()
        self._judge(verdict, told)
        self._count_what_is_left(verdict, dead)
        self.verdicts.append(verdict)
        return verdict

    def told(self) -> list[tuple[Event[Any], bytes]]:
        """Return every event that was told to the probe since the test began, with its bytes, in order."""
        return self.rooms.probed()[self._before[2] :]

    def _judge(self, verdict: Verdict, told: list[Any]) -> None:
        stored, moments = self._new_entries(), self.moments()
        happened = {(id, number) for id, last in stored.items() for number in range(1, last + 1)}
        done = Counter((moment["entry_id"], moment["entry_sequence"]) for moment in moments)
        heard = {(event.subject, event.sequence) for event in told}
        must = happened | self.commands.effects
        lost = {effect for effect in must if effect not in happened or effect not in done or effect not in heard}
        suggested = {moment["_id"] for moment in moments if "suggestion" in moment}
        made = {event.data.suggestion_id for event in told if event.type == SuggestionMade.type}
        verdict.lost = len(lost) + len(self.commands.put_in - set(done)) + len(suggested - made)
        verdict.double = sum(number - 1 for number in done.values()) + _doubles(told)
        verdict.phantom = len(set(done) - happened - self.commands.put_in) + len(set(stored) - self.commands.entries)
        verdict.gap = _gaps(told) + len(self.behind())

    def _count_what_is_left(self, verdict: Verdict, dead: int) -> None:
        lengths = self.rooms.queue_lengths()
        verdict.waiting = self.waiting()
        verdict.dead = sum(number for queue, number in lengths.items() if queue.endswith(".dead"))
        verdict.queued = sum(lengths.values()) - verdict.dead
        verdict.unexpected = abs(verdict.dead - dead)
        verdict.difference = self._difference()

    def _difference(self) -> int:
        """Return of how many of this test's entries content's own reconciliation says that they differ from selfcare's."""
        collection = self._database("content")["moments"]
        ports: Any = SimpleNamespace(
            moments=SimpleNamespace(aggregates=SimpleNamespace(collection=collection)), now=lambda: datetime.now(UTC)
        )
        asker = Asker(self.rooms.bus_url)
        try:
            report = reconcile([Moments(ports)], Sources(asker), repair=False, pace=Pace(between=0.2, on_its_way=3.0))
        finally:
            asker.close()
        compared = report.projections[0]
        assert not compared.away, f"nothing was compared: {compared.away}"
        return len({one.aggregate for one in compared.found} & self.commands.entries)

    def quiet(self) -> bool:
        """Return whether nothing is under way: outboxes and queues are empty."""
        if self.waiting():
            return False
        return not any(number for queue, number in self.rooms.queue_lengths().items() if not queue.endswith(".dead"))

    def _drained(self) -> bool:
        if self.waiting() or self.behind():
            return False
        done = {(moment["entry_id"], moment["entry_sequence"]) for moment in self.moments()}
        if not self.commands.put_in <= done or any((id, last) not in done for id, last in self._new_entries().items()):
            return False
        return self.quiet()

    def _new_entries(self) -> dict[str, int]:
        return {id: last for id, last in self._stored().items() if id not in self._before[0]}

    def moments(self) -> list[dict[str, Any]]:
        """Return the effects at content since the test began."""
        return [moment for moment in self._moments() if moment["_id"] not in self._before[1]]

    def _stored(self) -> dict[str, int]:
        found = self._database("selfcare")["diary_entries"].find({}, {"_id": 1, "sequence": 1})
        return {entry["_id"]: entry["sequence"] for entry in found}

    def _moments(self) -> Any:
        wanted = dict.fromkeys(("entry_id", "entry_sequence", "happened", "themes", "suggestion.item_slug"), 1)
        return self._database("content")["moments"].find({}, wanted)

    def behind(self) -> list[str]:
        """Return the members whose projection does not stand at the last event of their stream."""
        last = {member: number for member, number in self.rooms.welcomed.items() if member not in self._welcomed}
        found = self._database("content")["members"].find({"_id": {"$in": list(last)}}, {"sequence": 1})
        seen = {one["_id"]: one["sequence"] for one in found}
        return [member for member, number in last.items() if seen.get(member) != number]

    def waiting(self) -> int:
        """Return how many aggregates have events in their outbox."""
        places = [("selfcare", "diary_entries"), ("content", "moments"), ("content", "items")]
        return sum(self._database(name)[collection].count_documents({"waiting": True}) for name, collection in places)

    def _seen_again(self) -> int:
        rooms: list[Room] = [*self.rooms.rooms, *self.rooms.guests]
        return int(
            sum(room.metric(_REDELIVERED) - self._redelivered.get(room.pid, 0) for room in rooms if room.running)
        )

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
