"""Which item is most likely to help this person now: what fits the entry, weighed by what helped others at such moments.

For each pair (item, theme) we count who said it helped: a Beta-Bernoulli model. Thompson sampling draws from it, so an
item nobody rated yet is tried now and then, and one that helps comes more often. Draws come from a generator that the
caller seeds: the same event gives the same choice, also when it is delivered twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from content.domain.facets import SUGGESTIBLE, Direction, Provenance, Rating, Theme
from content.domain.signals import Member, Moved, Signal
from content.lexicon import Language

AGAIN_AFTER = timedelta(days=60)
LESS_FOR = timedelta(days=180)
_PRIOR: dict[Provenance, tuple[float, float]] = {"validated": (3.0, 1.5), "sourced": (2.5, 1.5)}
_HEAVIEST_FIRST = (1.0, 0.7, 0.5)
_URGENCY: dict[Direction, float] = {"worse": 1.0, "unknown": 0.7, "same": 0.6, "better": 0.4}
_NOT_MADE_FOR_IT = 0.6  # an entry without a baseline yet, and an item that does not say it suits those
_LIKE_ONE_TOO_MANY = 0.4  # same theme and kind as something this person wants less of


@dataclass(frozen=True, slots=True)
class Shelved:
    """Hold what choosing needs to know of a published item."""

    id: str
    slug: str
    kind: str
    themes: frozenset[Theme]
    directions: frozenset[Direction]
    audiences: frozenset[str]
    languages: frozenset[Language]
    flare_friendly: bool
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold that somebody was given an item before, and what they made of it."""

    slug: str
    kind: str
    theme: Theme | None
    made_at: datetime
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class Helped:
    """Count how often an item was said to help, and not to, when it came for a theme."""

    yes: int = 0
    no: int = 0


Counts = Mapping[tuple[str, Theme], Helped]


@dataclass(frozen=True, slots=True)
class Choice:
    """Hold the chosen item and the theme it is for."""

    item: Shelved
    moved: Moved
    score: float


def choose(
    signal: Signal,
    member: Member,
    shelf: Iterable[Shelved],
    seen: Iterable[Seen],
    counts: Counts,
    now: datetime,
    random: Random,
) -> Choice | None:
    """Return the best choice for this entry, None when nothing fits."""
    before = tuple(seen)
    fitting = sorted(candidates(signal, member, shelf, before, now), key=lambda item: item.slug)
    choices = [
        Choice(
            item,
            moved,
            _fit(item, moved, place) * _draw(item, moved.theme, counts, random) * _taste(item, moved, before, now),
        )
        for item in fitting
        for place, moved in enumerate(signal.themes)
        if _suits(item, moved)
    ]
    return max(choices, key=lambda choice: choice.score, default=None)


def candidates(
    signal: Signal, member: Member, shelf: Iterable[Shelved], seen: Iterable[Seen], now: datetime
) -> list[Shelved]:
    """Return the items that may be given: checked, in the person's language, for them, not seen lately, not refused."""
    closed = {one.slug for one in seen if not _may_come_again(one, now)}
    return [
        item
        for item in shelf
        if item.provenance in SUGGESTIBLE
        and member.language in item.languages
        and member.audience in item.audiences
        and item.slug not in closed
        and (item.flare_friendly or not signal.flare)
        and any(_suits(item, moved) for moved in signal.themes)
    ]


def chance(item: Shelved, theme: Theme, counts: Counts) -> tuple[float, float]:
    """Return the two parameters of the Beta distribution that says how likely this item helps for this theme."""
    yes, no = _PRIOR.get(item.provenance, (1.0, 1.0))
    helped = counts.get((item.slug, theme), Helped())
    return yes + helped.yes, no + helped.no


def _may_come_again(seen: Seen, now: datetime) -> bool:
    if seen.rating == "not_for_me":
        return False
    return now - seen.made_at >= (LESS_FOR if seen.rating == "less_of_this" else AGAIN_AFTER)


def _suits(item: Shelved, moved: Moved) -> bool:
    return moved.theme in item.themes and (moved.direction == "unknown" or moved.direction in item.directions)


def _fit(item: Shelved, moved: Moved, place: int) -> float:
    made_for_it = 1.0 if moved.direction in item.directions else _NOT_MADE_FOR_IT
    return _HEAVIEST_FIRST[min(place, 2)] * _URGENCY[moved.direction] * made_for_it


def _draw(item: Shelved, theme: Theme, counts: Counts, random: Random) -> float:
    return random.betavariate(*chance(item, theme, counts))


def _taste(item: Shelved, moved: Moved, seen: Iterable[Seen], now: datetime) -> float:
    """Return how much less somebody wants of this: they said so of something of the same kind for the same theme."""
    tired_of = any(
        one.rating == "less_of_this"
        and (one.kind, one.theme) == (item.kind, moved.theme)
        and now - one.made_at < LESS_FOR
        for one in seen
    )
    return _LIKE_ONE_TOO_MANY if tired_of else 1.0
