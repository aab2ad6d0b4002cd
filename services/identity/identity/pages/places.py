"""The page of where one is signed in: each browser and app, and the way to end them."""

from __future__ import annotations

from contextlib import suppress

import flask

from identity.pages import desk
from identity.pages.forms import Form
from identity.usecases import sessions
from identity.usecases.sessions import Person
from pijnstad_kit.problems import NotFound


@desk.members_only
def signed_in_places(person: Person, form: Form) -> flask.Response:
    """Show where somebody is signed in; end one place, or all others."""
    ports = desk.ports()
    if desk.refused(form):
        found = sessions.places(person.account.id, ports)
        return desk.show("places.html", person, form, places=found, here=person.sid, spoken=desk.language())
    chosen = form.values.get("place", "")
    if chosen == "others":
        sessions.end_other_places(person.account.id, person.sid, ports)
        return desk.done("/account/places", "places")
    with suppress(NotFound):  # it ended a moment ago: what was wanted is so
        sessions.end_place(person.account.id, chosen, ports)
    return desk.done("/account/places", "place")
