"""The diary's own rules, pure: what an entry can hold, when it says anything, and how a change is merged into it.

What an entry means beside others is in themes.py. No clock, no database and no words of HTTP here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from pijnstad_contracts.selfcare import Safety, ThemeSignal
from selfcare.errors import EmptyEntry, ImpossibleTimes

AHEAD = timedelta(days=1)  # a clock may be off and a time zone wrong, but nobody writes about next week
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)

Area = Literal[
    "head", "face", "jaw", "neck", "chest", "belly", "pelvis", "upper_back", "lower_back",
    "left_shoulder", "right_shoulder", "left_upper_arm", "right_upper_arm", "left_elbow", "right_elbow",
    "left_forearm", "right_forearm", "left_hand", "right_hand", "left_hip", "right_hip", "left_buttock", "right_buttock",
    "left_thigh", "right_thigh", "left_knee", "right_knee", "left_lower_leg", "right_lower_leg", "left_foot", "right_foot",
]  # fmt: skip
Quality = Literal[
    "aching", "burning", "cramping", "electric", "itching", "numb", "pressing", "sharp", "shooting", "stabbing", "stiff",
    "tender", "throbbing", "tingling",
]  # fmt: skip
Went = Literal["better", "as_expected", "worse"]
Helped = Literal["yes", "a_little", "no"]

Scale = Annotated[int, Field(strict=True, ge=0, le=10)]  # numeric rating scale; True and "7" are not numbers here
Face = Annotated[int, Field(strict=True, ge=0, le=5)]
Hours = Annotated[float, Field(strict=True, ge=0, le=24)]


def _blank_is_nothing(text: str | None) -> str | None:
    return text or None


def _none_is_nothing(items: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    return items or None


Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
TrackerName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class Value(BaseModel):
    """Be a value: unchangeable, and made only of what it knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PainAt(Value):
    """Pain in one place, or in the whole body when `area` is null; a place alone is enough."""

    area: Area | None = None
    intensity: Scale | None = None
    qualities: tuple[Quality, ...] = Field(default=(), max_length=14)

    @model_validator(mode="after")
    def _says_something(self) -> PainAt:
        if self.area is None and self.intensity is None and not self.qualities:
            raise ValueError("say where, how much, or how it feels")
        return self


class Sleep(Value):
    """A night. Quality: 10 is slept well."""

    quality: Scale | None = None
    hours: Hours | None = None


class Interference(Value):
    """How pain got in the way: the three items of the PEG (Krebs et al., 2009; free to use), each 0 to 10."""

    pain_average: Scale | None = None
    enjoyment: Scale | None = None
    activity: Scale | None = None


class Activity(Value):
    """Something that was done: what, how much effort it took, and how it went beside what was expected."""

    name: Name
    effort: Scale | None = None
    went: Went | None = None


class Aid(Value):
    """A medicine or an aid that was used, and whether it helped."""

    kind: Literal["medication", "aid"]
    name: Name
    helped: Helped | None = None


class Tracker(Value):
    """Something of one's own that somebody wants to follow."""

    name: TrackerName
    value: Scale


class Parts(Value):
    """All an entry can hold. Every part may be left out; null and empty mean left out."""

    pain: Annotated[tuple[PainAt, ...] | None, AfterValidator(_none_is_nothing)] = Field(default=None, max_length=20)
    sleep: Sleep | None = None
    fatigue: Scale | None = None
    mood: Scale | None = Field(default=None, description="10 is good")
    interference: Interference | None = None
    activities: Annotated[tuple[Activity, ...] | None, AfterValidator(_none_is_nothing)] = Field(
        default=None, max_length=20
    )
    face: Face | None = Field(default=None, description="faces scale, 5 is the most pain: for who wants no numbers")
    aids: Annotated[tuple[Aid, ...] | None, AfterValidator(_none_is_nothing)] = Field(default=None, max_length=20)
    trackers: Annotated[tuple[Tracker, ...] | None, AfterValidator(_none_is_nothing)] = Field(
        default=None, max_length=5
    )
    note: Annotated[Note | None, AfterValidator(_blank_is_nothing)] = None
    worth_it: Annotated[Short | None, AfterValidator(_blank_is_nothing)] = Field(
        default=None, description="evening question: what was worth it today?"
    )


PARTS = tuple(Parts.model_fields)
_WORD_PARTS = ("note", "worth_it")
_NAMED_PARTS = ("activities", "aids", "trackers")


def given(parts: Parts) -> dict[str, Any]:
    """Return what an entry really says, as plain JSON values. Errors: EmptyEntry when that is nothing."""
    said = {name: value for name, value in parts.model_dump(mode="json", exclude_none=True).items() if value != {}}
    if not said:
        raise EmptyEntry
    return said


def word_fields(said: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Walk over a person's own words in the plain values of an entry: (name of the field, its holder, its key there)."""
    for name in _WORD_PARTS:
        if name in said:
            yield name, said, name
    for name in _NAMED_PARTS:
        for place, item in enumerate(said.get(name, ())):
            yield f"{name}.{place}.name", item, "name"


def merged(target: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return the target with a JSON Merge Patch applied (RFC 7396): null removes, objects merge, all else replaces."""
    result = dict(target)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping):
            below = result.get(name)
            result[name] = merged(below if isinstance(below, Mapping) else {}, value)
        else:
            result[name] = value
    return result


@dataclass(frozen=True, slots=True)
class Span:
    """Hold when something was: a moment when both ends are the same."""

    started_at: datetime
    ended_at: datetime

    @property
    def is_moment(self) -> bool:
        """Return whether it has no length."""
        return self.started_at == self.ended_at


def span(started_at: datetime | None, ended_at: datetime | None, *, now: datetime) -> Span:
    """Return the span that was meant: now when nothing is given, a moment when one end is. Errors: ImpossibleTimes."""
    start = started_at or ended_at or now
    end = ended_at or start
    for field, moment in (("started_at", start), ("ended_at", end)):
        if moment > now + AHEAD:
            raise ImpossibleTimes(
                field, "An entry may lie one day ahead at most.", "Een notitie kan hooguit een dag vooruit liggen."
            )
        if moment < EARLIEST:
            raise ImpossibleTimes(field, "This is too long ago.", "Dit is te lang geleden.")
    if end < start:
        raise ImpossibleTimes("ended_at", "The end lies before the start.", "Het einde ligt voor het begin.")
    return Span(start, end)


def moved(before: Span, changes: Mapping[str, datetime | None], *, now: datetime) -> Span:
    """Return the span after a change of some of its ends; a moment stays a moment. Errors: ImpossibleTimes."""
    started_at = changes.get("started_at") or before.started_at
    kept_end = None if before.is_moment else before.ended_at
    return span(started_at, changes.get("ended_at", kept_end), now=now)


@dataclass(frozen=True, slots=True)
class Written:
    """Hold one version of an entry: what it says, when it was, and what follows from both."""

    parts: Parts
    span: Span
    burdens: Mapping[str, float]
    themes: tuple[ThemeSignal, ...]
    safety: Safety


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold an entry of a diary: whose it is, who wrote it, and its newest version."""

    id: str
    version: int
    member: str
    written_by: str
    created_at: datetime
    updated_at: datetime
    written: Written
