"""Finding and reading items: search when there are words, browse lists when there are none or the engine is away."""

from __future__ import annotations

from dataclasses import dataclass

from content.errors import ItemNotFound
from content.lexicon import Language
from content.ports import Ports
from content.search.port import Filters, Query, SearchAway
from content.store.items import Stored
from pijnstad_kit import logs

_log = logs.get_logger("content.reading")

Place = str  # where a browse list goes on


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold one page of the library. `next` is an offset after a search, a place after browsing, None at the end."""

    items: tuple[Stored, ...]
    next: int | Place | None = None
    total: int | None = None
    search_away: bool = False


def find_items(
    words: str, language: Language, filters: Filters, limit: int, after: int | Place | None, ports: Ports
) -> Shown:
    """Return the items that answer the words, the best first; without words all that fit the filters."""
    if isinstance(after, str):  # also the next page of a list that stood in for a search
        return _browse(language, filters, limit, after, ports, search_away=bool(words.strip()))
    if not words.strip():
        return _browse(language, filters, limit, None, ports)
    try:
        return _search(Query(words, language, filters, limit, after or 0), ports)
    except SearchAway as away:
        _log.warning("search_away", reason=str(away))
        return _browse(language, filters, limit, None, ports, search_away=True)


def read_item(slug: str, ports: Ports) -> Stored:
    """Return a published item. Errors: ItemNotFound."""
    found = ports.items.get(slug)
    if found is None:
        raise ItemNotFound
    return found


def _search(query: Query, ports: Ports) -> Shown:
    found = ports.search.query(query)
    cards = ports.items.cards([hit.slug for hit in found.hits])
    items = tuple(cards[hit.slug] for hit in found.hits if hit.slug in cards)
    return Shown(items, found.next_offset, found.total)


def _browse(
    language: Language, filters: Filters, limit: int, after: Place | None, ports: Ports, *, search_away: bool = False
) -> Shown:
    found = ports.items.browse(language, filters, limit + 1, after)
    page = found[:limit]
    more = page[-1][0] if len(found) > limit else None
    return Shown(tuple(item for _, item in page), more, search_away=search_away)
