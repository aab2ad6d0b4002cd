"""Shapes of the JSON API: what identity tells a member about their account and consents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer, StrictBool

from identity.domain import shares
from identity.domain.consents import ConsentState
from identity.domain.people import LANGUAGES, Language, Wish
from identity.store.accounts import Account
from pijnstad_contracts.identity import Audience, Part, Profession, Purpose, Role
from pijnstad_kit.http.openapi import ApiModel

Moment = Annotated[datetime, PlainSerializer(lambda value: value.isoformat().replace("+00:00", "Z"), return_type=str)]
# What an id in a path looks like; anything else within these lengths is looked for and not found.
PathId = Field(min_length=1, max_length=100, json_schema_extra={"pattern": "^[A-Za-z0-9_-]{1,100}$"})


class Me(ApiModel):
    """My account."""

    id: str
    name: str
    email: str
    email_verified: bool
    language: Language
    audience: Audience
    wishes: list[Wish] = Field(description="how the city is shown: larger text, few stimuli, something to listen to")
    roles: list[str]
    created_at: Moment
    updated_at: Moment


class MyChange(ApiModel):
    """Change what I say about myself; what is left out stays as it is."""

    name: str | None = Field(default=None, max_length=60)
    language: Language | None = None
    audience: Audience | None = None
    wishes: list[Wish] | None = Field(default=None, max_length=10)


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

    id: str = PathId


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


class MemberQuery(ApiModel):
    """Name a member by their e-mail address."""

    email: str = Field(max_length=254)


class AdminMember(ApiModel):
    """What an administrator sees of a member: enough to give a role to the right one."""

    id: str
    name: str
    email: str
    roles: list[str]
    profession: Profession | None
    created_at: Moment


class RolePath(ApiModel):
    """Name a member and a role."""

    member_id: str = PathId
    role: Role


class RoleAnswer(ApiModel):
    """Give or take a role; a validator has a profession."""

    granted: StrictBool
    profession: Profession | None = None


class RoleChange(ApiModel):
    """That somebody got or lost a role. `by` is a member's id, or the name of a command."""

    member: str
    role: str
    granted: bool
    at: Moment
    by: str


class RoleChanges(ApiModel):
    """Every role that was given or taken, newest first."""

    items: list[RoleChange]
    next: None = None


class Share(ApiModel):
    """Something I let somebody see, or that somebody lets me see."""

    id: str
    owner: str
    reader: str
    name: str = Field(description="what I call its reader; of one I received, what its owner is called")
    parts: list[Part]
    until: Moment


class Shares(ApiModel):
    """What is shared now."""

    items: list[Share]
    next: None = None


class NewShare(ApiModel):
    """Let somebody see parts of what is mine, for some days. It begins when they accept."""

    email: str = Field(min_length=3, max_length=254)
    name: str = Field(min_length=1, max_length=60)
    parts: list[Part] = Field(min_length=1, max_length=10)
    days: int = Field(ge=1, le=366)


class SharePath(ApiModel):
    """Name a share."""

    share_id: str = PathId


def admin_member_of(account: Account) -> AdminMember:
    """Return what an administrator sees of a member."""
    return AdminMember(
        id=account.id,
        name=account.name,
        email=account.email,
        roles=list(account.roles),
        profession=account.profession,
        created_at=account.created_at,
    )


def role_changes_of(accounts: Iterable[Account]) -> RoleChanges:
    """Return every role that was given or taken, newest first."""
    rows = [
        RoleChange(member=account.id, role=one.role, granted=one.granted, at=one.at, by=one.by)
        for account in accounts
        for one in account.role_changes
    ]
    return RoleChanges(items=sorted(rows, key=lambda row: row.at, reverse=True))


def share_of(share: shares.Share, owner: str, name: str) -> Share:
    """Return a share as one of its two sides sees it."""
    return Share(id=share.id, owner=owner, reader=share.reader, name=name, parts=list(share.parts), until=share.until)


def me_of(account: Account) -> Me:
    """Return what a member sees of their account."""
    return Me(
        id=account.id,
        name=account.name,
        email=account.email,
        email_verified=account.email_verified,
        language=account.language,
        audience=account.audience,
        wishes=list(account.wishes),
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
