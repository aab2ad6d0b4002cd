"""Turning a template and its values into an answer: language, frame, security headers. No decisions about people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import flask
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from identity.config import Settings
from identity.domain import redirects
from identity.domain.people import LANGUAGES, Language
from identity.pages import cookies
from identity.pages.texts import text

# The districts of the frame, as the web client shows them.
DISTRICTS = (
    ("content", "/informatiecentrum", "Informatiecentrum"),
    ("decision", "/keuzewijzer", "Keuzewijzer"),
    ("selfcare", "/zelfmanagement", "Zelfmanagement-plein"),
    ("community", "/pijncommunity", "Pijncommunity"),
)
_YEAR = 31_536_000
_CITY_TIME = ZoneInfo("Europe/Amsterdam")


def language(settings: Settings, ui_locales: str | None = None) -> Language:
    """Return the language of a page: chosen by hand, remembered, named by the client, wished by the browser, Dutch."""
    wishes = [flask.request.args.get("taal"), flask.request.cookies.get(cookies.name(settings, cookies.LANGUAGE))]
    wishes += [locale.partition("-")[0].lower() for locale in (ui_locales or "").split()]
    wishes.append(flask.request.accept_languages.best_match(LANGUAGES))
    return next((code for wish in wishes for code in LANGUAGES if wish == code), "nl")


def page(
    template: str,
    settings: Settings,
    spoken: Language,
    values: Mapping[str, object],
    *,
    status: int = 200,
    leads_to: str | None = None,
) -> flask.Response:
    """Return a page. `leads_to` is the redirect URI its form may end at."""

    def t(key: str, **filled: object) -> Markup:
        # Texts are ours; what is filled in is a person's or a client's, and escaped.
        words = text(key, spoken, {name: escape(value) for name, value in filled.items()})
        return Markup(words)  # nosec B704

    other = next(code for code in LANGUAGES if code != spoken)
    frame = {
        "t": t,
        "language": spoken,
        "other": {"code": other, "href": _switch(other)},
        "districts": DISTRICTS,
        **values,
    }
    response = flask.make_response(_templates().get_template(template).render(frame), status)
    response.headers.update(_headers(leads_to, bool(values.get("scripted"))))
    response.headers["Content-Language"] = spoken
    if flask.request.args.get("taal") in LANGUAGES:
        remember(response, spoken, settings)
    return response


def go(address: str) -> flask.Response:
    """Send the browser elsewhere with a GET: to our own pages, or where a checked request says."""
    response = flask.make_response("", 303)
    response.headers["Location"] = address
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def own(path: str, **query: str | None) -> str:
    """Return the address of a page of ours."""
    kept = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def day(moment: datetime) -> str:
    """Return a day as people here write it."""
    return moment.astimezone(_CITY_TIME).strftime("%d-%m-%Y")


def minute(moment: datetime) -> str:
    """Return a day with its time, by the clock of the city."""
    return moment.astimezone(_CITY_TIME).strftime("%d-%m-%Y %H:%M")


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("identity", "pages/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(day=day, minute=minute)
    return made


def _headers(leads_to: str | None, scripted: bool) -> dict[str, str]:
    script = " script-src 'self';" if scripted else ""
    onward = f" {redirects.origin(leads_to)}" if leads_to else ""
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": (
            f"default-src 'none';{script} style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; "
            f"frame-ancestors 'none'; form-action 'self'{onward}"
        ),
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Vary": "Cookie, Accept-Language",
    }


def _switch(other: Language) -> str:
    """Return this page's address in the other language; of its query only a waiting request that was found is kept."""
    return own(flask.request.path, flow=flask.g.get("waiting"), taal=other)


def remember(response: flask.Response, spoken: Language, settings: Settings) -> None:
    """Let this browser remember a language for a year."""
    response.set_cookie(
        cookies.name(settings, cookies.LANGUAGE),
        spoken,
        max_age=_YEAR,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=settings.production,
    )
