"""Shapes of requests and answers. The parts of an entry and their limits are the domain's; here is what HTTP adds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from pijnstad_contracts.selfcare import Safety, ThemeSignal
from pijnstad_kit.http.openapi import ApiModel
from pijnstad_kit.http.paging import PageQuery
from selfcare.domain.entries import Activity, Aid, PainAt, Parts, Tracker

_RFC_3339 = re.compile(r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")


def _is_written_out(value: object) -> object:
    """Refuse numbers, in text too: pydantic would read "1700000000" as a time."""
    if isinstance(value, datetime) or (isinstance(value, str) and _RFC_3339.match(value)):
        return value
    raise ValueError("give the time as text, like 2026-11-23T07:30:00Z")


def _in_utc(moment: datetime) -> datetime:
    """Return the moment in UTC, to the millisecond that the database keeps."""
    if moment.tzinfo is None:
        raise ValueError("say which time zone: end with Z or an offset like +01:00")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("no calendar knows this moment") from None
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


Instant = Annotated[datetime, BeforeValidator(_is_written_out), AfterValidator(_in_utc)]


class DiaryEntryIn(Parts, ApiModel):
    """An entry to be written: any part alone is enough. Without times it is about now."""

    started_at: Instant | None = None
    ended_at: Instant | None = Field(default=None, description="the same as started_at when left out")


class DiaryEntryChanges(DiaryEntryIn):
    """A JSON Merge Patch (RFC 7396) of an entry: what is given replaces, null removes, what is left out stays."""


class CardWay(ApiModel):
    """One way to somebody who can help."""

    label: str
    contact: str
    href: str | None = None


class CrisisCard(ApiModel):
    """Where help is, in the language asked for. Shown beside an entry whose words call for it; nothing is blocked."""

    level: Literal["red_flag", "crisis"]
    title: str
    text: str
    ways: tuple[CardWay, ...]
    back: str


class DiaryEntry(Parts, ApiModel):
    """An entry as its owner reads it."""

    id: str
    version: int
    started_at: datetime
    ended_at: datetime
    created_at: datetime
    updated_at: datetime
    written_by: str = Field(description="member id of who wrote it")
    pain: tuple[PainAt, ...] = ()
    activities: tuple[Activity, ...] = ()
    aids: tuple[Aid, ...] = ()
    trackers: tuple[Tracker, ...] = ()
    themes: tuple[ThemeSignal, ...] = Field(description="beside one's own 14 days before, the heaviest first")
    safety: Safety
    card: CrisisCard | None


class DiaryPage(ApiModel):
    """A page of the diary, newest first."""

    items: tuple[DiaryEntry, ...]
    next: str | None


class DiaryQuery(PageQuery):
    """Which entries: those that started from `from` on and before `to`."""

    since: Instant | None = Field(default=None, alias="from")
    until: Instant | None = Field(default=None, alias="to")


class EntryPath(ApiModel):
    """Which entry."""

    entry_id: str = Field(max_length=64, json_schema_extra={"pattern": "^[0-9a-f-]{1,64}$"})
