"""The words items are sorted by. Themes, directions and audiences are those of the contracts; the rest is ours."""

from __future__ import annotations

from typing import Literal, get_args

from pijnstad_contracts.content import Provenance, Rating
from pijnstad_contracts.identity import Audience
from pijnstad_contracts.selfcare import Direction, Safety, Theme

__all__ = ["Audience", "Direction", "Provenance", "Rating", "Safety", "Theme"]

Kind = Literal["article", "video", "drawing", "webinar", "podcast", "tip", "tool", "link"]
Dimension = Literal[
    "bodily_functions",
    "mental_wellbeing",
    "meaningfulness",
    "quality_of_life",
    "participation",
    "daily_functioning",
]
Side = Literal["bio", "psycho", "social"]
PainType = Literal["nociceptive", "neuropathic", "central_sensitisation"]
Phase = Literal["before", "during", "after"]
Step = Literal[1, 2, 3, 4]
ReadingLevel = Literal["easy", "plain", "harder", "hard"]

DIMENSIONS: tuple[str, ...] = get_args(Dimension)
AUDIENCES: tuple[str, ...] = get_args(Audience)

# Who checked it decides the order where nothing else does, and how much a search score counts.
RANK: dict[Provenance, int] = {"validated": 0, "sourced": 1, "partner": 2, "experience": 3}
WEIGHT: dict[Provenance, float] = {"validated": 2.0, "sourced": 1.5, "partner": 1.0, "experience": 0.5}

SUGGESTIBLE: frozenset[Provenance] = frozenset({"validated", "sourced"})
