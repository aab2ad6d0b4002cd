"""Between moments as documents and the shapes the rules and the pages use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from content.domain.deciding import Decision, Entry, Situation
from content.domain.facets import Direction, Rating, Theme
from content.domain.ranking import Seen
from content.domain.signals import Happened, Moved, Outcome, day_of


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Hold a suggestion as its member may see it."""

    id: str
    version: int
    member: str
    entry_id: str
    item_slug: str
    theme: Theme
    direction: Direction
    times: int
    made_at: datetime
    rating: Rating | None


@dataclass(frozen=True, slots=True)
class Moment:
    """Hold what came of one diary event, as its member may see it."""

    id: str
    entry_id: str
    happened: Happened
    outcome: Outcome
    at: datetime
    suggested: bool


def fields(decision: Decision, now: datetime) -> dict[str, Any]:
    """Return the fields of the moment that a decision becomes. Without consent no theme is among them."""
    signal = decision.signal
    fields: dict[str, Any] = {
        "member": signal.member,
        "entry_id": signal.entry_id,
        "entry_sequence": signal.sequence,
        "happened": signal.happened,
        "outcome": decision.outcome,
        "at": signal.at,
        "day": day_of(now),
    }
    if signal.safety != "none":
        fields["safety"] = signal.safety
    if decision.outcome not in ("no_consent", "removed"):
        fields["themes"] = [[moved.theme, moved.direction] for moved in signal.themes]
    if decision.choice is not None:
        fields |= {"slot": decision.slot, "suggestion": _suggestion_fields(decision, now)}
    return fields


def _suggestion_fields(decision: Decision, now: datetime) -> dict[str, Any]:
    assert decision.choice is not None
    item, moved = decision.choice.item, decision.choice.moved
    return {
        "state": "open",
        "item_slug": item.slug,
        "kind": item.kind,
        "theme": moved.theme,
        "direction": moved.direction,
        "times": decision.times,
        "made_at": now,
    }


def hear(situation: Situation, one: Mapping[str, Any]) -> None:
    """Let a situation know of one moment of the past week."""
    if one.get("safety"):
        situation.signals.append(one["at"])
    known = situation.entries.get(one["entry_id"])
    if known is None or known.sequence < one["entry_sequence"]:
        themes = tuple(Moved(theme, direction) for theme, direction in one.get("themes") or ())
        gone = one["happened"] == "removed"
        situation.entries[one["entry_id"]] = Entry(one["entry_id"], one["entry_sequence"], one["at"], themes, gone)


def seen(suggestion: Mapping[str, Any]) -> Seen:
    """Return what is known of a suggestion that somebody was given before."""
    return Seen(
        slug=suggestion["item_slug"],
        kind=suggestion["kind"],
        theme=suggestion.get("theme"),
        made_at=suggestion["made_at"],
        rating=suggestion.get("rating"),
    )


def moment(one: Mapping[str, Any]) -> Moment:
    """Return a moment as its member may see it."""
    open_ = one.get("suggestion", {}).get("state") == "open"
    return Moment(one["_id"], one["entry_id"], one["happened"], one["outcome"], one["at"], open_)


def suggestion(one: Mapping[str, Any]) -> Suggestion:
    """Return a suggestion as its member may see it."""
    suggestion = one["suggestion"]
    return Suggestion(
        id=one["_id"],
        version=one["version"],
        member=one["member"],
        entry_id=one["entry_id"],
        item_slug=suggestion["item_slug"],
        theme=suggestion["theme"],
        direction=suggestion["direction"],
        times=suggestion["times"],
        made_at=suggestion["made_at"],
        rating=suggestion.get("rating"),
    )
