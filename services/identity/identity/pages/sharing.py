"""The pages of sharing: what one lets others see and gets to see, and the link with which it begins."""

from __future__ import annotations

from contextlib import suppress

import flask

from identity.domain.people import NotAName, called
from identity.domain.shares import DAYS, PARTS
from identity.errors import LinkSpent, TooManyTries
from identity.pages import desk, forms
from identity.pages.forms import Form
from identity.usecases import shares
from identity.usecases.sessions import Person
from pijnstad_kit.problems import Conflict, NotFound


@desk.members_only
def my_shares_page(person: Person, form: Form) -> flask.Response:
    """Show what is shared; begin or end a share."""
    if not desk.refused(form):
        done = _changed(person, form)
        if not form.errors:
            return desk.done("/account/shares", done)
    ports = desk.ports()
    return desk.show(
        "shares.html",
        person,
        form,
        given=shares.given(person.account),
        received=shares.received(person.account.id, ports),
        parts=PARTS,
        days=[str(days) for days in DAYS],
        chosen=[part for part in PARTS if form.values.get(f"part-{part}")],
    )


@desk.members_only
def share(person: Person, form: Form) -> flask.Response:
    """Show what somebody shares, and take the yes or no."""
    token, ports = flask.request.values.get("token", ""), desk.ports()
    try:
        asked = shares.asked(token, ports)
        if asked.owner == person.account.id:
            raise LinkSpent
        if not desk.refused(form):
            if form.values.get("agreed") != "yes":
                ports.proofs.take("share", token)
                return desk.done("/account/shares", "share_refused")
            shares.accept(token, person.account.id, ports)
            return desk.done("/account/shares", "share")
    except (LinkSpent, Conflict, NotFound):
        return desk.trouble("link", 400)
    return desk.show("share.html", person, form, asked=asked, token=token)


def _changed(person: Person, form: Form) -> str:
    ports, chosen = desk.ports(), form.values.get("share", "")
    if form.values.get("do") == "ask":
        _ask(person, form)
        return "share_asked"
    with suppress(NotFound):  # it ended a moment ago
        if form.values.get("do") == "leave":
            shares.give_back(person.account.id, chosen, ports)
        else:
            shares.revoke(person.account.id, chosen, ports)
    return "share_ended"


def _ask(person: Person, form: Form) -> None:
    to = forms.signing_in(form)
    parts = [part for part in PARTS if form.values.get(f"part-{part}") == "yes"]
    days = next((days for days in DAYS if form.values.get("days") == str(days)), None)
    try:
        name = called(form.values.get("name", ""))
    except NotAName:
        form.errors["name"] = "shares.name.wrong"
    if not parts:
        form.errors["parts"] = "shares.parts.wrong"
    if days is None:
        form.errors["days"] = "shares.days.wrong"
    if form.errors or to is None or days is None:
        return
    try:
        shares.ask(person.account, to, name, parts, days, desk.ports())
    except TooManyTries as tries:
        desk.note_wait(form, tries)
