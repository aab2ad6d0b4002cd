"""The member's suggestions, as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from web import member


@dataclass(frozen=True, slots=True)
class Found:
    """Hold the suggestion that belongs to an entry (or None), and whether suggestions are wanted at all."""

    suggestion: dict[str, Any] | None
    consent: bool


def for_entry(entry_id: str) -> Found:
    """Return what was suggested for one entry. Errors: as member.api."""
    answer = member.api("GET", "/content/v1/suggestions", query={"limit": "5"}).json
    mine = (one for one in answer["items"] if one.get("entry_id") == entry_id)
    return Found(next(mine, None), bool(answer.get("consent", True)))
