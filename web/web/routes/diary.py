"""The diary: the two-tap entry, consent at first use, thanks, and the suggestion when it comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask
from werkzeug.wrappers import Response

from web import member, suggestions
from web.answers import Page
from web.api import segment
from web.diary import NothingGiven, Typed, WrongHours, entry_from, key_of, typed_from_form, typed_from_json
from web.errors import ApiAway, ApiRefused, FormExpired, SessionEnded
from web.forms import diary_form
from web.language import t
from web.ports import ports
from web.routes.account import begin
from web.security import check_form

pages = flask.Blueprint("diary", __name__)
HERE = "/zelfmanagement/dagboek"
PURPOSES = ("diary", "suggestions")


@pages.get("/zelfmanagement")
def square() -> str:
    """Show what there is on the Zelfmanagement-plein."""
    return flask.render_template("square.html", district="selfcare")


@pages.get(HERE)
def write() -> Page:
    """Show the entry; ask for consent first where nobody was asked yet."""
    if not member.is_signed_in():
        return flask.render_template("diary_invite.html", district="selfcare")
    if not _consents()["diary"]["given"]:
        return flask.redirect(f"{HERE}/toestemming", 303)
    draft = member.signed_in().draft
    if draft is not None:
        return diary_form(typed_from_json(draft), message=t("diary.resumed"))
    return diary_form(Typed())


@pages.post(HERE)
def save() -> Page:
    """Keep an entry. Whatever goes wrong, what was typed is shown again."""
    typed = typed_from_form(flask.request.form)
    try:
        member.signed_in()
        check_form()
        return _keep(typed)
    except SessionEnded:
        return _lost(typed)
    except FormExpired:
        return diary_form(typed, message=t("diary.form_expired")), 403
    except NothingGiven:
        return diary_form(typed, error=t("diary.none")), 422
    except WrongHours:
        return diary_form(typed, error=t("diary.hours.wrong"), wrong="sleep_hours"), 422
    except ApiRefused as problem:
        return _refused(typed, problem)
    except ApiAway:
        return diary_form(typed, message=t("diary.not_saved")), 503


@pages.post(f"{HERE}/concept")
def sign_in_with_draft() -> Response:
    """Keep what was typed, sealed, while its writer signs in again."""
    check_form()
    return begin(HERE, typed_from_form(flask.request.form).as_json())


@pages.get(f"{HERE}/bewaard/<entry_id>")
def saved(entry_id: str) -> str:
    """Say thanks; show the crisis card when the entry has one, else the suggestion when it is there."""
    entry = member.api("GET", f"/selfcare/v1/diary/{segment(entry_id)}").json
    found = None if entry.get("card") else suggestions.for_entry(entry_id)
    return flask.render_template(
        "diary_saved.html",
        district="selfcare",
        entry=entry,
        suggestion=found.suggestion if found else None,
        consent=found.consent if found else True,
        outcome=found.outcome if found else None,
        changed=flask.request.args.get("veranderd") == "ja",
        looked=flask.request.args.get("gekeken") == "ja",
    )


@pages.get(f"{HERE}/bewaard/<entry_id>/tip")
def card(entry_id: str) -> Page:
    """Give the suggestion's card alone, or why there is none, for the page that waits; 204 while nothing is known."""
    found = suggestions.for_entry(entry_id)
    if found.suggestion is None and found.outcome is None:
        return "", 204
    return flask.render_template("parts/suggestion_alone.html", suggestion=found.suggestion, outcome=found.outcome)


@pages.post(f"{HERE}/kaartje")
def ticket() -> tuple[Mapping[str, Any], int]:
    """Get a one-time ticket, with which the browser listens at the gateway itself."""
    check_form()
    return member.api("POST", "/v1/stream/tickets").json, 201


@pages.get(f"{HERE}/toestemming")
def consents() -> str:
    """Ask what may be kept and what may be done with it, each purpose by itself."""
    member.signed_in()
    return flask.render_template(
        "consents.html", district="selfcare", consents=_consents(), kept="bewaard" in flask.request.args
    )


@pages.post(f"{HERE}/toestemming")
def answer_consents() -> Page:
    """Keep the answers; a yes leads to the diary, a no is fine."""
    check_form()
    known = _consents()
    answers = {purpose: flask.request.form.get(purpose) for purpose in PURPOSES}
    if not set(answers.values()) <= {"yes", "no"}:
        page = flask.render_template(
            "consents.html", district="selfcare", consents=known, answers=answers, missing=True
        )
        return page, 422
    read = {purpose: flask.request.form.get(f"{purpose}_version", "") for purpose in PURPOSES}
    if any(read[purpose] != known[purpose]["version"] for purpose in PURPOSES):
        page = flask.render_template(
            "consents.html", district="selfcare", consents=known, answers=answers, changed=True
        )
        return page, 409
    for purpose, answer in answers.items():
        member.api("PUT", f"/identity/v1/consents/{purpose}", body={"given": answer == "yes", "version": read[purpose]})
    first_yes = answers["diary"] == "yes" and not known["diary"]["given"]
    return flask.redirect(HERE if first_yes else f"{HERE}/toestemming?bewaard", 303)


def _keep(typed: Typed) -> Response:
    entry = entry_from(typed)
    kept = member.api("POST", "/selfcare/v1/diary", body=entry, headers={"Idempotency-Key": key_of(typed, entry)}).json
    current = member.signed_in()
    if current.draft is not None:
        ports().sessions.drop_draft(current.key)
    return flask.redirect(f"{HERE}/bewaard/{segment(kept['id'])}", 303)


def _lost(typed: Typed) -> tuple[str, int]:
    member.visitor()
    return diary_form(typed, message=t("diary.lost_session"), sign_in=True), 401


def _refused(typed: Typed, problem: ApiRefused) -> Page:
    if problem.slug == "consent-needed":
        ports().sessions.keep_draft(member.signed_in().key, typed.as_json())
        return flask.redirect(f"{HERE}/toestemming", 303)
    return diary_form(typed, error=t("diary.not_fitting", detail=problem.detail)), 422


def _consents() -> dict[str, Any]:
    found = member.api("GET", "/identity/v1/consents").json
    return {one["purpose"]: one for one in found["items"] if one["purpose"] in PURPOSES}
