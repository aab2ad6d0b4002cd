"""Shapes of the JSON API: what identity tells a member about their account and consents."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer, StrictBool

from identity.domain.consents import ConsentState
from identity.domain.people import LANGUAGES, Language
from identity.store.accounts import Account
from pijnstad_contracts.identity import Audience, Purpose
from pijnstad_kit.http.openapi import ApiModel

Moment = Annotated[datetime, PlainSerializer(lambda value: value.isoformat().replace("+00:00", "Z"), return_type=str)]


class Me(ApiModel):
    """My account."""

    id: str
    name: str
    email: str
    email_verified: bool
    language: Language
    audience: Audience
    roles: list[str]
    created_at: Moment
    updated_at: Moment


class ConsentWords(ApiModel):
    """What a person reads before they agree."""

    title: str
    text: str


class Consent(ApiModel):
    """One purpose, as it stands: its text in the caller's language and in both, and what was answered."""

    purpose: Purpose
    given: bool
    since: Moment | None
    read_version: str | None = Field(description="version of the text that was last answered")
    version: str = Field(description="version of the text as it is now")
    language: Language
    title: str
    text: str
    texts: dict[Language, ConsentWords]


class Consents(ApiModel):
    """All purposes."""

    items: list[Consent]
    next: None = None


class Session(ApiModel):
    """One place where I am signed in: a browser, or an app."""

    id: str
    kind: Literal["browser", "app"]
    name: str
    since: Moment


class Sessions(ApiModel):
    """Everywhere I am signed in."""

    items: list[Session]
    next: None = None


class SessionPath(ApiModel):
    """Name a place where I am signed in."""

    id: str = Field(min_length=1, max_length=100)


class SessionQuery(ApiModel):
    """Say which place to leave alone."""

    but: str | None = Field(default=None, max_length=100)


class ConsentPath(ApiModel):
    """Name a purpose."""

    purpose: Purpose


class ConsentAnswer(ApiModel):
    """Give or withdraw a consent; `version` is that of the text that was on the screen."""

    given: StrictBool
    version: str | None = Field(default=None, max_length=40)


def me_of(account: Account) -> Me:
    """Return what a member sees of their account."""
    return Me(
        id=account.id,
        name=account.name,
        email=account.email,
        email_verified=account.email_verified,
        language=account.language,
        audience=account.audience,
        roles=list(account.roles),
        created_at=account.created_at,
        updated_at=account.updated_at,
    )


def consent_of(state: ConsentState, language: Language) -> Consent:
    """Return one purpose in a language."""
    words = state.text.words
    return Consent(
        purpose=state.text.purpose,
        given=state.given,
        since=state.since,
        read_version=state.read_version,
        version=state.text.version,
        language=language,
        title=words[language].title,
        text=words[language].text,
        texts={code: ConsentWords(title=words[code].title, text=words[code].text) for code in LANGUAGES},
    )
