"""Which language a request speaks: `?taal=`, then the cookie, then the browser's wish, else Dutch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import flask
from babel.dates import format_date, format_time

from web.texts import text

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = ("nl", "en")
COOKIE = "pijnstad_language"
NAMES: Mapping[Language, str] = {"nl": "Nederlands", "en": "English"}
CITY_TIME = ZoneInfo("Europe/Amsterdam")


class Other(NamedTuple):
    """Be the way to this same page in the other language."""

    code: Language
    name: str
    href: str


def language() -> Language:
    """Return the language of the current request."""
    if "language" not in flask.g:
        flask.g.language = (
            _known(flask.request.args.get("taal")) or _known(flask.request.cookies.get(_cookie())) or _wished()
        )
    return flask.g.language


def t(key: str, **values: object) -> str:
    """Return a text in the language of the current request. Errors: KeyError."""
    return text(key, language(), **values)


def other() -> Other:
    """Return the switch to the other language."""
    code: Language = "en" if language() == "nl" else "nl"
    query = {name: value for name, value in flask.request.args.items() if name in ("q", "dimension")} | {"taal": code}
    return Other(code, NAMES[code], f"{flask.request.path}?{urlencode(query)}")


def remember(response: flask.Response) -> flask.Response:
    """Keep a language that was chosen by hand."""
    if _known(flask.request.args.get("taal")):
        secure = flask.current_app.config["PIJNSTAD"].production
        response.set_cookie(
            _cookie(), language(), max_age=31_536_000, samesite="Lax", secure=secure, httponly=True, path="/"
        )
    return response


def day(moment: datetime) -> str:
    """Return `maandag 23 november` in the city's time zone."""
    return format_date(moment.astimezone(CITY_TIME), "EEEE d MMMM", locale=language())


def date(moment: datetime) -> str:
    """Return `23 november 2026`."""
    return format_date(moment.astimezone(CITY_TIME), "d MMMM y", locale=language())


def clock(moment: datetime) -> str:
    """Return `14:05`."""
    return format_time(moment.astimezone(CITY_TIME), "HH:mm", locale=language())


def number(value: float) -> str:
    """Return `6,5` in Dutch and `6.5` in English."""
    return f"{value:g}".replace(".", "," if language() == "nl" else ".")


def _cookie() -> str:
    return flask.current_app.config["PIJNSTAD"].cookie(COOKIE)


def _known(value: str | None) -> Language | None:
    return next((code for code in LANGUAGES if code == value), None)


def _wished() -> Language:
    return _known(flask.request.accept_languages.best_match(LANGUAGES, default="nl")) or "nl"
