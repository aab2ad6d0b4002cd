"""Demo accounts of a development city. In production there are none."""

from __future__ import annotations

from identity.domain.people import address
from identity.errors import AddressTaken
from identity.ports import Ports
from identity.store.accounts import NewAccount
from pijnstad_contracts.identity import AccountRegistered, Audience
from pijnstad_kit.ids import derived_id
from pijnstad_kit.store.aggregates import Recorded

PEOPLE: tuple[tuple[str, str, Audience], ...] = (
    ("anna@pijnstad.example", "Anna", "person_in_pain"),
    ("piet@pijnstad.example", "Piet", "partner"),
)


class NotHere(RuntimeError):
    """Say that demo accounts are refused."""


def make_demo_accounts(ports: Ports) -> list[str]:
    """Make the demo accounts that are not there yet; return the addresses of all. Errors: NotHere."""
    if ports.settings.production:
        raise NotHere("Demo accounts are refused in production.")
    if ports.settings.demo_password is None:
        raise NotHere("PIJNSTAD_DEMO_PASSWORD is missing.")
    for email, name, audience in PEOPLE:
        _make(email, name, audience, ports.settings.demo_password.get_secret_value(), ports)
    return [email for email, _, _ in PEOPLE]


def _make(email: str, name: str, audience: Audience, password: str, ports: Ports) -> None:
    found = address(email)
    if ports.accounts.by_address(found.key) is not None:
        return
    new = NewAccount(derived_id("demo", found.key), found, name, "nl", audience, ports.passwords.hash(password))
    registered = AccountRegistered(account_id=new.id, audience=audience, language="nl")
    try:
        ports.accounts.add(new, [Recorded(registered, member=new.id)])
    except AddressTaken:  # somebody made it in the meantime
        return
