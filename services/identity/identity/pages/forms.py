"""Reading the posted forms: every value a string of sane length, and what is wrong with it in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from werkzeug.datastructures import MultiDict

from identity.domain import passwords
from identity.domain.people import (
    AGES,
    FOR_ADULTS,
    LANGUAGES,
    Address,
    Age,
    Language,
    NotAnAddress,
    NotAName,
    address,
    called,
)
from identity.usecases.registering import Registration
from pijnstad_contracts.identity import Audience

_LONGEST = 2000
# "Child" is a child of somebody in pain; here a grown-up one.
CHOICES: tuple[Audience, ...] = get_args(Audience)


@dataclass(slots=True)
class Form:
    """Hold what was posted, without its passwords when it is shown again, and what is wrong field by field."""

    values: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    wait: int = 0
    because: str = ""

    def get(self, name: str) -> str:
        """Return a value as it was typed; nothing for a password."""
        return "" if "password" in name or name == "code" else self.values.get(name, "")


def read(posted: MultiDict[str, str]) -> Form:
    """Read a form: one string per field, too long ones cut off where no field is that long."""
    return Form({name: values[0][:_LONGEST] for name, values in posted.lists() if values})


def registration(form: Form) -> Registration | None:
    """Return what somebody registers with, or note in the form what is wrong."""
    found, name = _address(form), _name(form)
    language: Language | None = next((code for code in LANGUAGES if code == form.values.get("language")), None)
    audience: Audience | None = next((one for one in CHOICES if one == form.values.get("audience")), None)
    _note(form, "audience", audience is None, "register.audience.wrong")
    _note(form, "language", language is None, "register.language.wrong")
    age: Age | None = next((one for one in AGES if one == form.values.get("age")), None)
    young = form.values.get("age") == "under"
    _note(form, "age", age is None, "register.age.young" if young else "register.age.wrong")
    _note(form, "audience", age in ("16", "12") and audience in FOR_ADULTS, "register.audience.young")
    password = form.values.get("password", "")
    check_password(form, "password", password, [text for text in (name, found.key if found else None) if text])
    if form.errors or found is None or name is None or language is None or audience is None or age is None:
        return None
    return Registration(found, password, name, language, audience, age)


def check_password(form: Form, field: str, password: str, about: Iterable[str]) -> None:
    """Note in the form what is wrong with a new password, if anything; `about` is what others know of the person."""
    weak = passwords.weakness(password, about)
    _note(form, field, weak is not None, f"password.{weak}")


def signing_in(form: Form) -> Address | None:
    """Return the address somebody signs in with, or note in the form what is wrong."""
    return _address(form)


def _address(form: Form) -> Address | None:
    try:
        return address(form.values.get("email", ""))
    except NotAnAddress:
        form.errors["email"] = "form.email.wrong"
        return None


def _name(form: Form) -> str | None:
    try:
        return called(form.values.get("name", ""))
    except NotAName:
        form.errors["name"] = "register.name.wrong"
        return None


def _note(form: Form, name: str, wrong: bool, text: str) -> None:
    if wrong:
        form.errors[name] = text


_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device(agent: str) -> str:
    """Return a browser and its system in words, for its owner's own list: never more than that of what it sent."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part)
