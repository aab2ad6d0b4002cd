"""Password and address: changing them, and finding the way back in. Whatever changes is told by mail."""

from __future__ import annotations

from identity.domain.people import Address
from identity.errors import AddressTaken, LinkSpent
from identity.ports import Ports
from identity.store.accounts import Account, Change
from identity.store.counters import Limit
from identity.usecases import mail, sessions
from identity.usecases.accounts import changed, prove, raised, within
from identity.usecases.sessions import Person

_HOUR = 3600
_RECOVER_MINUTES = 30
_ADDRESS_MINUTES = 60


def change_password(person: Person, current: str, new: str, ports: Ports) -> None:
    """Change a password: everywhere else one is signed out. Errors: WrongSignIn, TooManyTries."""
    prove(person.account, current, ports)
    _set_password(person.account, new, ports)
    sessions.end_other_places(person.account.id, person.sid, ports)


def ask_recovery(address: Address, caller: str, ports: Ports) -> None:
    """Send a link to choose a new password, where there is an account; without one the same is done for nobody.

    Errors: TooManyTries.
    """
    settings = ports.settings
    within(Limit("recover", raised(settings.recoveries_per_address, caller, ports), _HOUR), caller, ports)
    within(Limit("mail to", settings.mails_per_recipient, _HOUR), address.key, ports)
    account = ports.accounts.by_address(address.key)
    there = account if account is not None and not account.disabled else None
    told = {"version": there.password_hash if there else ""}
    token, until = ports.proofs.make("recover", told, _RECOVER_MINUTES, there.id if there else None)
    values = {"name": there.name if there else "", "link": f"{ports.issuer}/account/new-password?token={token}"}
    language = there.language if there else "nl"
    mail.write("recover", there.email if there else None, language, values, ports, useless_after=until)


def recovering(token: str, ports: Ports) -> Account:
    """Return whose password a link would change. Errors: LinkSpent."""
    proof = ports.proofs.read("recover", token)
    account = ports.accounts.get(proof.member) if proof and proof.member else None
    if proof is None or account is None or account.disabled or proof.told["version"] != account.password_hash:
        raise LinkSpent
    return account


def recover(token: str, new: str, ports: Ports) -> Account:
    """Set a new password by a link, once, and sign out everywhere. Errors: LinkSpent."""
    account = recovering(token, ports)
    if ports.proofs.take("recover", token) is None:
        raise LinkSpent
    sessions.end_other_places(account.id, None, ports)
    return _set_password(account, new, ports)


def ask_address_change(person: Person, password: str, address: Address, ports: Ports) -> None:
    """Send a link to the new address; the old one stays until that is opened. Errors: WrongSignIn, TooManyTries."""
    account = person.account
    prove(account, password, ports)
    within(Limit("mail to", ports.settings.mails_per_recipient, _HOUR), address.key, ports)
    told = {"email": address.written, "key": address.key}
    token, until = ports.proofs.make("address", told, _ADDRESS_MINUTES, account.id)
    there = ports.accounts.by_address(address.key)
    if there is None:
        values = {"name": account.name, "link": f"{ports.issuer}/account/new-address?token={token}"}
        mail.write("confirm_address", address.written, account.language, values, ports, useless_after=until)
    else:
        values = {"link": f"{ports.issuer}/account/sign-in"}
        mail.write("address_taken", there.email, there.language, values, ports, useless_after=until)


def changing_address(token: str, ports: Ports) -> str:
    """Return the address a link would set. Errors: LinkSpent."""
    proof = ports.proofs.read("address", token)
    if proof is None:
        raise LinkSpent
    return str(proof.told["email"])


def confirm_address(token: str, ports: Ports) -> None:
    """Use the new address from now on and tell it to the old one. Errors: LinkSpent."""
    proof = ports.proofs.take("address", token)
    before = ports.accounts.get(proof.member) if proof and proof.member else None
    if proof is None or before is None or before.disabled:
        raise LinkSpent
    to = {"email": proof.told["email"], "email_key": proof.told["key"], "email_verified": True}
    try:
        changed(before.id, lambda _: Change(set=to), ports)
    except AddressTaken:
        raise LinkSpent from None
    ports.proofs.forget(before.id)
    mail.tell("address_changed", before, ports)


def _set_password(account: Account, new: str, ports: Ports) -> Account:
    hashed = ports.passwords.hash(new)
    after = changed(account.id, lambda _: Change(set={"password_hash": hashed}), ports)
    ports.proofs.forget(account.id)
    mail.tell("password_changed", after, ports)
    return after
