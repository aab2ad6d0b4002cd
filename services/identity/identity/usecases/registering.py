"""Registering: the answer is the same whether an address has an account or not; the mail to that address tells which.

An account exists once its address is confirmed. Who confirms in another browser than the one that asked gives the password
once more, so that nobody confirms an account whose password a stranger chose.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from identity.domain.people import Address, Age, Language
from identity.errors import AddressTaken, LinkSpent, WrongSignIn
from identity.ports import Ports
from identity.store.accounts import Account, NewAccount
from identity.store.counters import Limit
from identity.store.fields import digest
from identity.usecases import mail
from identity.usecases.accounts import raised, within
from pijnstad_contracts.identity import AccountRegistered, Audience
from pijnstad_kit.ids import new_id
from pijnstad_kit.store.aggregates import Recorded

CONFIRM_PAGE = "/account/confirm"
_HOUR = 3600
_A_DAY = 24 * 60  # minutes


@dataclass(frozen=True, slots=True)
class Registration:
    """Hold what somebody registers with, already read and found good."""

    address: Address
    password: str
    name: str
    language: Language
    audience: Audience
    age: Age = "18"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Hold a registration that waits for its address to be confirmed. `same_browser`: by the browser that asked."""

    email: str
    name: str
    flow: str | None
    same_browser: bool


def ask(asked: Registration, browser: str, flow: str | None, caller: str, ports: Ports) -> None:
    """Send a mail to the address: to confirm it, or to say that it has an account. Both take the same work.

    `browser` is the cookie of the browser, `flow` the request that waits there, `caller` the network address.
    Errors: TooManyTries.
    """
    settings = ports.settings
    within(Limit("register", raised(settings.registrations_per_address, caller, ports), _HOUR), caller, ports)
    within(Limit("mail to", settings.mails_per_recipient, _HOUR), asked.address.key, ports)
    told = _told(asked, ports.passwords.hash(asked.password), browser, flow)
    token, until = ports.proofs.make("register", told, _A_DAY)
    there = ports.accounts.by_address(asked.address.key)
    if there is None:
        values = {"name": asked.name, "link": f"{ports.issuer}{CONFIRM_PAGE}?token={token}"}
        mail.write("confirm_registration", asked.address.written, asked.language, values, ports, useless_after=until)
    else:
        values = {"link": f"{ports.issuer}/account/sign-in"}
        mail.write("already_registered", there.email, there.language, values, ports, useless_after=until)


def waiting(token: str, browser: str | None, ports: Ports) -> Waiting:
    """Return what a link from a mail would confirm. Errors: LinkSpent."""
    proof = ports.proofs.read("register", token)
    if proof is None:
        raise LinkSpent
    return _waiting(proof.told, browser)


def confirm(token: str, password: str, browser: str | None, ports: Ports) -> tuple[Account, str | None]:
    """Make the account, and return it with the request that waits.

    Errors: LinkSpent, WrongSignIn, TooManyTries, AddressTaken.
    """
    found = waiting(token, browser, ports)
    if not found.same_browser:
        within(Limit("confirm", ports.settings.sign_ins_per_account), digest(token), ports)
        proof = ports.proofs.read("register", token)
        if proof is None or not ports.passwords.fits(password, proof.told["password_hash"]):
            raise WrongSignIn
    taken = ports.proofs.take("register", token)
    if taken is None:
        raise LinkSpent
    return _made(taken.told, ports), found.flow


def _made(told: Any, ports: Ports) -> Account:
    if ports.accounts.by_address(told["email_key"]) is not None:
        raise AddressTaken
    address = Address(told["email"], told["email_key"])
    new = NewAccount(
        new_id(), address, told["name"], told["language"], told["audience"], told["password_hash"], age=told["age"]
    )
    registered = AccountRegistered(account_id=new.id, audience=new.audience, language=new.language)
    return ports.accounts.add(new, [Recorded(registered, member=new.id)])


def _told(asked: Registration, password_hash: str, browser: str, flow: str | None) -> dict[str, Any]:
    return {
        "email": asked.address.written,
        "email_key": asked.address.key,
        "name": asked.name,
        "language": asked.language,
        "audience": asked.audience,
        "age": asked.age,
        "password_hash": password_hash,
        "browser": digest(browser),
        "flow": flow,
    }


def _waiting(told: Any, browser: str | None) -> Waiting:
    same = browser is not None and hmac.compare_digest(digest(browser), told["browser"])
    return Waiting(told["email"], told["name"], told["flow"], same)
