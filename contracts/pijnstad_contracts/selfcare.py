"""What selfcare says: that a diary moved, by themes and directions. Never what somebody wrote."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from pijnstad_contracts.envelope import EventModel

Theme = Literal["pain", "sleep", "fatigue", "mood", "interference", "activity"]
Direction = Literal["better", "same", "worse", "unknown"]
Flare = Literal["none", "confirmed"]
Safety = Literal["none", "red_flag", "crisis"]

SOURCE = "/services/selfcare"
_ENTRY = {
    "entry_id": "01912f4e-0000-7000-8000-000000000002",
    "occurred_at": "2026-11-23T07:30:00Z",
    "themes": [{"theme": "sleep", "direction": "worse"}, {"theme": "pain", "direction": "same"}],
    "flare": "none",
    "safety": "none",
}


class ThemeSignal(BaseModel):
    """Say how one theme of an entry stands against the person's own baseline."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    theme: Theme
    direction: Direction


class DiaryEntryRecorded(EventModel):
    """An entry was written. `themes` lists the heaviest first; `safety` is the level of its words, never the words."""

    type: ClassVar[str] = "nl.pijnstad.selfcare.diary_entry.recorded.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = _ENTRY

    entry_id: str
    occurred_at: datetime
    themes: tuple[ThemeSignal, ...] = ()
    flare: Flare = "none"
    safety: Safety = "none"


class DiaryEntryAmended(EventModel):
    """An entry was changed; the fields say how it stands now."""

    type: ClassVar[str] = "nl.pijnstad.selfcare.diary_entry.amended.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = _ENTRY

    entry_id: str
    occurred_at: datetime
    themes: tuple[ThemeSignal, ...] = ()
    flare: Flare = "none"
    safety: Safety = "none"


class DiaryEntryRemoved(EventModel):
    """An entry was deleted by its owner. Whoever kept something from it lets it go."""

    type: ClassVar[str] = "nl.pijnstad.selfcare.diary_entry.removed.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = {"entry_id": "01912f4e-0000-7000-8000-000000000002"}

    entry_id: str
