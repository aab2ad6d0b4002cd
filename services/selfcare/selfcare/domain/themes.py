"""How an entry stands beside the person's own days before it: burdens per theme, and their direction. Pure.

A burden says how heavy a theme was, 0 to 10. It is compared with the same person's median and with nobody else's; it is no
score of anything, is never shown and never leaves the service: only the theme's name and its direction do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from statistics import fmean, median

from pijnstad_contracts.selfcare import Direction, Safety, Theme, ThemeSignal
from pijnstad_safety import screen
from selfcare.domain.entries import Parts

BASELINE = timedelta(days=14)
ENOUGH = 3  # earlier values; below that a median says more about chance than about the person

# IMMPACT calls a change minimal from 10 to 20 % (Dworkin et al., 2008). We take the middle of that range, on the scale of
# 0 to 10: one point up or down on whole numbers is a wobble, two are a change.
CHANGE = 1.5

THEMES: tuple[Theme, ...] = ("pain", "sleep", "fatigue", "mood", "interference", "activity")
_LEVELS: tuple[Safety, ...] = ("none", "red_flag", "crisis")


def burdens(parts: Parts) -> dict[Theme, float | None]:
    """Return the burden of every theme an entry touches; None where it gives no number to go by."""
    touched = {
        "pain": bool(parts.pain) or parts.face is not None,
        "sleep": parts.sleep is not None,
        "fatigue": parts.fatigue is not None,
        "mood": parts.mood is not None,
        "interference": parts.interference is not None,
        "activity": bool(parts.activities),
    }
    found: dict[Theme, float | None] = {
        "pain": _pain(parts),
        "sleep": _inverted(parts.sleep.quality) if parts.sleep else None,
        "fatigue": parts.fatigue,
        "mood": _inverted(parts.mood),
        "interference": _interference(parts),
        "activity": _activity(parts),
    }
    return {theme: found[theme] for theme in THEMES if touched[theme]}


def directions(now: Mapping[Theme, float | None], before: Sequence[Mapping[str, float]]) -> tuple[ThemeSignal, ...]:
    """Return the themes of an entry with their direction beside the burdens before it, the heaviest first."""
    heaviest_first = sorted(now.items(), key=_weight, reverse=True)
    return tuple(
        ThemeSignal(
            theme=theme, direction=direction(burden, [earlier[theme] for earlier in before if theme in earlier])
        )
        for theme, burden in heaviest_first
    )


def direction(burden: float | None, earlier: Sequence[float]) -> Direction:
    """Say whether a burden is better, the same or worse than the median of earlier ones; unknown with too few."""
    if burden is None or len(earlier) < ENOUGH:
        return "unknown"
    change = round(burden - median(earlier), 6)
    if change >= CHANGE:
        return "worse"
    return "better" if change <= -CHANGE else "same"


def safety_level(words: Sequence[str]) -> Safety:
    """Return the most serious level of a person's words, each text screened by itself."""
    return max((screen(text).level for text in words), key=_LEVELS.index, default="none")


def _weight(item: tuple[Theme, float | None]) -> float:
    burden = item[1]
    return -1.0 if burden is None else burden


def _pain(parts: Parts) -> float | None:
    """Take the worst place, not the mean: who fills in the body map more fully must not look better for it.

    Without a number the face counts, two points a step (as the Faces Pain Scale - Revised is scored).
    """
    intensities = [place.intensity for place in parts.pain or () if place.intensity is not None]
    if intensities:
        return float(max(intensities))
    return None if parts.face is None else parts.face * 2.0


def _interference(parts: Parts) -> float | None:
    """Take the mean of the PEG items that were filled in, as the PEG itself does with three."""
    values = parts.interference.model_dump(exclude_none=True).values() if parts.interference else ()
    return fmean(values) if values else None


def _activity(parts: Parts) -> float | None:
    """Take the hardest activity: a light one beside it does not make it lighter."""
    efforts = [activity.effort for activity in parts.activities or () if activity.effort is not None]
    return float(max(efforts)) if efforts else None


def _inverted(value: int | None) -> float | None:
    return None if value is None else 10.0 - value
