"""Giving and taking roles, with who did it and when: noted for good, in the same write as the change and its event."""

from __future__ import annotations

from collections.abc import Callable

from identity.domain.roles import Profession, Role
from identity.errors import NoSuchAccount, NotYourself, ProfessionMissing
from identity.ports import Ports
from identity.store.accounts import Account, Change
from identity.usecases.accounts import changed
from pijnstad_contracts.identity import RoleGranted, RoleRevoked
from pijnstad_kit.store.aggregates import Recorded
from pijnstad_kit.store.documents import now


def change_role_of_address(
    key: str, role: Role, granted: bool, by: str, ports: Ports, profession: Profession | None = None
) -> Account:
    """Give or take a role, as the command does. Errors: NoSuchAccount, ProfessionMissing, Conflict."""
    account = ports.accounts.by_address(key)
    if account is None:
        raise NoSuchAccount
    return _change(account.id, role, granted, by, profession, ports)


def change_role(
    member: str, role: Role, granted: bool, by: str, ports: Ports, profession: Profession | None = None
) -> Account:
    """Give or take a role, as an administrator does: never one's own admin role. `by` is the administrator's id.

    Errors: NotFound, NotYourself, ProfessionMissing, Conflict.
    """
    if member == by and role == "admin" and not granted:
        raise NotYourself("Let another administrator do this, or use the command.")
    return _change(member, role, granted, by, profession, ports)


def _change(member: str, role: Role, granted: bool, by: str, profession: Profession | None, ports: Ports) -> Account:
    if role == "validator" and granted and profession is None:
        raise ProfessionMissing("Say which profession the validator has.")
    return changed(member, _to(role, granted, by, profession), ports)


def _to(role: Role, granted: bool, by: str, profession: Profession | None) -> Callable[[Account], Change | None]:
    def make(account: Account) -> Change | None:
        same = role != "validator" or profession == account.profession
        if (role in account.roles) == granted and (same or not granted):
            return None
        roles = sorted({*account.roles, role}) if granted else [name for name in account.roles if name != role]
        note = {"role": role, "granted": granted, "at": now(), "by": by}
        fields: dict[str, object] = {"roles": roles}
        if role == "validator":
            fields["profession"] = profession if granted else None
        event: RoleGranted | RoleRevoked = RoleRevoked(account_id=account.id, role=role)
        if granted:
            event = RoleGranted(account_id=account.id, role=role, profession=profession)
        return Change(set=fields, push={"role_changes": note}, events=[Recorded(event, member=account.id)])

    return make
