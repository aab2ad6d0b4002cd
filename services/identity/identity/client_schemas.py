"""Shapes of the administrators' API of OAuth clients. A secret is told once, when it is made."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictBool

from identity.schemas import Moment, PathId
from identity.store.registrations import Registration
from identity.usecases.registrations import ClientChange, NewClient
from pijnstad_kit.http.openapi import ApiModel

Uris = list[str]


class NewClientBody(ApiModel):
    """Register a partner's client."""

    id: str = Field(max_length=40)
    name_nl: str = Field(min_length=1, max_length=80)
    name_en: str = Field(min_length=1, max_length=80)
    owner: str = Field(max_length=40)
    audience: list[str] = Field(max_length=10)
    scopes: list[str] = Field(max_length=20)
    redirect_uris: Uris = Field(max_length=10)
    native: StrictBool = Field(default=False, description="an app that can keep no secret")
    subject_type: Literal["public", "pairwise"] = "pairwise"

    def asked(self) -> NewClient:
        """Return what is asked."""
        return NewClient(
            self.id,
            self.name_nl,
            self.name_en,
            self.owner,
            self.audience,
            self.scopes,
            self.redirect_uris,
            self.native,
            self.subject_type,
        )


class ClientPatch(ApiModel):
    """Change a client; what is left out stays as it is. Disabled, its tokens are dead within ten seconds."""

    redirect_uris: Uris | None = Field(default=None, max_length=10)
    audience: list[str] | None = Field(default=None, max_length=10)
    scopes: list[str] | None = Field(default=None, max_length=20)
    disabled: StrictBool | None = None

    def asked(self) -> ClientChange:
        """Return what is asked."""
        return ClientChange(self.redirect_uris, self.audience, self.scopes, self.disabled)


class ClientPath(ApiModel):
    """Name a client."""

    client_id: str = PathId


class ClientNote(ApiModel):
    """That a client was changed, when, by which member, and what."""

    at: Moment
    by: str
    what: str


class ClientAnswer(ApiModel):
    """An OAuth client."""

    id: str
    names: dict[str, str]
    owner: str
    audience: list[str]
    scopes: list[str]
    redirect_uris: Uris
    native: bool
    auth_method: str
    subject_type: str
    disabled: bool
    changes: list[ClientNote]


class Clients(ApiModel):
    """Every OAuth client."""

    items: list[ClientAnswer]
    next: None = None


class ClientSecret(ApiModel):
    """A client with the secret that was made for it; none for an app."""

    client: ClientAnswer
    secret: str | None


def answer_of(one: Registration) -> ClientAnswer:
    """Return what administrators see of a client: never its secret, nor what is kept of it."""
    client = one.client
    return ClientAnswer(
        id=client.id,
        names=dict(client.names),
        owner=client.owner,
        audience=list(client.audience),
        scopes=list(client.scopes),
        redirect_uris=list(client.redirect_uris),
        native=client.native,
        auth_method=client.auth_method,
        subject_type=client.subject_type,
        disabled=client.disabled,
        changes=[ClientNote(at=note.at, by=note.by, what=note.what) for note in one.changes],
    )
