"""A member's own suggestions: see them, rate them; and learning from ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from content.domain.facets import Rating
from content.errors import SuggestionNotFound
from content.ports import Ports
from content.store.items import Stored
from content.store.moments import Place
from content.store.shapes import Moment, Suggestion
from pijnstad_contracts.content import SuggestionRated
from pijnstad_kit.problems import Conflict, Stale
from pijnstad_kit.store.aggregates import Recorded

_PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Given:
    """Hold a suggestion with the item it gives."""

    suggestion: Suggestion
    stored: Stored


def list_suggestions(member: str, limit: int, after: Place | None, ports: Ports) -> tuple[list[Given], Place | None]:
    """Return a member's suggestions, newest first, and the place where the list goes on."""
    found = ports.moments.newest(member, limit + 1, after)
    page = found[:limit]
    cards = ports.items.cards([one.item_slug for one in page])
    given = [Given(one, cards[one.item_slug]) for one in page if one.item_slug in cards]
    return given, (page[-1].made_at, page[-1].id) if len(found) > limit else None


def may_suggest(member: str, ports: Ports) -> bool:
    """Return whether this member's consent has reached us: only then do entries lead to suggestions."""
    return ports.members.get([member])[member].suggestions


def list_moments(member: str, limit: int, after: Place | None, ports: Ports) -> tuple[list[Moment], Place | None]:
    """Return what came of a member's diary events, newest first, and the place where the list goes on."""
    found = ports.moments.history(member, limit + 1, after)
    page = found[:limit]
    return page, (page[-1].at, page[-1].id) if len(found) > limit else None


def read_suggestion(id: str, member: str, ports: Ports) -> Given:
    """Return one suggestion of this member. Errors: SuggestionNotFound."""
    suggestion = ports.moments.get(id, member)
    if suggestion is None:
        raise SuggestionNotFound
    return _given(suggestion, ports)


def rate_suggestion(id: str, member: str, rating: Rating, ports: Ports) -> Given:
    """Keep what a member thinks of a suggestion; a new rating replaces the old, the same one changes nothing."""
    for _ in range(_PATIENCE):
        suggestion = ports.moments.get(id, member)
        if suggestion is None:
            raise SuggestionNotFound
        if suggestion.rating == rating:
            return _given(suggestion, ports)
        rated = SuggestionRated(suggestion_id=id, item_slug=suggestion.item_slug, rating=rating)
        try:
            return _given(ports.moments.rate(suggestion, rating, Recorded(rated, member=member)), ports)
        except Stale:
            continue
    raise Conflict("It was rated at the same moment. Please look again.")


def learn_from_ratings(suggestion_ids: Sequence[str], ports: Ports) -> None:
    """Count again what helped, for the items and themes of these suggestions."""
    for slug, theme in sorted(ports.moments.rated(suggestion_ids)):
        ports.helped.recount(slug, theme, partial(ports.moments.count_helped, slug, theme))


def _given(suggestion: Suggestion, ports: Ports) -> Given:
    cards = ports.items.cards([suggestion.item_slug])
    if suggestion.item_slug not in cards:
        raise SuggestionNotFound
    return Given(suggestion, cards[suggestion.item_slug])
