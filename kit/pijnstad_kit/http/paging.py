"""Lists in pages: opaque cursors that hold a place, not a page number, so that new entries shift nothing."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import orjson
from pydantic import Field

from pijnstad_kit.http.openapi import ApiModel
from pijnstad_kit.problems import BadRequest

MAX_LIMIT = 100


class PageQuery(ApiModel):
    """Ask for a page: how many at most, and from where on."""

    limit: int = Field(default=20, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(default=None, max_length=500)


def encode_cursor(*place: Any) -> str:
    """Return the cursor for a place in a list: strings and numbers only."""
    return base64.urlsafe_b64encode(orjson.dumps(list(place))).rstrip(b"=").decode()


def decode_cursor(cursor: str | None, *types: type) -> list[Any] | None:
    """Return the place a cursor holds, None without one. Errors: BadRequest for one that is not ours."""
    if cursor is None:
        return None
    try:
        place = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        place = None
    if not isinstance(place, list) or len(place) != len(types):
        raise _unknown()
    if not all(isinstance(part, kind) for part, kind in zip(place, types, strict=True)):
        raise _unknown()
    return place


def _unknown() -> BadRequest:
    return BadRequest("The cursor is not one of ours; start again without it.")
