"""The pages of administrators. For everybody else they are not there."""

from __future__ import annotations

import flask

from identity.domain.people import NotAnAddress, address
from identity.domain.roles import PROFESSIONS, ROLES
from identity.errors import ClientRefused, NotYourself, ProfessionMissing
from identity.pages import desk
from identity.pages.forms import Form
from identity.store.accounts import Account
from identity.usecases import registrations, roles
from identity.usecases.registrations import ClientChange, NewClient
from identity.usecases.sessions import Person
from pijnstad_kit.problems import Conflict, NotFound


@desk.members_only
def admin_roles(person: Person, form: Form) -> flask.Response:
    """Find a member, give and take roles, and show what was changed by whom."""
    admins_only(person)
    asked = flask.request.values.get("email", "")
    found = _found(asked)
    if found is not None and not desk.refused(form):
        found = _changed(person, form, found)
    if asked and found is None:
        form.errors["email"] = "roles.nobody"
    history = [(account, one) for account in desk.ports().accounts.with_role_changes() for one in account.role_changes]
    history.sort(key=lambda row: row[1].at, reverse=True)
    return desk.show(
        "roles.html",
        person,
        form,
        found=found,
        asked=asked,
        roles=ROLES,
        professions=PROFESSIONS,
        history=history[:100],
        names=_names([one.by for _, one in history]),
    )


@desk.members_only
def admin_clients(person: Person, form: Form) -> flask.Response:
    """Show every OAuth client; register, change or disable a partner's."""
    admins_only(person)
    secret: str | None = None
    if not desk.refused(form):
        try:
            secret = _changed_client(person, form)
        except (ClientRefused, Conflict) as refused:
            form.errors["form"] = "clients.refused"
            form.because = refused.detail
        if not form.errors and secret is None:
            return desk.done("/account/admin/clients", "client")
    return desk.show(
        "clients.html",
        person,
        form,
        secret=secret,
        clients=registrations.list_clients(),
        audiences=registrations.AUDIENCES,
        scopes=registrations.SCOPES,
        spoken=desk.language(),
    )


def _changed_client(person: Person, form: Form) -> str | None:
    """Do what the form asks; return a secret that was made, which is shown once."""
    ports, by, chosen = desk.ports(), person.account.id, form.values.get("client", "")
    do = form.values.get("do")
    if do == "register":
        return registrations.register_client(_new_client(form), by, ports)
    if do == "secret":
        return registrations.renew_secret(chosen, by)
    if do in ("disable", "enable"):
        registrations.change_client(chosen, ClientChange(disabled=do == "disable"), by, ports)
    elif do == "uris":
        uris = form.values.get("redirect_uris", "").split()
        registrations.change_client(chosen, ClientChange(redirect_uris=uris), by, ports)
    return None


def _new_client(form: Form) -> NewClient:
    value = form.values.get
    return NewClient(
        id=value("id", ""),
        name_nl=value("name_nl", "").strip(),
        name_en=value("name_en", "").strip(),
        owner=value("owner", ""),
        audience=[one for one in registrations.AUDIENCES if value(f"audience-{one}")],
        scopes=[one for one in registrations.SCOPES if value(f"scope-{one}")],
        redirect_uris=value("redirect_uris", "").split(),
        native=value("native") == "yes",
        subject_type="public" if value("public") == "yes" else "pairwise",
    )


def admins_only(person: Person) -> None:
    """Let administrators pass. Errors: NotFound."""
    if "admin" not in person.account.roles:
        raise NotFound()


def _found(asked: str) -> Account | None:
    try:
        return desk.ports().accounts.by_address(address(asked).key) if asked else None
    except NotAnAddress:
        return None


def _changed(person: Person, form: Form, found: Account) -> Account:
    role = next((role for role in ROLES if form.values.get("role") == role), None)
    profession = next((one for one in PROFESSIONS if form.values.get("profession") == one), None)
    granted = form.values.get("do") == "give"
    if role is None:
        return found
    try:
        return roles.change_role(found.id, role, granted, person.account.id, desk.ports(), profession)
    except NotYourself:
        form.errors["form"] = "roles.yourself"
    except ProfessionMissing:
        form.errors["profession"] = "roles.profession.wrong"
    return found


def _names(ids: list[str]) -> dict[str, str]:
    """Return what the members who changed something are called; a command stands for itself."""
    known = {id: desk.ports().accounts.get(id) for id in set(ids)}
    return {id: account.name if account else id for id, account in known.items()}
