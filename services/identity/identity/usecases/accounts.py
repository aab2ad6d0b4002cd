"""Registering, signing in, roles: what happens to an account."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from identity.domain.people import Address, Language
from identity.domain.roles import Role
from identity.errors import AddressTaken, NoSuchAccount, TooManyTries, WrongSignIn
from identity.ports import Ports
from identity.store.accounts import Account, NewAccount
from identity.store.counters import Limit
from pijnstad_contracts.identity import AccountRegistered, Audience
from pijnstad_kit.ids import new_id
from pijnstad_kit.problems import Conflict, Stale
from pijnstad_kit.store.aggregates import Recorded
from pijnstad_kit.store.documents import now

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Registration:
    """Hold what somebody registers with, already read and found good."""

    address: Address
    password: str
    name: str
    language: Language
    audience: Audience


def register(asked: Registration, caller: str, ports: Ports) -> Account:
    """Make an account. With the address and password of one that exists, this is signing in.

    `caller` is the network address. Errors: AddressTaken, TooManyTries.
    """
    limit = Limit("register", _raised(ports.settings.registrations_per_address, caller, ports), _HOUR)
    _within(limit, caller, ports)
    hashed = ports.passwords.hash(asked.password)
    new = NewAccount(new_id(), asked.address, asked.name, asked.language, asked.audience, hashed)
    registered = AccountRegistered(account_id=new.id, audience=new.audience, language=new.language)
    try:
        return ports.accounts.add(new, [Recorded(registered, member=new.id)])
    except AddressTaken:
        return _already_mine(asked, caller, ports)


def sign_in(key: str, password: str, caller: str, ports: Ports) -> Account:
    """Return the account of an address when the password is its own; unknown addresses take as long.

    Errors: WrongSignIn, TooManyTries.
    """
    settings = ports.settings
    _within(Limit("sign-in of account", settings.sign_ins_per_account), key, ports)
    _within(Limit("sign-in from address", _raised(settings.sign_ins_per_address, caller, ports)), caller, ports)
    account = ports.accounts.by_address(key)
    fits = ports.passwords.fits(password, account.password_hash if account else None)
    if account is None or not fits or account.disabled:
        raise WrongSignIn
    if ports.passwords.outdated(account.password_hash):
        ports.accounts.rehash(account, ports.passwords.hash(password))
    return account


def change_role(key: str, role: Role, granted: bool, by: str, ports: Ports) -> Account:
    """Give or take a role and note who did it. Errors: NoSuchAccount, Conflict."""
    for _ in range(5):
        account = ports.accounts.by_address(key)
        if account is None:
            raise NoSuchAccount
        if (role in account.roles) == granted:
            return account
        roles = sorted({*account.roles, role}) if granted else [name for name in account.roles if name != role]
        try:
            return ports.accounts.change_role(account, roles, {"role": role, "granted": granted, "at": now(), "by": by})
        except Stale:
            continue
    raise Conflict("Please repeat the command.")


def _already_mine(asked: Registration, caller: str, ports: Ports) -> Account:
    try:
        return sign_in(asked.address.key, asked.password, caller, ports)
    except WrongSignIn:
        raise AddressTaken from None


def _within(limit: Limit, whose: str, ports: Ports) -> None:
    wait = ports.counters.exceeded(limit, whose)
    if wait:
        raise TooManyTries(
            "Please wait before you try again.", detail_nl="Wacht even voor je het nog eens probeert.", retry_after=wait
        )


def _raised(times: int, caller: str, ports: Ports) -> int:
    try:
        loopback = ipaddress.ip_address(caller).is_loopback
    except ValueError:
        loopback = False
    return times * ports.settings.raised_on_loopback if loopback else times
