"""Signing in, limits, changing: what happens to an account that is there."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from identity.errors import TooManyTries, WrongSignIn
from identity.ports import Ports
from identity.store.accounts import Account, Change
from identity.store.counters import Limit
from pijnstad_kit.problems import Conflict, NotFound, Stale

_TRIES = 8


def sign_in(key: str, password: str, caller: str, ports: Ports) -> Account:
    """Return the account of an address when the password is its own; unknown addresses take as long.

    Errors: WrongSignIn, TooManyTries.
    """
    settings = ports.settings
    within(Limit("sign-in of account", settings.sign_ins_per_account), key, ports)
    within(Limit("sign-in from address", raised(settings.sign_ins_per_address, caller, ports)), caller, ports)
    account = ports.accounts.by_address(key)
    fits = ports.passwords.fits(password, account.password_hash if account else None)
    if account is None or not fits or account.disabled:
        raise WrongSignIn
    if ports.passwords.outdated(account.password_hash):
        ports.accounts.rehash(account, ports.passwords.hash(password))
    return account


def prove(account: Account, password: str, ports: Ports) -> None:
    """Take the password once more, before something that matters. Errors: WrongSignIn, TooManyTries."""
    within(Limit("sign-in of account", ports.settings.sign_ins_per_account), account.email_key, ports)
    if not ports.passwords.fits(password, account.password_hash):
        raise WrongSignIn


def changed(member: str, make: Callable[[Account], Change | None], ports: Ports) -> Account:
    """Change an account, again on its newest version when somebody else was faster; None changes nothing.

    Errors: NotFound, Conflict.
    """
    for _ in range(_TRIES):
        account = ports.accounts.get(member)
        if account is None or account.disabled:
            raise NotFound()
        change = make(account)
        try:
            return account if change is None else ports.accounts.change(account, change)
        except Stale:
            continue
    raise Conflict("Please repeat the request.")


def within(limit: Limit, whose: str, ports: Ports) -> None:
    """Count one more try. Errors: TooManyTries."""
    wait = ports.counters.exceeded(limit, whose)
    if wait:
        raise TooManyTries(
            "Please wait before you try again.", detail_nl="Wacht even voor je het nog eens probeert.", retry_after=wait
        )


def raised(times: int, caller: str, ports: Ports) -> int:
    """Return a limit per network address; this machine itself may do more in development."""
    try:
        loopback = ipaddress.ip_address(caller).is_loopback
    except ValueError:
        loopback = False
    return times * ports.settings.raised_on_loopback if loopback else times
