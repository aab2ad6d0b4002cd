"""Accounts: one aggregate per person, with its receipts of consent and its outbox, so one stream of events each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import mongoengine as me
from pymongo.errors import DuplicateKeyError

from identity.domain.consents import Receipt
from identity.domain.factors import Passkey, SecondStep
from identity.domain.people import Address, Age, Language, Wish
from identity.domain.roles import Profession
from identity.domain.shares import Share
from identity.errors import AddressTaken
from identity.store.fields import ALIAS
from pijnstad_contracts.identity import Audience, Purpose
from pijnstad_kit.problems import Conflict, Stale
from pijnstad_kit.store import ensure_indexes
from pijnstad_kit.store.aggregates import AggregateStore, Recorded
from pijnstad_kit.store.documents import AggregateDocument

_TRIES = 5


class ReceiptDocument(me.EmbeddedDocument):
    """Hold one receipt; receipts are only ever added."""

    id = me.StringField(required=True)
    purpose = me.StringField(required=True)
    given = me.BooleanField(required=True)
    text_version = me.StringField(required=True)
    language = me.StringField(required=True)
    at = me.DateTimeField(required=True)
    client_id = me.StringField(required=True)


class RoleChangeDocument(me.EmbeddedDocument):
    """Hold who gave or took a role, and when; only ever added."""

    role = me.StringField(required=True)
    granted = me.BooleanField(required=True)
    at = me.DateTimeField(required=True)
    by = me.StringField(required=True)


class AccountDocument(AggregateDocument):
    """Be somebody's account in the database."""

    email = me.StringField()
    email_key = me.StringField(required=True)
    email_verified = me.BooleanField(default=False)
    name = me.StringField()
    language = me.StringField(required=True)
    audience = me.StringField(required=True)
    password_hash = me.StringField()
    roles = me.ListField(me.StringField())
    role_changes = me.EmbeddedDocumentListField(RoleChangeDocument)
    receipts = me.EmbeddedDocumentListField(ReceiptDocument)
    disabled = me.BooleanField(default=False)
    second_step = me.DictField()
    recovery_codes = me.ListField(me.StringField())
    passkeys = me.ListField(me.DictField())
    profession = me.StringField()
    shares = me.ListField(me.DictField())
    wishes = me.ListField(me.StringField())
    closed_at = me.DateTimeField()
    age = me.StringField(default="18")
    parent_consents = me.ListField(me.StringField())

    meta = {
        "collection": "accounts",
        "db_alias": ALIAS,
        "auto_create_index": False,
        "indexes": [{"fields": ["email_key"], "unique": True}, {"fields": ["shares.reader"], "sparse": True}],
    }


@dataclass(frozen=True, slots=True)
class RoleChange:
    """Hold that a role was given or taken, when, and by whom: a member's id, or the name of a command."""

    role: str
    granted: bool
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Account:
    """Hold an account as the use cases see it."""

    id: str
    version: int
    email: str
    email_key: str
    email_verified: bool
    name: str
    language: Language
    audience: Audience
    password_hash: str
    roles: tuple[str, ...]
    receipts: tuple[Receipt, ...]
    disabled: bool
    second_step: SecondStep | None
    recovery_codes: tuple[str, ...]
    passkeys: tuple[Passkey, ...]
    profession: Profession | None
    role_changes: tuple[RoleChange, ...]
    shares: tuple[Share, ...]
    wishes: tuple[Wish, ...]
    age: Age
    parent_consents: tuple[Purpose, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Hold what an account starts with."""

    id: str
    address: Address
    name: str
    language: Language
    audience: Audience
    password_hash: str
    verified: bool = True
    age: Age = "18"


@dataclass(frozen=True, slots=True)
class Change:
    """Hold one change of an account: fields by their names in the document, and the events that say it."""

    set: Mapping[str, Any] = field(default_factory=dict)
    push: Mapping[str, Any] = field(default_factory=dict)
    unset: Sequence[str] = ()
    events: Sequence[Recorded] = ()


class Accounts:
    """Keep accounts."""

    def __init__(self) -> None:
        self._store = AggregateStore(AccountDocument)

    def get(self, id: str) -> Account | None:
        """Return an account by its id."""
        found = self._store.get(id)
        return _account(found) if found else None

    def by_address(self, key: str) -> Account | None:
        """Return the account of an address, by the address's key."""
        raw = self._store.collection.find_one({"email_key": key}, {"_id": 1})
        return self.get(raw["_id"]) if raw else None

    def with_role_changes(self, many: int = 200) -> list[Account]:
        """Return the accounts whose roles ever changed, the latest first."""
        rows = self._store.collection.find({"role_changes.0": {"$exists": True}}, sort=[("updated_at", -1)], limit=many)
        return [_account(AccountDocument._from_son(row)) for row in rows]

    def sharing_with(self, reader: str) -> list[Account]:
        """Return the accounts that ever let this reader see something."""
        rows = self._store.collection.find({"shares.reader": reader})
        return [_account(AccountDocument._from_son(row)) for row in rows]

    def add(self, new: NewAccount, events: Sequence[Recorded]) -> Account:
        """Create an account with its first events. One address, one account: the index says so. Errors: AddressTaken."""
        ensure_indexes(AccountDocument)
        fields = {
            "email": new.address.written,
            "email_key": new.address.key,
            "email_verified": new.verified,
            "name": new.name,
            "language": new.language,
            "audience": new.audience,
            "password_hash": new.password_hash,
            "age": new.age,
            "roles": [],
            "role_changes": [],
            "receipts": [],
            "disabled": False,
        }
        try:
            return _account(self._store.create(fields, id=new.id, events=events))
        except DuplicateKeyError:
            raise AddressTaken from None

    def change(self, account: Account, change: Change) -> Account:
        """Change an account at exactly this version and record its events in the same write. Errors: Stale, AddressTaken."""
        try:
            changed = self._store.change(
                account.id,
                account.version,
                set=change.set,
                push=change.push,
                unset=change.unset,
                events=change.events,
            )
        except DuplicateKeyError:
            raise AddressTaken from None
        return _account(changed)

    def add_receipt(self, account: Account, receipt: Receipt, event: Recorded) -> Account:
        """Add a receipt and record its event in one write. Errors: Stale when the account changed meanwhile."""
        pushed = {"receipts": stored_receipt(receipt)}
        return _account(self._store.change(account.id, account.version, push=pushed, events=[event]))

    def rehash(self, account: Account, password_hash: str) -> None:
        """Replace the password's hash by a stronger one of the same password; skipped when the account changed meanwhile."""
        try:
            self._store.change(account.id, account.version, set={"password_hash": password_hash})
        except Stale:
            return

    def set_disabled(self, id: str, disabled: bool) -> None:
        """Disable or enable an account."""
        for _ in range(_TRIES):
            found = self._store.get(id)
            if found is None:
                return
            try:
                self._store.change(id, found.version, set={"disabled": disabled})
                return
            except Stale:
                continue
        raise Conflict("Please repeat the request.")


def stored_receipt(receipt: Receipt) -> dict[str, object]:
    """Return a receipt as it is kept."""
    return {
        "id": receipt.id,
        "purpose": receipt.purpose,
        "given": receipt.given,
        "text_version": receipt.text_version,
        "language": receipt.language,
        "at": receipt.at,
        "client_id": receipt.client_id,
    }


def _account(found: AccountDocument) -> Account:
    return Account(
        id=found.id,
        version=found.version,
        email=found.email,
        email_key=found.email_key,
        email_verified=bool(found.email_verified),
        name=found.name,
        language=found.language,
        audience=found.audience,
        password_hash=found.password_hash,
        roles=tuple(found.roles),
        receipts=tuple(_from_document(receipt) for receipt in found.receipts),
        disabled=bool(found.disabled),
        second_step=SecondStep(bytes(step["sealed"]), step["last_step"]) if (step := found.second_step) else None,
        recovery_codes=tuple(found.recovery_codes),
        passkeys=tuple(_passkey(one) for one in found.passkeys),
        profession=found.profession,
        role_changes=tuple(RoleChange(one.role, bool(one.granted), one.at, one.by) for one in found.role_changes),
        shares=tuple(_share(one) for one in found.shares),
        wishes=tuple(found.wishes),
        age=found.age or "18",
        parent_consents=tuple(found.parent_consents),
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def stored_passkey(passkey: Passkey) -> dict[str, object]:
    """Return a passkey as it is kept."""
    return {name: getattr(passkey, name) for name in Passkey.__slots__}


def stored_share(share: Share) -> dict[str, object]:
    """Return a share as it is kept."""
    return {name: getattr(share, name) for name in Share.__slots__} | {"parts": list(share.parts)}


def _share(raw: Mapping[str, Any]) -> Share:
    kept = {name: raw.get(name) for name in Share.__slots__ if name != "parts"}
    return Share(parts=tuple(raw["parts"]), **kept)  # type: ignore[arg-type]


def _passkey(raw: Mapping[str, Any]) -> Passkey:
    kept = {name: raw.get(name) for name in ("id", "sign_count", "name", "created_at", "used_at")}
    return Passkey(public_key=bytes(raw["public_key"]), **kept)


def _from_document(found: ReceiptDocument) -> Receipt:
    purpose: Purpose = found.purpose
    return Receipt(found.id, purpose, bool(found.given), found.text_version, found.language, found.at, found.client_id)
