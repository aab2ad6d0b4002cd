"""Commands that may be repeated: the Idempotency-Key gives a create its id, so a repeat finds what is already there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import flask
from pydantic import BaseModel

from pijnstad_kit.http.auth import principal
from pijnstad_kit.ids import derived_id, new_id
from pijnstad_kit.problems import BadRequest

HEADER = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class Command:
    """Hold what makes a create repeatable: the id of what it makes, and the hash of what was asked."""

    id: str
    request_hash: str


def command(route: str, body: BaseModel) -> Command:
    """Return the command of the current request. Without a key every request is a new one. Errors: BadRequest."""
    key = flask.request.headers.get(HEADER)
    if key is None:
        return Command(new_id(), body_hash(body))
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise BadRequest(f"{HEADER} must be 1 to 200 printable characters.")
    return Command(derived_id(principal().member, route, key), body_hash(body))


def body_hash(body: BaseModel) -> str:
    """Return the hash of a validated body: the same content gives the same hash, whatever its spacing or key order."""
    return hashlib.sha256(body.model_dump_json(exclude_unset=True).encode()).hexdigest()
