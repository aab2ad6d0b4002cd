"""What a member lets a reader see: parts, until when. A share begins when its reader accepts it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from pijnstad_contracts.identity import Part

PARTS: tuple[Part, ...] = get_args(Part)
LONGEST = timedelta(days=366)
USUAL = timedelta(days=92)
DAYS = (7, 31, 92, 366)


@dataclass(frozen=True, slots=True)
class Share:
    """Hold one share of its owner. `called` is what the owner calls its reader; `ended_at` when it was revoked."""

    id: str
    reader: str
    called: str
    parts: tuple[Part, ...]
    until: datetime
    granted_at: datetime
    ended_at: datetime | None = None

    def lives(self, moment: datetime) -> bool:
        """Return whether its reader may see something now."""
        return self.ended_at is None and self.until > moment
