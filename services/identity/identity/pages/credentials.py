"""The pages of password and address: changing them, and choosing a new password by a link from a mail."""

from __future__ import annotations

from collections.abc import Callable

import flask

from identity.errors import LinkSpent, TooManyTries, WrongSignIn
from identity.pages import desk, forms, render
from identity.pages.caller import caller
from identity.pages.forms import Form
from identity.usecases import credentials
from identity.usecases.sessions import Person


@desk.members_only
def change_password(person: Person, form: Form) -> flask.Response:
    """Change one's password."""
    if desk.refused(form):
        return desk.show("password.html", person, form)
    new = form.values.get("new_password", "")
    forms.check_password(form, "new_password", new, (person.account.name, person.account.email_key))
    if not form.errors:
        current = form.values.get("current_password", "")
        guarded(form, "current_password", lambda: credentials.change_password(person, current, new, desk.ports()))
    return desk.show("password.html", person, form) if form.errors else desk.done("/account", "password")


@desk.members_only
def change_address(person: Person, form: Form) -> flask.Response:
    """Ask for another e-mail address."""
    if desk.refused(form):
        return desk.show("address.html", person, form)
    address = forms.signing_in(form)
    if address is not None:
        password = form.values.get("current_password", "")
        guarded(
            form,
            "current_password",
            lambda: credentials.ask_address_change(person, password, address, desk.ports()),
        )
    return desk.show("address.html", person, form) if form.errors else render.go("/account/mail-sent")


def new_address() -> flask.Response:
    """Confirm a new address by the link in its mail."""
    token, form = _token(), forms.read(flask.request.form)
    try:
        address = credentials.changing_address(token, desk.ports())
        if flask.request.method == "POST" and desk.is_own(form):
            credentials.confirm_address(token, desk.ports())
            return desk.done("/account", "address")
    except LinkSpent:
        return desk.trouble("link", 400)
    return desk.form_page("new_address.html", form, None, token=token, address=address)


def recover() -> flask.Response:
    """Ask for a link to choose a new password. The answer is the same for every address."""
    form = forms.read(flask.request.form)
    waiting = form.values.get("flow") or flask.request.args.get("flow")
    if flask.request.method != "POST":
        return desk.form_page("recover.html", form, waiting)
    if not desk.is_own(form):
        return desk.stale("recover.html", form, waiting)
    address = forms.signing_in(form)
    if address is None:
        return desk.form_page("recover.html", form, waiting, 400)
    try:
        credentials.ask_recovery(address, caller(), desk.ports())
    except TooManyTries as tries:
        return desk.wait("recover.html", form, waiting, tries)
    return render.go("/account/mail-sent")


def new_password() -> flask.Response:
    """Choose a new password by the link in a mail. Signing in comes after it, so that the second step is asked too."""
    token, form = _token(), forms.read(flask.request.form)
    try:
        account = credentials.recovering(token, desk.ports())
        if flask.request.method == "POST":
            new = form.values.get("new_password", "")
            forms.check_password(form, "new_password", new, (account.name, account.email_key))
            if not desk.is_own(form):
                form.errors = {"form": "form.stale"}
            if not form.errors:
                credentials.recover(token, new, desk.ports())
                return desk.done("/account/sign-in", "recovered")
    except LinkSpent:
        return desk.trouble("link", 400)
    status = 400 if form.errors else 200
    return desk.form_page("new_password.html", form, None, status, token=token, email=account.email)


def guarded(form: Form, name: str, work: Callable[[], None]) -> None:
    """Do what asks for the password; note in the form when it does not fit, or came too often."""
    try:
        work()
    except WrongSignIn:
        form.errors[name] = "password.not_yours"
    except TooManyTries as tries:
        desk.note_wait(form, tries)


def _token() -> str:
    return flask.request.values.get("token", "")
