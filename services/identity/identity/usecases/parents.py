"""A parent's yes for somebody of 12 to 15 (docs/adr/0013): asked by mail, given and taken back at one link.

The parent learns the name the child goes by and what is asked, and nothing else: not what the child reads, writes, or where.
"""

from __future__ import annotations

from dataclasses import dataclass

from identity.domain.consents import PURPOSES
from identity.domain.people import Address
from identity.errors import LinkSpent
from identity.ports import Ports
from identity.store.accounts import Account, Change
from identity.store.counters import Limit
from identity.usecases import mail
from identity.usecases.accounts import changed, within
from identity.usecases.consents import withdrawals
from pijnstad_kit.store.documents import now

_HOUR = 3600
_UNTIL_SIXTEEN = 4 * 366 * 24 * 60  # minutes


@dataclass(frozen=True, slots=True)
class Child:
    """Hold what a parent sees: what the child is called, and whether the parent has agreed."""

    member: str
    name: str
    agreed: bool


def ask_parent(account: Account, to: Address, ports: Ports) -> None:
    """Send a parent the link. Errors: TooManyTries."""
    within(Limit("mail to", ports.settings.mails_per_recipient, _HOUR), to.key, ports)
    within(Limit("ask parent", ports.settings.mails_per_recipient, _HOUR), account.id, ports)
    token, until = ports.proofs.make("parent", {}, _UNTIL_SIXTEEN, account.id)
    values = {"name": account.name, "link": f"{ports.issuer}/account/parent?token={token}"}
    mail.write("parent_asked", to.written, account.language, values, ports, useless_after=until)


def child(token: str, ports: Ports) -> Child:
    """Return what a parent's link is about. Errors: LinkSpent."""
    proof = ports.proofs.read("parent", token)
    account = ports.accounts.get(proof.member) if proof and proof.member else None
    if account is None or account.disabled or account.age != "12":
        raise LinkSpent
    return Child(account.id, account.name, bool(account.parent_consents))


def answer(token: str, agreed: bool, ports: Ports) -> None:
    """Take a parent's yes, or take it back: then what the child agreed to ends too. Errors: LinkSpent, Conflict."""
    found = child(token, ports)

    def make(account: Account) -> Change:
        if agreed:
            return Change(set={"parent_consents": list(PURPOSES)})
        receipts, events = withdrawals(account, now())
        pushed = {"receipts": {"$each": receipts}} if receipts else {}
        return Change(set={"parent_consents": []}, push=pushed, events=events)

    changed(found.member, make, ports)
