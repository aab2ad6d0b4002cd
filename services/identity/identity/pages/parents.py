"""The pages of a parent's yes: the child asks, the parent answers and can change their mind."""

from __future__ import annotations

import flask

from identity.errors import LinkSpent, TooManyTries
from identity.pages import desk, forms, render
from identity.pages.forms import Form
from identity.usecases import parents
from identity.usecases.sessions import Person
from pijnstad_kit.problems import Conflict, NotFound


@desk.members_only
def ask_parent(person: Person, form: Form) -> flask.Response:
    """Ask a parent; only for who is 12 to 15."""
    if person.account.age != "12":
        return render.go("/account")
    if not desk.refused(form):
        to = forms.signing_in(form)
        if to is not None:
            try:
                parents.ask_parent(person.account, to, desk.ports())
                return desk.done("/account/parent-ask", "parent_asked")
            except TooManyTries as tries:
                desk.note_wait(form, tries)
    return desk.show("parent_ask.html", person, form, agreed=bool(person.account.parent_consents))


def parent() -> flask.Response:
    """Take a parent's yes or no; the same link takes it back."""
    token, form = flask.request.values.get("token", ""), forms.read(flask.request.form)
    said = None
    try:
        if flask.request.method == "POST" and desk.is_own(form):
            said = "yes" if form.values.get("agreed") == "yes" else "no"
            parents.answer(token, said == "yes", desk.ports())
        found = parents.child(token, desk.ports())
    except (LinkSpent, NotFound, Conflict):
        return desk.trouble("link", 400)
    return desk.form_page("parent.html", form, None, token=token, child=found, said=said)
