"""What somebody typed in the diary form, and how it becomes the API's entry and back. Pure: no HTTP, no words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from werkzeug.datastructures import MultiDict

from web.texts.body import AREAS, QUALITIES

SCALES = ("pain", "sleep_quality", "fatigue", "mood", "peg_pain_average", "peg_enjoyment", "peg_activity")
PEG = ("pain_average", "enjoyment", "activity")
NOTE_LENGTH = 4000
WORTH_LENGTH = 1000
OTHER_PARTS = ("activities", "aids", "trackers", "face")


class NothingGiven(ValueError):
    """Say that nothing was filled in."""


class WrongHours(ValueError):
    """Say that the hours of sleep are not a number from 0 to 24."""


@dataclass(frozen=True)
class Typed:
    """Hold a diary form as it was typed, right or wrong, so that it can be shown again exactly."""

    scales: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(SCALES, ""))
    areas: Sequence[str] = ()
    qualities: Sequence[str] = ()
    hours: str = ""
    note: str = ""
    worth_it: str = ""
    form_id: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)

    @property
    def more(self) -> bool:
        """Return whether anything beside the one number was filled in."""
        others = {name: value for name, value in self.scales.items() if name != "pain"}
        return bool(any(others.values()) or self.areas or self.qualities or self.hours or self.note or self.worth_it)


def typed_from_form(form: MultiDict[str, str]) -> Typed:
    """Read a posted form. What is no choice of ours is left out; words are kept as they are."""
    return Typed(
        scales={name: _choice(form.get(name, "")) for name in SCALES},
        areas=tuple(name for name in form.getlist("area") if name in AREAS),
        qualities=tuple(name for name in form.getlist("quality") if name in QUALITIES),
        hours=form.get("sleep_hours", "")[:20],
        note=_lines(form.get("note", ""))[:NOTE_LENGTH],
        worth_it=_lines(form.get("worth_it", ""))[:WORTH_LENGTH],
        form_id=_uuid(form.get("form_id", "")),
    )


def typed_from_json(values: Mapping[str, Any]) -> Typed:
    """Read what `as_json` gave."""
    return Typed(**{name: values[name] for name in Typed.__dataclass_fields__ if name in values})


def typed_from_entry(entry: Mapping[str, Any]) -> Typed:
    """Show an entry of the API in the form."""
    pain = entry.get("pain") or []
    everywhere: Mapping[str, Any] = next((place for place in pain if place.get("area") is None), {})
    sleep, peg = entry.get("sleep") or {}, entry.get("interference") or {}
    numbers = {
        "pain": everywhere.get("intensity"),
        "sleep_quality": sleep.get("quality"),
        "fatigue": entry.get("fatigue"),
        "mood": entry.get("mood"),
        **{f"peg_{name}": peg.get(name) for name in PEG},
    }
    return Typed(
        scales={name: "" if value is None else str(value) for name, value in numbers.items()},
        areas=tuple(place["area"] for place in pain if place.get("area")),
        qualities=tuple(everywhere.get("qualities") or ()),
        hours="" if sleep.get("hours") is None else f"{sleep['hours']:g}",
        note=entry.get("note") or "",
        worth_it=entry.get("worth_it") or "",
    )


def entry_from(typed: Typed) -> dict[str, Any]:
    """Return the API's entry, only what was filled in. Errors: NothingGiven, WrongHours."""
    entry = {name: value for name, value in _parts(typed, ()).items() if value is not None}
    if not entry:
        raise NothingGiven()
    return entry


def change_from(typed: Typed, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the merge patch that makes an entry what was typed; the rest stays. Errors: as entry_from."""
    patch = _parts(typed, before.get("pain") or ())
    if all(value is None for value in patch.values()) and not any(before.get(name) is not None for name in OTHER_PARTS):
        raise NothingGiven()
    return patch


def key_of(typed: Typed, entry: Mapping[str, Any]) -> str:
    """Return the Idempotency-Key: the same form with the same words is the same entry, however often it is sent."""
    return str(uuid5(UUID(typed.form_id) if typed.form_id else NAMESPACE_URL, repr(sorted(entry.items()))))


def has_other_parts(entry: Mapping[str, Any]) -> bool:
    """Return whether an entry holds parts that the form does not show."""
    return any(entry.get(name) for name in OTHER_PARTS) or any(
        place.get("area") and (place.get("intensity") is not None or place.get("qualities"))
        for place in entry.get("pain") or ()
    )


def _parts(typed: Typed, before: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    peg = {name: _number(typed, f"peg_{name}") for name in PEG}
    sleep = {"quality": _number(typed, "sleep_quality"), "hours": _hours(typed.hours)}
    return {
        "pain": _pain(typed, before),
        "sleep": sleep if _any(sleep) else None,
        "fatigue": _number(typed, "fatigue"),
        "mood": _number(typed, "mood"),
        "interference": peg if _any(peg) else None,
        "note": typed.note.strip() or None,
        "worth_it": typed.worth_it.strip() or None,
    }


def _pain(typed: Typed, before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    known = {place["area"]: dict(place) for place in before if place.get("area")}
    intensity, qualities = _number(typed, "pain"), list(typed.qualities)
    everywhere = (
        [{"area": None, "intensity": intensity, "qualities": qualities}] if intensity is not None or qualities else []
    )
    places = [known.get(area, {"area": area, "intensity": None, "qualities": []}) for area in typed.areas]
    return (everywhere + places) or None


def _number(typed: Typed, name: str) -> int | None:
    value = typed.scales.get(name, "")
    return int(value) if value else None


def _hours(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        hours = float(text.strip().replace(",", "."))
    except ValueError:
        raise WrongHours() from None
    if not 0 <= hours <= 24:
        raise WrongHours()
    return hours


def _choice(text: str) -> str:
    return text if text in {str(number) for number in range(11)} else ""


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _any(values: Mapping[str, Any]) -> bool:
    return any(value is not None for value in values.values())
