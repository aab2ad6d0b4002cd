"""What can be done in a diary: one verb per action, and the only place where its events are recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pijnstad_contracts.selfcare import DiaryEntryAmended, DiaryEntryRecorded, DiaryEntryRemoved
from pijnstad_kit.http.idempotency import Command
from pijnstad_kit.problems import Stale
from pijnstad_kit.store.aggregates import Recorded
from pijnstad_kit.store.documents import now
from selfcare.domain import entries as domain
from selfcare.domain import themes
from selfcare.domain.entries import Entry, Parts, Span, Written
from selfcare.errors import EntryNotFound, EntryRemoved
from selfcare.ports import Ports
from selfcare.store.diary import Place

ATTEMPTS = 5


def record_entry(
    command: Command, member: str, parts: Parts, started_at: datetime | None, ended_at: datetime | None, ports: Ports
) -> Entry:
    """Write an entry into the member's own diary; repeating the command finds what it wrote.

    Errors: EmptyEntry, ImpossibleTimes, EntryRemoved, IdempotencyKeyReused.
    """
    written = _weigh(command.id, member, parts, domain.span(started_at, ended_at, now=now()), ports)
    event = DiaryEntryRecorded(entry_id=command.id, **_signals_of(written))
    entry = ports.diary.add(
        command.id,
        member,
        member,
        written,
        events=[Recorded(event, member=member)],
        request_hash=command.request_hash,
    )
    if entry is None:
        raise EntryRemoved
    return entry


def read_entry(member: str, entry_id: str, ports: Ports) -> Entry:
    """Return one entry of the member's own diary. Errors: EntryNotFound."""
    # Access records: the record of who reads what is written here and in list_entries, before the diary is touched.
    entry = ports.diary.find(member, entry_id)
    if entry is None:
        raise EntryNotFound
    return entry


def list_entries(
    member: str, ports: Ports, *, limit: int, after: Place | None, since: datetime | None, until: datetime | None
) -> tuple[list[Entry], Place | None]:
    """Return a page of the member's own diary, newest first, and the place where the next one begins."""
    found = ports.diary.page(member, limit=limit + 1, after=after, since=since, until=until)
    page = found[:limit]
    more = Place(page[-1].written.span.started_at, page[-1].id) if len(found) > limit else None
    return page, more


def amend_entry(member: str, entry_id: str, version: int, changes: Mapping[str, Any], ports: Ports) -> Entry:
    """Change an entry at the version its owner saw. `changes` is a merge patch of plain values; times are datetimes.

    What changes nothing is no change. Errors: EntryNotFound, Stale, EmptyEntry, ImpossibleTimes.
    """
    entry = read_entry(member, entry_id, ports)
    if entry.version != version:
        raise Stale("Load the entry again and repeat your change on the newest version.")
    parts, span = _changed(entry, changes)
    if (parts, span) == (entry.written.parts, entry.written.span):
        return entry
    written = _weigh(entry.id, member, parts, span, ports)
    event = DiaryEntryAmended(entry_id=entry.id, **_signals_of(written))
    return ports.diary.amend(entry, written, by=member, events=[Recorded(event, member=member)])


def remove_entry(member: str, entry_id: str, version: int | None, ports: Ports) -> None:
    """Let an entry go, at a version or, without one, as it is now: who wants it gone wants every version gone.

    Errors: EntryNotFound, Stale.
    """
    for attempt in range(1, ATTEMPTS + 1):
        current = ports.diary.version_of(member, entry_id)
        if current is None:
            raise EntryNotFound
        try:
            return _remove(member, entry_id, current if version is None else version, ports)
        except Stale:
            if version is not None or attempt == ATTEMPTS:
                raise


def _remove(member: str, entry_id: str, version: int, ports: Ports) -> None:
    event = DiaryEntryRemoved(entry_id=entry_id)
    ports.diary.remove(member, entry_id, version, events=[Recorded(event, member=member)])


def _changed(entry: Entry, changes: Mapping[str, Any]) -> tuple[Parts, Span]:
    of_parts = {name: value for name, value in changes.items() if name in domain.PARTS}
    of_times = {name: value for name, value in changes.items() if name not in domain.PARTS}
    said = domain.merged(domain.given(entry.written.parts), of_parts)
    return Parts.model_validate(said), domain.moved(entry.written.span, of_times, now=now())


def _weigh(entry_id: str, member: str, parts: Parts, span: Span, ports: Ports) -> Written:
    """Work out what follows from an entry: its burdens and themes beside the days before its own time, and its safety."""
    said = domain.given(parts)
    parts = Parts.model_validate(said)
    burdens = themes.burdens(parts)
    since = span.started_at - themes.BASELINE
    before = ports.diary.burdens_between(member, since, span.started_at, besides=entry_id)
    return Written(
        parts=parts,
        span=span,
        burdens={theme: burden for theme, burden in burdens.items() if burden is not None},
        themes=themes.directions(burdens, before),
        safety=themes.safety_level([holder[key] for _, holder, key in domain.word_fields(said)]),
    )


def _signals_of(written: Written) -> dict[str, Any]:
    """Return what an event may say of an entry: when, which themes and which way, the level of safety. No words."""
    return {"occurred_at": written.span.started_at, "themes": written.themes, "safety": written.safety}
