"""The JSON API of administrators: members by their address, their roles, and who gave them."""

from __future__ import annotations

from identity.domain.people import NotAnAddress, address
from identity.routing import ports, routes
from identity.schemas import (
    AdminMember,
    MemberQuery,
    RoleAnswer,
    RoleChanges,
    RolePath,
    admin_member_of,
    role_changes_of,
)
from identity.usecases import roles
from identity.usecases.firstparty import check_first_party
from pijnstad_kit.http.auth import principal
from pijnstad_kit.problems import NotFound


@routes.get("/identity/v1/admin/members", summary="A member by their address", responses={200: AdminMember})
def find_member(query: MemberQuery) -> AdminMember:
    check_first_party(principal().client, ports())
    try:
        account = ports().accounts.by_address(address(query.email).key)
    except NotAnAddress:
        account = None
    if account is None:
        raise NotFound()
    return admin_member_of(account)


@routes.put(
    "/identity/v1/admin/members/<member_id>/roles/<role>", summary="Give or take a role", responses={200: AdminMember}
)
def answer_role(path: RolePath, body: RoleAnswer) -> AdminMember:
    who = principal()
    check_first_party(who.client, ports())
    account = roles.change_role(path.member_id, path.role, body.granted, who.member, ports(), body.profession)
    return admin_member_of(account)


@routes.get("/identity/v1/admin/role-changes", summary="Who gave and took which role", responses={200: RoleChanges})
def role_changes() -> RoleChanges:
    check_first_party(principal().client, ports())
    return role_changes_of(ports().accounts.with_role_changes())
