"""My days: what was written, newest first; changing it and taking it away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import flask
from werkzeug.wrappers import Response

from web import member
from web.answers import Page
from web.api import segment
from web.diary import NothingGiven, Typed, WrongHours, change_from, has_other_parts, typed_from_entry, typed_from_form
from web.errors import ApiAway, ApiRefused, FormExpired, SessionEnded
from web.forms import diary_form
from web.language import clock, day, t
from web.security import check_form

pages = flask.Blueprint("days", __name__)
HERE = "/zelfmanagement/dagboek/dagen"
PAGE = "20"


@pages.get(HERE)
def days() -> str:
    """List a page of entries."""
    cursor = flask.request.args.get("vanaf", "")
    query = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
    found = member.api("GET", "/selfcare/v1/diary", query=query).json
    return flask.render_template(
        "days.html",
        district="selfcare",
        entries=found["items"],
        next=found.get("next"),
        first=not cursor,
        removed="weg" in flask.request.args,
        has_other_parts=has_other_parts,
    )


@pages.get(f"{HERE}/<entry_id>")
def edit(entry_id: str) -> str:
    """Show an entry in the form."""
    entry, version = _entry(entry_id)
    return _form(entry, version, typed_from_entry(entry))


@pages.post(f"{HERE}/<entry_id>")
def change(entry_id: str) -> Page:
    """Change an entry; of two changes at once the second is asked first."""
    typed = typed_from_form(flask.request.form)
    try:
        member.signed_in()
        check_form()
        entry, version = _entry(entry_id)
    except SessionEnded:
        member.visitor()
        return diary_form(typed, message=t("diary.lost_session"), sign_in=True), 401
    except (FormExpired, ApiAway) as error:
        return _unread(entry_id, typed, error)
    return _change(entry, version, typed)


@pages.get(f"{HERE}/<entry_id>/weg")
def ask_removal(entry_id: str) -> str:
    """Ask once before something is taken away."""
    entry, version = _entry(entry_id)
    return flask.render_template("day_remove.html", district="selfcare", entry=entry, version=version, when=when(entry))


@pages.post(f"{HERE}/<entry_id>/weg")
def remove(entry_id: str) -> Response:
    """Take an entry away."""
    check_form()
    member.api("DELETE", _path(entry_id), headers={"If-Match": flask.request.form.get("version", "")})
    return flask.redirect(f"{HERE}?weg", 303)


def when(entry: dict[str, Any]) -> str:
    """Return when an entry was, in words."""
    moment = datetime.fromisoformat(entry["ended_at"])
    return t("days.at", day=day(moment), time=clock(moment))


def _change(entry: dict[str, Any], version: str, typed: Typed) -> Page:
    asked = flask.request.form.get("version") or version
    try:
        member.api("PATCH", _path(entry["id"]), body=change_from(typed, entry), headers={"If-Match": asked})
    except NothingGiven:
        return _form(entry, asked, typed, error=t("diary.none")), 422
    except WrongHours:
        return _form(entry, asked, typed, error=t("diary.hours.wrong"), wrong="sleep_hours"), 422
    except ApiAway:
        return _form(entry, asked, typed, message=t("diary.not_saved")), 503
    except ApiRefused as problem:
        if problem.status == 412:
            return _form(entry, version, typed, message=t("edit.stale")), 412
        return _form(entry, asked, typed, error=t("diary.not_fitting", detail=problem.detail)), 422
    return flask.redirect(f"/zelfmanagement/dagboek/bewaard/{segment(entry['id'])}?veranderd=ja", 303)


def _unread(entry_id: str, typed: Typed, error: Exception) -> tuple[str, int]:
    expired = isinstance(error, FormExpired)
    message = t("diary.form_expired") if expired else t("diary.not_saved")
    version = flask.request.form.get("version", "")
    page = diary_form(typed, message=message, action=f"{HERE}/{entry_id}", version=version, title="edit.title")
    return page, 403 if expired else 503


def _form(entry: dict[str, Any], version: str, typed: Typed, **more: Any) -> str:
    return diary_form(
        typed, action=f"{HERE}/{entry['id']}", version=version, title="edit.title", when=when(entry), **more
    )


def _entry(entry_id: str) -> tuple[dict[str, Any], str]:
    answer = member.api("GET", _path(entry_id))
    return answer.json, answer.headers.get("etag") or f'"{answer.json["version"]}"'


def _path(entry_id: str) -> str:
    return f"/selfcare/v1/diary/{segment(entry_id)}"
