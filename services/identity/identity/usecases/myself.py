"""What somebody says about themselves and how they want the city, and closing the account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from identity.domain.people import AGES, FOR_ADULTS, Age, Language, Wish
from identity.ports import Ports
from identity.store.accounts import Account, Change
from identity.usecases import mail, sessions
from identity.usecases.accounts import changed, prove
from pijnstad_contracts.identity import AccountChanged, AccountClosed, Audience, ShareRevoked
from pijnstad_kit.problems import Invalid, Stale
from pijnstad_kit.store.aggregates import Recorded
from pijnstad_kit.store.documents import now


@dataclass(frozen=True, slots=True)
class Myself:
    """Hold what somebody changes about themselves; None leaves it as it is."""

    name: str | None = None
    language: Language | None = None
    audience: Audience | None = None
    wishes: Sequence[Wish] | None = None
    age: Age | None = None


def change_myself(member: str, asked: Myself, ports: Ports, version: int | None = None) -> Account:
    """Change what somebody says about themselves; the districts hear of audience and language only.

    `version` is the one the change is meant for, where the caller says so. Errors: NotFound, Stale, Conflict.
    """

    def make(account: Account) -> Change | None:
        if version is not None and account.version != version:
            raise Stale("Load it again and repeat your change on the newest version.")
        fields = _fields(asked, account)
        if not fields:
            return None
        told = AccountChanged(
            account_id=account.id,
            audience=asked.audience or account.audience,
            language=asked.language or account.language,
        )
        events = [Recorded(told, member=account.id)] if {"audience", "language"} & set(fields) else []
        return Change(set=fields, events=events)

    return changed(member, make, ports)


def close_account(account: Account, password: str, ports: Ports) -> None:
    """Close an account: nobody signs in any more, and what identity knows of the person is removed but for receipts.

    Errors: WrongSignIn, TooManyTries, Conflict.
    """
    prove(account, password, ports)
    changed(account.id, _closed, ports)
    sessions.end_other_places(account.id, None, ports)
    ports.proofs.forget(account.id)
    mail.tell("account_closed", account, ports)


def _closed(account: Account) -> Change:
    ended = [
        ShareRevoked(share_id=one.id, owner=account.id, reader=one.reader)
        for one in account.shares
        if one.ended_at is None
    ]
    events = [*ended, AccountClosed(account_id=account.id)]
    gone: dict[str, object] = {
        "name": "",
        "email": "",
        "email_key": f"closed:{account.id}",  # the address is free again
        "email_verified": False,
        "password_hash": "",
        "second_step": {},
        "recovery_codes": [],
        "passkeys": [],
        "shares": [],
        "wishes": [],
        "roles": [],
    }
    closed = gone | {"disabled": True, "closed_at": now()}
    return Change(set=closed, events=[Recorded(event, member=account.id) for event in events])


def _fields(asked: Myself, account: Account) -> dict[str, object]:
    wanted = {"name": asked.name, "language": asked.language, "audience": asked.audience}
    fields: dict[str, object] = {
        name: value for name, value in wanted.items() if value is not None and value != getattr(account, name)
    }
    if asked.age is not None and AGES.index(asked.age) < AGES.index(account.age):  # one grows older, never younger
        fields["age"] = asked.age
    if account.age != "18" and fields.get("age") != "18" and fields.get("audience") in FOR_ADULTS:
        raise Invalid("This audience is for adults.", detail_nl="Dit kan vanaf 18 jaar.")
    if asked.wishes is not None and tuple(asked.wishes) != account.wishes:
        fields["wishes"] = list(dict.fromkeys(asked.wishes))
    return fields
