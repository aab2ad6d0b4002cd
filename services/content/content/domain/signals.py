"""What selfcare's events tell us: that an entry moved some themes in some direction. Never what somebody wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from content.domain.facets import Audience, Direction, Safety, Theme
from content.lexicon import Language

Happened = Literal["recorded", "amended", "removed"]
Outcome = Literal["suggested", "enough_today", "resting", "no_consent", "nothing_fits", "amended", "removed"]

MOST_PER_DAY = 3
REST = timedelta(hours=24)  # how long suggestions keep silent after a safety signal
WEEK = timedelta(days=7)
_CLOCK = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True)
class Moved:
    """Say how one theme of an entry stands against the person's own baseline."""

    theme: Theme
    direction: Direction


@dataclass(frozen=True, slots=True)
class Signal:
    """Hold what one diary event says; themes stand heaviest first."""

    happened: Happened
    event_id: str
    member: str
    entry_id: str
    sequence: int
    at: datetime
    themes: tuple[Moved, ...] = ()
    safety: Safety = "none"
    flare: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """Hold what identity told us about somebody. Nobody has agreed to anything before we are told."""

    id: str
    audience: Audience = "person_in_pain"
    language: Language = "nl"
    suggestions: bool = False


def day_of(moment: datetime) -> str:
    """Return the day a person in the Netherlands lives in at this moment, as an ISO date."""
    return moment.astimezone(_CLOCK).date().isoformat()
