"""The page of one's own account: what there is to see and to change."""

from __future__ import annotations

import flask

from identity.pages import desk
from identity.pages.forms import Form
from identity.usecases.sessions import Person

MENU = (
    (
        "signing_in",
        (
            ("password", "/account/password"),
            ("address", "/account/address"),
            ("two_steps", "/account/two-steps"),
            ("passkeys", "/account/passkeys"),
            ("places", "/account/places"),
        ),
    ),
    (
        "yours",
        (
            ("about_me", "/account/about-me"),
            ("consents", "/account/consents"),
            ("shares", "/account/shares"),
            ("close", "/account/close"),
        ),
    ),
)
YOUNG = ("young", (("parent_ask", "/account/parent-ask"),))
WORK = ("work", (("roles", "/account/admin/roles"), ("clients", "/account/admin/clients")))


@desk.members_only
def show_account(person: Person, form: Form) -> flask.Response:
    """Show who is signed in."""
    young = (YOUNG,) if person.account.age == "12" else ()
    work = (WORK,) if "admin" in person.account.roles else ()
    return desk.show("account.html", person, form, menu=MENU + young + work)
