"""Reading a request strictly: JSON without surprises, the caller's language."""

from __future__ import annotations

import json
import math
from typing import Any

import flask
from pydantic import ValidationError

from pijnstad_kit.problems import BadRequest, Invalid, UnsupportedMediaType

MAX_BODY = 1024 * 1024
MAX_DEPTH = 50
JSON_TYPES = ("application/json", "application/merge-patch+json")
LANGUAGES = ("nl", "en")


class StrictRequest(flask.Request):
    """Read JSON bodies strictly: right content type, one object, no repeated keys, not nested for ever."""

    max_content_length = MAX_BODY

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """Return the body's object. Errors: BadRequest (400), UnsupportedMediaType (415), whatever `silent` says."""
        if "pijnstad.json" not in self.environ:
            self.environ["pijnstad.json"] = self._read_json()
        return self.environ["pijnstad.json"]

    def _read_json(self) -> Any:
        if self.mimetype not in JSON_TYPES:
            raise UnsupportedMediaType("Send the body as application/json.")
        try:
            body = json.loads(
                self.get_data(), object_pairs_hook=_without_repeats, parse_constant=_no_constant, parse_float=_number
            )
        except _Repeated:
            raise BadRequest("The JSON body names the same key twice.") from None
        except (ValueError, RecursionError):
            raise BadRequest("The body is not valid JSON.") from None
        if not isinstance(body, dict):
            raise BadRequest("The body must be a JSON object.")
        if _deeper_than(body, MAX_DEPTH):
            raise BadRequest(f"The JSON body is nested deeper than {MAX_DEPTH} levels.")
        return body


def language(default: str = "en") -> str:
    """Return the language of the caller, nl or en, by Accept-Language."""
    return flask.request.accept_languages.best_match(LANGUAGES) or default


def invalid(error: ValidationError) -> Invalid:
    """Return the problem for a pydantic error: where and why, without repeating input."""
    items = error.errors(include_url=False, include_input=False, include_context=False)
    return Invalid(
        "Some fields do not fit; see `errors`.",
        detail_nl="Sommige velden kloppen niet; zie `errors`.",
        errors=[{"pointer": _pointer(item["loc"]), "code": item["type"], "detail": item["msg"]} for item in items[:50]],
    )


def _pointer(loc: tuple[str | int, ...]) -> str:
    return "/" + "/".join(_part(part) for part in loc)


def _part(part: str | int) -> str:
    text = str(part)
    return text if len(text) <= 40 and text.replace("_", "").isalnum() else "?"


class _Repeated(ValueError):
    pass


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Repeated
    return found


def _no_constant(_: str) -> Any:
    raise ValueError("NaN and Infinity are no JSON")


def _number(text: str) -> float | int:
    """Return a number; 1.0 is the whole number 1, as JSON Schema has it."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("too large for a number")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit + 1):
        level = [child for item in level for child in _children(item)]
        if not level:
            return False
    return True


def _children(item: Any) -> list[Any]:
    if isinstance(item, dict):
        return list(item.values())
    return item if isinstance(item, list) else []
