"""Keeping the search index as the database is: after each change, by command, and by looking now and then."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from content.domain.facets import WEIGHT
from content.ports import Ports
from content.search.plan import plain
from content.search.port import Progress, SearchDocument
from content.store.items import Stored

_BREATH = 50  # items after which other green threads of a worker get their turn
_OVERLAP = timedelta(seconds=5)


def rebuild_index(ports: Ports, progress: Progress) -> int:
    """Build the whole index anew and switch to it; what changed meanwhile is put in after. Returns the documents."""
    began = ports.now()
    count = ports.search.rebuild(_documents(ports.items.published()), progress)
    refresh_items(ports.items.changed_since(began - _OVERLAP), ports)
    return count


def refresh_items(slugs: Sequence[str], ports: Ports) -> None:
    """Make the index say of these items what the database says now, whatever order their events came in."""
    if not slugs:
        return
    documents = list(_documents(ports.items.published(slugs)))
    there = {document.slug for document in documents}
    if documents:
        ports.search.put(documents)
    gone = [slug for slug in slugs if slug not in there]
    if gone:
        ports.search.remove(gone)


def mend_index(ports: Ports) -> str | None:
    """Rebuild the index when it is missing, made by another analysis, or does not count as the database does.

    Returns why it was rebuilt, None when it was right.
    """
    state = ports.search.state()
    reason = "missing" if not state.exists else "made by another analysis" if not state.fits else None
    if reason is None and state.counts != ports.items.counts():
        reason = "counts differ"
    if reason is not None:
        rebuild_index(ports, lambda _: None)
    return reason


def _documents(items: Iterable[Stored]) -> Iterator[SearchDocument]:
    for number, stored in enumerate(items, start=1):
        yield from _of(stored)
        if number % _BREATH == 0:
            time.sleep(0)


def _of(stored: Stored) -> Iterator[SearchDocument]:
    item = stored.item
    for language, text in item.texts.items():
        yield SearchDocument(
            slug=item.slug,
            language=language,
            revision=stored.revision,
            weight=WEIGHT[item.provenance],
            title=text.title,
            summary=text.summary,
            body=plain("\n".join((*text.in_one_minute, text.markdown))),
            kind=item.kind,
            provenance=item.provenance,
            dimensions=item.dimensions,
            audiences=item.audiences,
        )
