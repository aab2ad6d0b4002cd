"""The second step and passkeys: turning them on and off, and signing in with them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from identity.domain import factors
from identity.domain.factors import Passkey
from identity.errors import LinkSpent, WrongCode, WrongPasskey
from identity.passkeys import MINUTES
from identity.ports import Ports
from identity.store.accounts import Account, Change, stored_passkey
from identity.store.counters import Limit
from identity.store.fields import digest
from identity.usecases import mail
from identity.usecases.accounts import changed, prove, raised, within
from pijnstad_kit.problems import NotFound
from pijnstad_kit.store.documents import now

_ChangePasskey = Callable[[Passkey], Passkey | None]
_SETUP_MINUTES = 30
_STEP_MINUTES = 10
MOST_PASSKEYS = 20


@dataclass(frozen=True, slots=True)
class Setup:
    """Hold a second step that is being set up: its token for the form, and the secret for the app."""

    token: str
    secret: str
    address: str


# The second step


def begin_setup(account: Account, ports: Ports, token: str | None = None) -> Setup:
    """Return what an authenticator app needs; with the token of a form that comes back, the same secret again."""
    proof = ports.proofs.read("second_step", token) if token else None
    known = proof is not None and proof.member == account.id
    secret = str(proof.told["secret"]) if proof is not None and known else factors.new_secret()
    if not known or token is None:
        token, _ = ports.proofs.make("second_step", {"secret": secret}, _SETUP_MINUTES, account.id)
    return Setup(token, secret, factors.provisioning(secret, account.email))


def turn_on(account: Account, setup: Setup, code: str, password: str, ports: Ports) -> list[str]:
    """Ask for a code at every sign-in from now on; return the recovery codes, which are shown once.

    Errors: WrongSignIn, WrongCode, TooManyTries.
    """
    prove(account, password, ports)
    step = factors.matching_step(setup.secret, code, time.time(), 0)
    if step is None:
        raise WrongCode
    sealed = ports.vault.seal(setup.secret.encode(), context=_context(account.id))
    ports.proofs.take("second_step", setup.token)
    kept: dict[str, object] = {"second_step": {"sealed": sealed, "last_step": step}}
    return _new_codes(account, kept, ports)


def renew_codes(account: Account, password: str, ports: Ports) -> list[str]:
    """Replace the recovery codes; return the new ones, which are shown once. Errors: WrongSignIn, TooManyTries."""
    prove(account, password, ports)
    return _new_codes(account, {}, ports)


def turn_off(account: Account, password: str, ports: Ports) -> None:
    """Ask for no code any more. Errors: WrongSignIn, TooManyTries."""
    prove(account, password, ports)
    changed(account.id, lambda _: Change(set={"second_step": {}, "recovery_codes": []}), ports)
    mail.tell("second_step_changed", account, ports)


def ask_second_step(account: Account, browser: str, flow: str | None, ports: Ports) -> str:
    """Remember that the password was right in this browser; return the token with which the code comes."""
    told = {"browser": digest(browser), "flow": flow}
    token, _ = ports.proofs.make("signing_in", told, _STEP_MINUTES, account.id)
    return token


def second_step(token: str, code: str, browser: str, ports: Ports) -> tuple[Account, str | None]:
    """Sign in with a code of the app or a recovery code, each of which works once; return the request that waits.

    Errors: LinkSpent, WrongCode, TooManyTries.
    """
    proof = ports.proofs.read("signing_in", token)
    if proof is None or proof.member is None or proof.told["browser"] != digest(browser):
        raise LinkSpent
    within(Limit("second step", ports.settings.sign_ins_per_account), proof.member, ports)
    account = changed(proof.member, lambda current: _used(current, code, ports), ports)
    if ports.proofs.take("signing_in", token) is None:
        raise LinkSpent
    return account, proof.told["flow"]


def _used(account: Account, code: str, ports: Ports) -> Change:
    """Return the change that uses a code up, so that of two at the same moment one comes too late. Errors: WrongCode."""
    if account.second_step is None:
        return Change()
    left = factors.without_code(account.recovery_codes, code, ports.csrf_key)
    if left is not None:
        return Change(set={"recovery_codes": left})
    sealed, last = account.second_step.sealed, account.second_step.last_step
    secret = ports.vault.open(sealed, context=_context(account.id)).decode()
    step = factors.matching_step(secret, code, time.time(), last)
    if step is None:
        raise WrongCode
    return Change(set={"second_step": {"sealed": sealed, "last_step": step}})


def _new_codes(account: Account, more: dict[str, object], ports: Ports) -> list[str]:
    codes = factors.new_recovery_codes()
    hashed = [factors.hashed_code(code, ports.csrf_key) for code in codes]
    changed(account.id, lambda _: Change(set=more | {"recovery_codes": hashed}), ports)
    mail.tell("second_step_changed", account, ports)
    return codes


def _context(member: str) -> str:
    return f"identity second step {member}"


# Passkeys


def add_passkey(account: Account, password: str, answer: str, name: str, browser: str, ports: Ports) -> None:
    """Add the passkey that a browser made. Errors: WrongSignIn, WrongPasskey, TooManyTries."""
    prove(account, password, ports)
    made, challenge = ports.passkeys.added(answer, name, browser)
    if not ports.proofs.spend(challenge, MINUTES + 1):
        raise WrongPasskey

    def add(current: Account) -> Change:
        if len(current.passkeys) >= MOST_PASSKEYS or any(one.id == made.id for one in current.passkeys):
            raise WrongPasskey
        return Change(push={"passkeys": stored_passkey(made)})

    changed(account.id, add, ports)
    mail.tell("passkey_changed", account, ports, page="/account/passkeys")


def rename_passkey(account: Account, id: str, name: str, ports: Ports) -> None:
    """Call a passkey something else. Errors: NotFound."""
    changed(account.id, lambda now_: _passkeys(now_, id, lambda one: replace(one, name=name)), ports)


def remove_passkey(account: Account, id: str, ports: Ports) -> None:
    """Let a passkey open nothing any more. Errors: NotFound."""
    changed(account.id, lambda now_: _passkeys(now_, id, lambda _: None), ports)
    mail.tell("passkey_changed", account, ports, page="/account/passkeys")


def sign_in_by_passkey(answer: str, browser: str, caller: str, ports: Ports) -> Account:
    """Return whose passkey answered our question, once. Errors: WrongPasskey, TooManyTries."""
    limit = Limit("sign-in from address", raised(ports.settings.sign_ins_per_address, caller, ports))
    within(limit, caller, ports)
    member, id = ports.passkeys.member(answer)
    account = ports.accounts.get(member)
    passkey = next((one for one in account.passkeys if one.id == id), None) if account else None
    if account is None or passkey is None or account.disabled:
        raise WrongPasskey
    count, challenge = ports.passkeys.signed(answer, passkey, browser)
    if not ports.proofs.spend(challenge, MINUTES + 1):
        raise WrongPasskey
    used = replace(passkey, sign_count=count, used_at=now())
    return changed(account.id, lambda now_: _passkeys(now_, id, lambda _: used), ports)


def _passkeys(account: Account, id: str, change: _ChangePasskey) -> Change:
    if not any(one.id == id for one in account.passkeys):
        raise NotFound()
    after = [change(one) if one.id == id else one for one in account.passkeys]
    return Change(set={"passkeys": [stored_passkey(one) for one in after if one is not None]})
