"""Every HTTP route of content: validate, use case, present."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import flask
from pydantic import BaseModel

from content import presenting
from content.errors import SuggestionNotFound, UnknownCursor
from content.lexicon import Language
from content.schemas import (
    Item,
    ItemPath,
    ItemQuery,
    ItemsPage,
    ItemsQuery,
    MomentsPage,
    RatingIn,
    Suggestion,
    SuggestionPath,
    SuggestionsPage,
)
from content.search.port import DEEPEST, Filters
from content.store.moments import Place as MomentPlace
from content.usecases import reading, suggestions
from pijnstad_kit.http.app import ports
from pijnstad_kit.http.auth import principal
from pijnstad_kit.http.openapi import Routes
from pijnstad_kit.http.paging import PageQuery, decode_cursor, encode_cursor
from pijnstad_kit.http.request import language as asked_language
from pijnstad_kit.problems import BadRequest

routes = Routes("content", "/content/v1")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_PLACE = re.compile(r"^\d [a-z0-9-]{1,80}$")
_LIST_AGE, _ITEM_AGE = 30, 60  # seconds the library may be kept by caches; suggestions never are


@routes.get("/items", summary="Search or list the library", responses={200: ItemsPage})
def list_items(query: ItemsQuery) -> Any:
    """Find items by words, or list them, checked ones first. Narrow by dimension, audience, kind, provenance."""
    language = query.language or _language()
    filters = Filters(query.dimension, query.audience, query.kind, query.provenance)
    shown = reading.find_items(query.q, language, filters, query.limit, _item_place(query), ports())
    page = ItemsPage(
        items=tuple(presenting.card(stored, language) for stored in shown.items),
        next=_item_cursor(shown.next),
        total=shown.total,
        notice=presenting.NOTICE[language] if shown.search_away else None,
    )
    return _cached(page, _etag_of(page), 0 if shown.search_away else _LIST_AGE)


@routes.get("/items/<string:slug>", summary="Read an item", responses={200: Item})
def read_item(path: ItemPath, query: ItemQuery) -> Any:
    """Read an item in one language, with its sources and how it was checked."""
    stored = reading.read_item(path.slug, ports())
    item = presenting.whole(stored, query.language or _language())
    return _cached(item, f'"{stored.version}-{item.language}"', _ITEM_AGE)


@routes.get("/suggestions", summary="List my suggestions, newest first", responses={200: SuggestionsPage})
def list_suggestions(query: PageQuery) -> Any:
    """List what was suggested to you after your diary entries. Without your consent there is nothing."""
    if not _agreed() or not suggestions.may_suggest(principal().member, ports()):
        return SuggestionsPage(items=(), next=None, consent=False)
    after = _suggestion_place(query.cursor)
    found, more = suggestions.list_suggestions(principal().member, query.limit, after, ports())
    language = _language()
    items = tuple(presenting.suggestion(given, language) for given in found)
    return SuggestionsPage(items=items, next=_suggestion_cursor(more), consent=True)


@routes.get("/suggestions/<string:suggestion_id>", summary="Read one of my suggestions", responses={200: Suggestion})
def read_suggestion(path: SuggestionPath) -> Any:
    """Read one suggestion, with the reason it was made in plain words."""
    _must_have_agreed()
    given = suggestions.read_suggestion(path.suggestion_id, principal().member, ports())
    return presenting.suggestion(given, _language())


@routes.get("/moments", summary="See what came of each of my diary entries", responses={200: MomentsPage})
def list_moments(query: PageQuery) -> Any:
    """List what was decided after each diary event, newest first: open to the one it is about, with or without consent."""
    found, more = suggestions.list_moments(principal().member, query.limit, _suggestion_place(query.cursor), ports())
    return MomentsPage(items=tuple(presenting.moment(one) for one in found), next=_suggestion_cursor(more))


@routes.put("/suggestions/<string:suggestion_id>/rating", summary="Rate a suggestion", responses={200: Suggestion})
def rate_suggestion(path: SuggestionPath, body: RatingIn) -> Any:
    """Say what a suggestion was worth: it helps, less of this, not for me. Rating again replaces the first."""
    _must_have_agreed()
    given = suggestions.rate_suggestion(path.suggestion_id, principal().member, body.rating, ports())
    return presenting.suggestion(given, _language())


def _language() -> Language:
    return "en" if asked_language("nl") == "en" else "nl"


def _agreed() -> bool:
    return "suggestions" in principal().consents


def _must_have_agreed() -> None:
    if not _agreed():
        raise SuggestionNotFound


def _cached(model: BaseModel, etag: str, age: int) -> flask.Response:
    """Answer with an ETag, or 304 when the caller has this one; public content only."""
    response = flask.Response(model.model_dump_json(), content_type="application/json")
    response.headers["Cache-Control"] = f"public, max-age={age}" if age else "no-store"
    response.headers["ETag"] = etag
    response.headers["Vary"] = "Accept-Language"
    response.make_conditional(flask.request)
    return response


def _etag_of(model: BaseModel) -> str:
    return f'"{hashlib.sha256(model.model_dump_json().encode()).hexdigest()[:20]}"'


def _item_cursor(place: int | reading.Place | None) -> str | None:
    return None if place is None else encode_cursor(place)


def _item_place(query: ItemsQuery) -> int | reading.Place | None:
    """Return where a list goes on: an offset within a search, a place when browsing. Errors: BadRequest."""
    try:
        place = decode_cursor(query.cursor, int)
    except BadRequest:
        place = decode_cursor(query.cursor, str)
    if place is None:
        return None
    found: int | str = place[0]
    fits = _PLACE.match(found) if isinstance(found, str) else query.q.strip() and 0 <= found <= DEEPEST
    if not fits:
        raise UnknownCursor
    return found


def _suggestion_cursor(place: MomentPlace | None) -> str | None:
    return encode_cursor((place[0] - _EPOCH) // _MILLISECOND, place[1]) if place else None


def _suggestion_place(cursor: str | None) -> MomentPlace | None:
    place = decode_cursor(cursor, int, str)
    if place is None:
        return None
    try:
        return _EPOCH + place[0] * _MILLISECOND, place[1]
    except OverflowError:
        raise UnknownCursor from None
