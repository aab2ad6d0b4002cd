"""What can be done in decision: one verb per action, and the only place where its events will be recorded."""

from __future__ import annotations

from decision.domain import DESCRIPTIONS, Description


def describe_district(language: str) -> Description:
    """Return what the district says of itself: in Dutch for `nl`, else in English."""
    return DESCRIPTIONS["nl" if language == "nl" else "en"]
