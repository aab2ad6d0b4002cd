"""The member's suggestions, as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from web import member

_REASONS = ("enough_today", "resting", "nothing_fits")  # outcomes with words of their own


@dataclass(frozen=True, slots=True)
class Found:
    """Hold the suggestion that belongs to an entry (or None), whether suggestions are wanted, and why there was none."""

    suggestion: dict[str, Any] | None
    consent: bool
    outcome: str | None = None


def for_entry(entry_id: str) -> Found:
    """Return what was suggested for one entry, or what came of it instead. Errors: as member.api."""
    answer = member.api("GET", "/content/v1/suggestions", query={"limit": "5"}).json
    mine = (one for one in answer["items"] if one.get("entry_id") == entry_id)
    suggestion, consent = next(mine, None), bool(answer.get("consent", True))
    return Found(suggestion, consent, _outcome(entry_id) if suggestion is None and consent else None)


def _outcome(entry_id: str) -> str | None:
    moments = member.api("GET", "/content/v1/moments", query={"limit": "5"}).json["items"]
    mine = (one["outcome"] for one in moments if one["entry_id"] == entry_id)
    outcome = next(mine, None)
    return outcome if outcome in _REASONS else None
