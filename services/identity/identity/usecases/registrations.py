"""Administering OAuth clients of partners. The city's own clients are what the settings say, and are not changed here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from identity.domain import redirects, scopes
from identity.domain.clients import FIRST_PARTY, Client, SubjectType, hashed_secret
from identity.domain.redirects import NotRegistrable
from identity.errors import ClientRefused
from identity.ports import Ports
from identity.store.fields import new_secret
from identity.store.registrations import Registration, Registrations
from pijnstad_kit.problems import Conflict, NotFound

AUDIENCES = ("identity", "selfcare", "content", "decision", "community")
SCOPES = tuple(scopes.SENTENCES)
_SLUG = re.compile(r"[a-z][a-z0-9-]{2,39}")
_RESERVED = "pijnstad-"
_registrations = Registrations()


@dataclass(frozen=True, slots=True)
class NewClient:
    """Hold what an administrator registers a client with. `native`: an app that can keep no secret."""

    id: str
    name_nl: str
    name_en: str
    owner: str
    audience: Sequence[str]
    scopes: Sequence[str]
    redirect_uris: Sequence[str]
    native: bool = False
    subject_type: SubjectType = "pairwise"


@dataclass(frozen=True, slots=True)
class ClientChange:
    """Hold what changes about a client; None leaves it as it is."""

    redirect_uris: Sequence[str] | None = None
    audience: Sequence[str] | None = None
    scopes: Sequence[str] | None = None
    disabled: bool | None = None


def list_clients() -> list[Registration]:
    """Return every client."""
    return _registrations.all()


def find_client(id: str) -> Registration:
    """Return a client. Errors: NotFound."""
    found = _registrations.find(id)
    if found is None:
        raise NotFound()
    return found


def register_client(asked: NewClient, by: str, ports: Ports) -> str | None:
    """Register a partner's client; return its secret, told once, None for an app. Errors: ClientRefused, Conflict."""
    if not _SLUG.fullmatch(asked.id) or asked.id.startswith(_RESERVED):
        raise ClientRefused("A client id has 3 to 40 small letters, digits and dashes, and is not one of the city's.")
    if not _SLUG.fullmatch(asked.owner) or asked.owner == FIRST_PARTY:
        raise ClientRefused("The owner is a partner's short name: 3 to 40 small letters, digits and dashes.")
    _check(asked.redirect_uris, asked.audience, asked.scopes, asked.native, ports)
    secret = None if asked.native else new_secret("pjs_")
    if not _registrations.add(_client(asked, secret), by):
        raise Conflict("There is a client with this id. Choose another one.")
    return secret


def change_client(id: str, asked: ClientChange, by: str, ports: Ports) -> Registration:
    """Change a partner's client; disabled, its tokens are worth nothing. Errors: NotFound, ClientRefused."""
    client = _partners(id)
    wanted = {
        "redirect_uris": asked.redirect_uris,
        "audience": asked.audience,
        "scopes": asked.scopes,
        "disabled": asked.disabled,
    }
    fields = {
        name: tuple(value) if isinstance(value, Sequence) else value
        for name, value in wanted.items()
        if value is not None
    }
    fields = {name: value for name, value in fields.items() if value != getattr(client, name)}
    uris, audience, asked_scopes = (
        fields.get(name, getattr(client, name)) for name in ("redirect_uris", "audience", "scopes")
    )
    _check(uris, audience, asked_scopes, client.native, ports)
    if fields:
        _registrations.change(id, fields, by, ", ".join(_told(name, value) for name, value in fields.items()))
    return find_client(id)


def renew_secret(id: str, by: str) -> str:
    """Give a partner's client a new secret; the old one is worth nothing from now. Errors: NotFound, ClientRefused."""
    client = _partners(id)
    if client.secret_hash is None:
        raise ClientRefused("This client has no secret.")
    secret = new_secret("pjs_")
    _registrations.change(id, {"secret_hash": hashed_secret(secret)}, by, "new secret")
    return secret


def _partners(id: str) -> Client:
    client = find_client(id).client
    if client.first_party:
        raise ClientRefused("The city's own clients are what the settings say.")
    return client


def _check(uris: Sequence[str], audience: Sequence[str], asked: Sequence[str], native: bool, ports: Ports) -> None:
    if not uris or len(uris) > 10 or not asked:
        raise ClientRefused("A client has one to ten redirect URIs and at least one scope.")
    if not set(audience) <= set(AUDIENCES) or not set(asked) <= set(SCOPES):
        raise ClientRefused("An audience or scope is not known here.")
    for uri in uris:
        try:
            redirects.check_registrable(uri, native=native, development=not ports.settings.production)
        except NotRegistrable as refused:
            raise ClientRefused(f"{str(refused)[:1].upper()}{str(refused)[1:]}.") from None


def _client(asked: NewClient, secret: str | None) -> Client:
    return Client(
        id=asked.id,
        names={"nl": asked.name_nl, "en": asked.name_en},
        owner=asked.owner,
        audience=tuple(asked.audience),
        scopes=tuple(asked.scopes),
        redirect_uris=tuple(asked.redirect_uris),
        grant_types=("authorization_code", "refresh_token"),
        auth_method="none" if secret is None else "client_secret_basic",
        secret_hash=hashed_secret(secret) if secret else None,
        native=asked.native,
        subject_type=asked.subject_type,
    )


def _told(name: str, value: object) -> str:
    if name == "disabled":
        return "disabled" if value else "enabled"
    return f"{name} changed"
