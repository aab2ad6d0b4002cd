"""The JSON API of administrators: members and their roles, and the OAuth clients of partners."""

from __future__ import annotations

from identity.client_schemas import (
    ClientAnswer,
    ClientPatch,
    ClientPath,
    Clients,
    ClientSecret,
    NewClientBody,
    answer_of,
)
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
from identity.usecases import registrations, roles
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


@routes.get("/identity/v1/admin/clients", summary="Every OAuth client", responses={200: Clients})
def list_clients() -> Clients:
    check_first_party(principal().client, ports())
    return Clients(items=[answer_of(one) for one in registrations.list_clients()])


@routes.post("/identity/v1/admin/clients", summary="Register a partner's client", responses={201: ClientSecret})
def register_client(body: NewClientBody) -> tuple[ClientSecret, int]:
    who = principal()
    check_first_party(who.client, ports())
    secret = registrations.register_client(body.asked(), who.member, ports())
    return ClientSecret(client=answer_of(registrations.find_client(body.id)), secret=secret), 201


@routes.patch("/identity/v1/admin/clients/<client_id>", summary="Change or disable it", responses={200: ClientAnswer})
def change_client(path: ClientPath, body: ClientPatch) -> ClientAnswer:
    who = principal()
    check_first_party(who.client, ports())
    return answer_of(registrations.change_client(path.client_id, body.asked(), who.member, ports()))


@routes.post("/identity/v1/admin/clients/<client_id>/secret", summary="A new secret", responses={201: ClientSecret})
def renew_secret(path: ClientPath) -> tuple[ClientSecret, int]:
    who = principal()
    check_first_party(who.client, ports())
    secret = registrations.renew_secret(path.client_id, who.member)
    return ClientSecret(client=answer_of(registrations.find_client(path.client_id)), secret=secret), 201
