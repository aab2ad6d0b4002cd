"""The pages of the second step and of passkeys: on and off on one's account, and at signing in."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib.resources import files

import flask
import segno
from markupsafe import Markup

from identity.domain.people import NAME_LENGTH
from identity.errors import LinkSpent, TooManyTries, WrongCode, WrongPasskey
from identity.pages import desk, forms
from identity.pages.caller import caller
from identity.pages.credentials import guarded
from identity.pages.forms import Form
from identity.usecases import factors
from identity.usecases.factors import Setup
from identity.usecases.sessions import Person
from pijnstad_kit.problems import NotFound


@desk.members_only
def two_steps(person: Person, form: Form) -> flask.Response:
    """Turn the second step on or off, or make new recovery codes."""
    account, ports = person.account, desk.ports()
    setup = None
    if account.second_step is None:
        setup = factors.begin_setup(account, ports, form.values.get("token"))
    codes: list[str] = []
    if not desk.refused(form):
        guarded(form, "current_password", lambda: codes.extend(_changed(person, form, setup)))
        if not form.errors and not codes:
            return desk.done("/account", "second_step_off")
    if codes:
        return desk.show("recovery_codes.html", person, form, codes=codes)
    drawn = _drawn(setup.address) if setup else None
    return desk.show("two_steps.html", person, form, setup=setup, drawn=drawn, left=len(account.recovery_codes))


def second_step() -> flask.Response:
    """Take the code that comes after the password."""
    form = forms.read(flask.request.form)
    token = flask.request.values.get("token", "")
    if flask.request.method != "POST":
        return _second_step_page(token, form)
    if not desk.is_own(form):
        form.errors["form"] = "form.stale"
        return _second_step_page(token, form, 403)
    try:
        account, waiting = factors.second_step(token, form.values.get("code", ""), desk.browser(), desk.ports())
    except LinkSpent:
        return desk.done("/account/sign-in", "too_late")
    except WrongCode:
        form.errors["code"] = "second_step.wrong"
        return _second_step_page(token, form, 400)
    except TooManyTries as tries:
        desk.note_wait(form, tries)
        return _second_step_page(token, form, 429)
    return desk.signed_in(account, waiting)


@desk.members_only
def passkeys(person: Person, form: Form) -> flask.Response:
    """Show one's passkeys; add, rename or remove one."""
    if not desk.refused(form):
        done = _changed_passkeys(person, form)
        if not form.errors:
            return desk.done("/account/passkeys", done)
    question = desk.ports().passkeys.question_to_add(person.account, desk.browser())
    return desk.show("passkeys.html", person, form, question=question, scripted=True)


def sign_in_by_passkey() -> flask.Response:
    """Sign somebody in with a passkey."""
    form = forms.read(flask.request.form)
    waiting = form.values.get("flow")
    if not desk.is_own(form):
        return desk.stale("sign_in.html", form, waiting)
    try:
        account = factors.sign_in_by_passkey(form.values.get("answer", ""), desk.browser(), caller(), desk.ports())
    except (WrongPasskey, NotFound):
        form.errors["form"] = "passkey.refused"
        return desk.form_page("sign_in.html", form, waiting, 400)
    except TooManyTries as tries:
        return desk.wait("sign_in.html", form, waiting, tries)
    return desk.signed_in(account, waiting)


def passkeys_script() -> flask.Response:
    """Serve the one script of these pages: what a browser needs to be asked for a passkey."""
    response = flask.Response(_script(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _changed(person: Person, form: Form, setup: Setup | None) -> list[str]:
    account, password, ports = person.account, form.values.get("current_password", ""), desk.ports()
    if setup is not None:
        try:
            return factors.turn_on(account, setup, form.values.get("code", ""), password, ports)
        except WrongCode:
            form.errors["code"] = "second_step.wrong"
            return []
    if form.values.get("do") == "codes":
        return factors.renew_codes(account, password, ports)
    factors.turn_off(account, password, ports)
    return []


def _second_step_page(token: str, form: Form, status: int = 200) -> flask.Response:
    return desk.form_page("second_step.html", form, None, status, token=token)


def _changed_passkeys(person: Person, form: Form) -> str:
    """Do what the form asks, and return the word for it."""
    account, ports = person.account, desk.ports()
    name, chosen = form.values.get("name", "").strip()[:NAME_LENGTH], form.values.get("passkey", "")
    if form.values.get("do") == "add":
        guarded(form, "current_password", lambda: _add(person, form, name))
        return "passkey"
    with suppress(NotFound):  # it was removed a moment ago
        if form.values.get("do") == "rename" and name:
            factors.rename_passkey(account, chosen, name, ports)
        elif form.values.get("do") == "remove":
            factors.remove_passkey(account, chosen, ports)
            return "passkey_gone"
    return "passkey_named"


def _add(person: Person, form: Form, name: str) -> None:
    name = name or forms.device(flask.request.headers.get("User-Agent", "")) or "Passkey"
    password, answer = form.values.get("current_password", ""), form.values.get("answer", "")
    try:
        factors.add_passkey(person.account, password, answer, name, desk.browser(), desk.ports())
    except WrongPasskey:
        form.errors["form"] = "passkey.not_made"


def _drawn(address: str) -> Markup:
    """Return a QR code as SVG, dark on light by day and night, since that is what cameras read."""
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=3, dark="#000", light="#fff", omitsize=True)
    return Markup(drawn)  # nosec B704 - drawn here, holds no text


@cache
def _script() -> bytes:
    return (files("identity.pages") / "passkeys.js").read_bytes()
