"""The pages of the person on duty: what waits where, and the dead letters of one service. For the role `ops` alone.

The API decides who that is: to everybody else it says these things are not there, and so do the pages.
"""

from __future__ import annotations

from typing import Any

import flask
from werkzeug.wrappers import Response

from web import member
from web.answers import Page
from web.api import segment
from web.errors import ApiAway
from web.security import check_form

pages = flask.Blueprint("ops", __name__)
HERE = "/ops"
SERVICES = ("identity", "selfcare", "content", "decision", "community")
FILTERS = ("type", "queue", "error")
HOUR = 3600
_MOST_HOURS = 8_000


@pages.get(HERE)
def city() -> str:
    """Show how full the queues and outboxes of every service are."""
    return flask.render_template("ops.html", rows=[(name, _state(name)) for name in SERVICES])


@pages.get(f"{HERE}/<service>")
def letters(service: str) -> str:
    """Show the dead letters of a service."""
    return _letters(service)


@pages.post(f"{HERE}/<service>")
def act(service: str) -> Page:
    """Send letters back or throw them away: those that were ticked, or all that fit."""
    _known(service)
    check_form()
    form = flask.request.form
    what = "drop" if form.get("act") == "drop" else "redrive"
    ids, reason = form.getlist("id"), form.get("reason", "").strip()[:300]
    if form.get("which") != "fitting" and not ids:
        return _letters(service, wrong="none"), 422
    if what == "drop" and len(reason) < 3:
        return _letters(service, wrong="reason"), 422
    body = _asked() | ({"all": True} if form.get("which") == "fitting" else {"ids": ids})
    done = member.api("POST", _path(service, what), body=body | ({"reason": reason} if what == "drop" else {})).json
    return _after(service, what, done)


def _after(service: str, what: str, done: dict[str, Any]) -> Response:
    told = {"klaar": done["done"], "geweigerd": done["refused"], "wat": what} | ({"meer": "ja"} if done["more"] else {})
    kept = {name: value for name in (*FILTERS, "uren") if (value := flask.request.form.get(name, ""))}
    return flask.redirect(flask.url_for("ops.letters", service=service, **kept, **told), 303)


def _letters(service: str, *, wrong: str = "") -> str:
    _known(service)
    query = {name: str(value) for name, value in _asked().items()} | {"limit": "100"}
    found = member.api("GET", f"/{service}/v1/ops/dead-letters", query=query).json
    return flask.render_template(
        "ops_letters.html",
        service=service,
        found=found,
        fitting=sum(group["number"] for group in found["groups"]),
        asked={name: _given(name)[:160] for name in (*FILTERS, "uren")},
        told=_told(),
        wrong=wrong,
    )


def _state(service: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = member.api("GET", f"/{service}/v1/ops/state").json
    except ApiAway:
        return None
    return found


def _asked() -> dict[str, Any]:
    """Return the filter as the API takes it."""
    named: dict[str, Any] = {name: value[:160] for name in FILTERS if (value := _given(name))}
    hours = _given("uren")
    return named | ({"older_than": min(int(hours), _MOST_HOURS) * HOUR} if _is_number(hours) else {})


def _told() -> dict[str, Any] | None:
    """Return what the last act did, as its redirect says."""
    args = flask.request.args
    done, refused = args.get("klaar", ""), args.get("geweigerd", "")
    if not (_is_number(done) and _is_number(refused)):
        return None
    what = "drop" if args.get("wat") == "drop" else "redrive"
    return {"done": int(done), "refused": int(refused), "what": what, "more": "meer" in args}


def _given(name: str) -> str:
    source = flask.request.form if flask.request.method == "POST" else flask.request.args
    return source.get(name, "").strip()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9


def _known(service: str) -> None:
    if service not in SERVICES:
        flask.abort(404)


def _path(service: str, what: str) -> str:
    return f"/{segment(service)}/v1/ops/dead-letters/{what}"
