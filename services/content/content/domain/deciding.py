"""What one diary event leads to: one outcome, by rules that come in this order: consent, safety, three a day, fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from content.domain.facets import Direction, Theme
from content.domain.ranking import Choice, Counts, Seen, Shelved, choose
from content.domain.signals import MOST_PER_DAY, REST, WEEK, Member, Moved, Outcome, Signal


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold how an entry of this week stands: the newest we heard of it."""

    id: str
    sequence: int
    at: datetime
    themes: tuple[Moved, ...] = ()
    removed: bool = False


@dataclass(slots=True)
class Situation:
    """Hold what is known of one member at this moment. Deciding for one event adds to it for the next."""

    member: Member
    entries: dict[str, Entry] = field(default_factory=dict)
    signals: list[datetime] = field(default_factory=list)  # when an entry had a safety level
    slots: set[int] = field(default_factory=set)  # places taken today
    seen: list[Seen] = field(default_factory=list)

    def hear(self, signal: Signal) -> None:
        """Take in what an event says, whatever comes of it. An older word on an entry never undoes a newer one."""
        if signal.safety != "none":
            self.signals.append(signal.at)
        known = self.entries.get(signal.entry_id)
        if known is None or known.sequence < signal.sequence:
            gone = signal.happened == "removed"
            themes = signal.themes if self.member.suggestions and not gone else ()
            self.entries[signal.entry_id] = Entry(signal.entry_id, signal.sequence, signal.at, themes, gone)

    def resting(self, at: datetime) -> bool:
        """Return whether a safety signal came in the 24 hours before, or at this moment."""
        return any(at - REST < signal <= at for signal in self.signals)

    def free_slot(self) -> int | None:
        """Return the first of today's places that is free, None when there is none."""
        return next((slot for slot in range(1, MOST_PER_DAY + 1) if slot not in self.slots), None)

    def gone(self, entry_id: str) -> bool:
        """Return whether an entry was removed, also when that word came first."""
        entry = self.entries.get(entry_id)
        return entry is not None and entry.removed

    def times(self, theme: Theme, direction: Direction, now: datetime) -> int:
        """Count the entries of the past week that said this."""
        said = Moved(theme, direction)
        return sum(said in entry.themes for entry in self.entries.values() if now - entry.at < WEEK)


@dataclass(frozen=True, slots=True)
class Decision:
    """Hold the outcome of one event, and the choice with its place of the day when something was suggested."""

    signal: Signal
    outcome: Outcome
    choice: Choice | None = None
    slot: int | None = None
    times: int = 0


def decide(signal: Signal, situation: Situation, shelf: Sequence[Shelved], counts: Counts, now: datetime) -> Decision:
    """Return what comes of an event, and let the situation know of it."""
    situation.hear(signal)
    if signal.happened == "removed" or situation.gone(signal.entry_id):
        return Decision(signal, "removed")
    if not situation.member.suggestions:
        return Decision(signal, "no_consent")
    if signal.safety != "none" or situation.resting(signal.at) or situation.resting(now):
        return Decision(signal, "resting")
    if signal.happened == "amended":
        return Decision(signal, "amended")
    slot = situation.free_slot()
    if slot is None:
        return Decision(signal, "enough_today")
    choice = choose(signal, situation.member, shelf, situation.seen, counts, now, Random(signal.event_id))
    if choice is None:
        return Decision(signal, "nothing_fits")
    return _suggested(signal, situation, choice, slot, now)


def _suggested(signal: Signal, situation: Situation, choice: Choice, slot: int, now: datetime) -> Decision:
    moved = choice.moved
    situation.slots.add(slot)
    situation.seen.append(Seen(choice.item.slug, choice.item.kind, moved.theme, now))
    times = situation.times(moved.theme, moved.direction, now)
    return Decision(signal, "suggested", choice, slot, max(times, 1))


def decide_all(
    signals: Iterable[Signal],
    situations: Mapping[str, Situation],
    shelf: Sequence[Shelved],
    counts: Counts,
    now: datetime,
) -> list[Decision]:
    """Return what comes of many events, in their order; the same member's events know of each other."""
    return [decide(signal, situations[signal.member], shelf, counts, now) for signal in signals]
