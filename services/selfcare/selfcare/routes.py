"""Every HTTP route of selfcare: validate, use case, present."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import flask

from pijnstad_kit.http.app import ports
from pijnstad_kit.http.auth import principal
from pijnstad_kit.http.idempotency import command
from pijnstad_kit.http.openapi import Routes
from pijnstad_kit.http.paging import decode_cursor, encode_cursor
from pijnstad_kit.http.request import language
from pijnstad_kit.problems import BadRequest
from pijnstad_safety import crisis_card
from selfcare import usecases
from selfcare.domain import entries as domain
from selfcare.domain.entries import Entry, Parts
from selfcare.errors import ConsentNeeded, VersionNeeded
from selfcare.schemas import (
    CrisisCard,
    DiaryEntry,
    DiaryEntryChanges,
    DiaryEntryIn,
    DiaryPage,
    DiaryQuery,
    EntryPath,
)
from selfcare.store.diary import Place

routes = Routes("selfcare", "/selfcare/v1")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_ETAG = re.compile(r'^"(\d{1,9})"$')


@routes.post("/diary", summary="Write an entry", responses={201: DiaryEntry})
def write_entry(body: DiaryEntryIn) -> Any:
    """Write an entry of any parts. Send an Idempotency-Key, so that repeating the request writes it once."""
    _must_have_agreed()
    made = command("write_entry", body)
    entry = usecases.record_entry(made, principal().member, _parts(body), body.started_at, body.ended_at, ports())
    return _present(entry), 201, {**_etag(entry), "Location": f"/selfcare/v1/diary/{entry.id}"}


@routes.get("/diary", summary="List the diary, newest first", responses={200: DiaryPage})
def list_entries(query: DiaryQuery) -> Any:
    """List one's own entries by when they started. The cursor holds a place: new entries shift nothing."""
    entries, more = usecases.list_entries(
        principal().member,
        ports(),
        limit=query.limit,
        after=_place(query.cursor),
        since=query.since,
        until=query.until,
    )
    return DiaryPage(items=tuple(_present(entry) for entry in entries), next=_cursor(more))


@routes.get("/diary/<string:entry_id>", summary="Read an entry", responses={200: DiaryEntry})
def read_entry(path: EntryPath) -> Any:
    """Read one entry of one's own diary."""
    entry = usecases.read_entry(principal().member, path.entry_id, ports())
    return _present(entry), 200, _etag(entry)


@routes.patch("/diary/<string:entry_id>", summary="Change an entry", responses={200: DiaryEntry})
def change_entry(path: EntryPath, body: DiaryEntryChanges) -> Any:
    """Change an entry by a JSON Merge Patch. Needs If-Match with its ETag: 428 without, 412 when it was changed since."""
    _must_have_agreed()
    version = _version()
    if version is None:
        raise VersionNeeded
    entry = usecases.amend_entry(principal().member, path.entry_id, version, _changes(body), ports())
    return _present(entry), 200, _etag(entry)


@routes.delete("/diary/<string:entry_id>", summary="Remove an entry", responses={204: None})
def remove_entry(path: EntryPath) -> Any:
    """Remove an entry with its words and its history. If-Match is honoured when sent, and not needed."""
    usecases.remove_entry(principal().member, path.entry_id, _version(), ports())
    return flask.Response(status=204)


def _must_have_agreed() -> None:
    """Take new words only with consent to keep a diary; reading and removing stay open to their owner."""
    if "diary" not in principal().consents:
        raise ConsentNeeded("diary")


def _parts(body: DiaryEntryIn) -> Parts:
    return Parts.model_validate(body.model_dump(include=set(domain.PARTS)))


def _changes(body: DiaryEntryChanges) -> dict[str, Any]:
    """Return what was given, as plain values; nulls stay, they remove."""
    times = {name: getattr(body, name) for name in ("started_at", "ended_at") if name in body.model_fields_set}
    return body.model_dump(mode="json", include=set(domain.PARTS), exclude_unset=True) | times


def _present(entry: Entry) -> DiaryEntry:
    written = entry.written
    card = crisis_card(written.safety, language())
    return DiaryEntry.model_validate(
        {
            **domain.given(written.parts),
            "id": entry.id,
            "version": entry.version,
            "started_at": written.span.started_at,
            "ended_at": written.span.ended_at,
            "created_at": entry.created_at,
            "updated_at": entry.updated_at,
            "written_by": entry.written_by,
            "themes": written.themes,
            "safety": written.safety,
            "card": CrisisCard.model_validate(asdict(card)) if card else None,
        }
    )


def _etag(entry: Entry) -> dict[str, str]:
    return {"ETag": f'"{entry.version}"'}


def _version() -> int | None:
    """Return the version that If-Match names, None without it. Errors: BadRequest."""
    header = flask.request.headers.get("If-Match")
    if header is None:
        return None
    found = _ETAG.match(header)
    if found is None:
        raise BadRequest('If-Match takes one ETag as it was given, like "3".')
    return int(found[1])


def _cursor(place: Place | None) -> str | None:
    return encode_cursor((place.started_at - _EPOCH) // _MILLISECOND, place.id) if place else None


def _place(cursor: str | None) -> Place | None:
    place = decode_cursor(cursor, int, str)
    if place is None:
        return None
    try:
        return Place(_EPOCH + place[0] * _MILLISECOND, place[1])
    except OverflowError:
        raise BadRequest("The cursor is not one of ours; start again without it.") from None
