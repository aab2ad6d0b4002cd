"""The pages of registering: the form, the mail that was sent, the link that came back; and the mails a trial city caught."""

from __future__ import annotations

import re

import flask
from markupsafe import Markup, escape

from identity.errors import AddressTaken, LinkSpent, TooManyTries, WrongSignIn
from identity.oauth import flow
from identity.pages import cookies, desk, forms, render
from identity.pages.caller import caller
from identity.pages.forms import Form
from identity.usecases import registering
from pijnstad_kit.problems import NotFound

_LINK = re.compile(r"https?://\S+")


def show_register() -> flask.Response:
    """Show the registration form."""
    waiting = flask.request.args.get("flow")
    hint = flow.waiting_parameter(waiting, "login_hint", desk.ports()) if waiting else None
    return desk.form_page("register.html", Form({"email": hint or "", "language": desk.language(waiting)}), waiting)


def register() -> flask.Response:
    """Send the mail that confirms an address. Whether it has an account already is told by that mail alone."""
    ports, form = desk.ports(), forms.read(flask.request.form)
    waiting = form.values.get("flow")
    if not desk.is_own(form):
        return desk.stale("register.html", form, waiting)
    asked = forms.registration(form)
    if asked is None:
        return desk.form_page("register.html", form, waiting, 400)
    try:
        registering.ask(asked, cookies.presented(ports.settings) or "", waiting, caller(), ports)
    except TooManyTries as tries:
        return desk.wait("register.html", form, waiting, tries)
    return render.go("/account/mail-sent")


def mail_sent() -> flask.Response:
    """Say that a mail is on its way."""
    settings = desk.ports().settings
    return render.page("mail_sent.html", settings, desk.language(), {"caught": settings.shows_mails})


def show_confirm() -> flask.Response:
    """Show what a link from a mail would confirm; opening it changes nothing, since mail programs open links too."""
    return _confirm_page(flask.request.args.get("token", ""), Form({}))


def confirm() -> flask.Response:
    """Make the account and sign its person in."""
    ports, form = desk.ports(), forms.read(flask.request.form)
    token = form.values.get("token", "")
    if not desk.is_own(form):
        form.errors["form"] = "form.stale"
        return _confirm_page(token, form, 403)
    try:
        account, waiting = registering.confirm(
            token, form.values.get("password", ""), cookies.presented(ports.settings), ports
        )
    except (LinkSpent, AddressTaken):
        return desk.trouble("link", 400)
    except WrongSignIn:
        form.errors["password"] = "confirm.wrong"
        return _confirm_page(token, form, 400)
    except TooManyTries as tries:
        desk.note_wait(form, tries)
        return _confirm_page(token, form, 429)
    return desk.signed_in(account, waiting)


def caught_mails() -> flask.Response:
    """Show the mails that a trial city caught; elsewhere there is no such page."""
    _only_in_a_trial_city()
    mails = [(mail, _with_links(mail.body)) for mail in desk.ports().caught.newest()]
    return render.page("mails.html", desk.ports().settings, desk.language(), {"mails": mails})


def caught_mails_as_data() -> flask.Response:
    """The same for programs: the newest mails, of one address where it is given."""
    _only_in_a_trial_city()
    mails = desk.ports().caught.newest(flask.request.args.get("to"))
    rows = [{"to": mail.to, "subject": mail.subject, "body": mail.body, "at": mail.at.isoformat()} for mail in mails]
    return flask.jsonify({"items": rows})


def _confirm_page(token: str, form: Form, status: int = 200) -> flask.Response:
    ports = desk.ports()
    try:
        found = registering.waiting(token, cookies.presented(ports.settings), ports)
    except LinkSpent:
        return desk.trouble("link", 400)
    return desk.form_page("confirm.html", form, None, status, found=found, token=token)


def _only_in_a_trial_city() -> None:
    if not desk.ports().settings.shows_mails:
        raise NotFound()


def _with_links(body: str) -> Markup:
    """Return a mail's words as HTML, its addresses as links."""
    parts, last = [], 0
    for found in _LINK.finditer(body):
        parts += [escape(body[last : found.start()]), Markup('<a href="{0}">{0}</a>').format(found[0])]
        last = found.end()
    return Markup("").join([*parts, escape(body[last:])])
