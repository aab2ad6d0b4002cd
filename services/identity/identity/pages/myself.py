"""The pages of what somebody says about themselves, and of closing the account."""

from __future__ import annotations

import flask

from identity.domain.people import AGES, LANGUAGES, WISHES, NotAName, called
from identity.pages import cookies, desk, render
from identity.pages.credentials import guarded
from identity.pages.forms import CHOICES, Form
from identity.usecases.myself import Myself, change_myself, close_account
from identity.usecases.sessions import Person
from pijnstad_kit.problems import Invalid


@desk.members_only
def about_me(person: Person, form: Form) -> flask.Response:
    """Change name, audience, language and wishes."""
    if desk.refused(form):
        account = person.account
        shown = {"name": account.name, "audience": account.audience, "language": account.language, "age": account.age}
        shown |= {f"wish-{wish}": "yes" for wish in account.wishes}
        return _about_page(person, form if form.errors else Form(shown))
    asked = _asked(form)
    if asked is None:
        return _about_page(person, form)
    try:
        account = change_myself(person.account.id, asked, desk.ports())
    except Invalid:
        form.errors["audience"] = "register.audience.young"
        return _about_page(person, form)
    response = desk.done("/account", "about_me")
    render.remember(response, account.language, desk.ports().settings)
    return response


@desk.members_only
def close(person: Person, form: Form) -> flask.Response:
    """Close the account, after the password and a tick."""
    if not desk.refused(form):
        if form.values.get("sure") != "yes":
            form.errors["sure"] = "close.sure.wrong"
        else:
            password = form.values.get("current_password", "")
            guarded(form, "current_password", lambda: close_account(person.account, password, desk.ports()))
        if not form.errors:
            response = render.go("/account/closed")
            cookies.take_back(response, desk.ports().settings)
            return response
    return desk.show("close.html", person, form)


def closed() -> flask.Response:
    """Say goodbye."""
    return render.page("closed.html", desk.ports().settings, desk.language(), {})


def _about_page(person: Person, form: Form) -> flask.Response:
    return desk.show("about_me.html", person, form, audiences=CHOICES, wishes=WISHES, languages=LANGUAGES)


def _asked(form: Form) -> Myself | None:
    audience = next((one for one in CHOICES if one == form.values.get("audience")), None)
    language = next((one for one in LANGUAGES if one == form.values.get("language")), None)
    name = ""
    try:
        name = called(form.values.get("name", ""))
    except NotAName:
        form.errors["name"] = "register.name.wrong"
    if audience is None:
        form.errors["audience"] = "register.audience.wrong"
    if language is None:
        form.errors["language"] = "register.language.wrong"
    age = next((one for one in AGES if one == form.values.get("age")), None)
    wishes = [wish for wish in WISHES if form.values.get(f"wish-{wish}") == "yes"]
    return None if form.errors else Myself(name, language, audience, wishes, age)
