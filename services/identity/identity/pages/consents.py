"""The page of what somebody agreed to: purpose by purpose, changed as easily as it was given, with receipts to keep."""

from __future__ import annotations

import flask

from identity.domain.consents import PURPOSES
from identity.errors import ParentNeeded, TextChanged, TooManyTries
from identity.pages import desk
from identity.pages.forms import Form
from identity.usecases import consents
from identity.usecases.sessions import Person

PAGES = "pijnstad-web"  # the client in whose name the city's own pages answer


@desk.members_only
def my_consents_page(person: Person, form: Form) -> flask.Response:
    """Show every purpose; say yes, or take it back."""
    ports, spoken, member = desk.ports(), desk.language(), person.account.id
    purpose = next((one for one in PURPOSES if form.values.get("purpose") == one), None)
    if not desk.refused(form) and purpose is not None:
        try:
            consents.answer_consent(
                purpose,
                form.values.get("given") == "yes",
                member=member,
                client_id=PAGES,
                language=spoken,
                read=form.values.get("version"),
                ports=ports,
            )
            return desk.done("/account/consents", "consent")
        except ParentNeeded:
            form.errors["form"] = "consents.parent"
        except TextChanged:
            form.errors["form"] = "form.stale"
        except TooManyTries as tries:
            desk.note_wait(form, tries)
    states = consents.consents_of(member, ports)
    return desk.show("consents.html", person, form, states=states, spoken=spoken)


@desk.members_only
def consent_receipts(person: Person, form: Form) -> flask.Response:
    """Give somebody their receipts as a file."""
    answer = flask.jsonify(
        {"member": person.account.id, "receipts": consents.receipts_of(person.account.id, desk.ports())}
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="pijnstad-toestemming.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
