"""What identity says: accounts and consents. One account's events are one stream, numbered from its registration."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pijnstad_contracts.envelope import EventModel

Audience = Literal[
    "person_in_pain", "partner", "child", "parent", "sibling", "friend", "colleague_or_employer", "professional"
]
Purpose = Literal["diary", "suggestions"]
Role = Literal["editor", "validator", "moderator", "ops", "partner_admin", "admin"]
Profession = Literal["gp", "pain_specialist", "physiotherapist", "psychologist", "nurse", "other"]
Part = Literal["diary", "insights", "goals", "plans", "reports"]

SOURCE = "/services/identity"


class AccountRegistered(EventModel):
    """Somebody has an account. Carries what others need to speak to them; never a name or an address."""

    type: ClassVar[str] = "nl.pijnstad.identity.account.registered.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = {
        "account_id": "01912f4e-0000-7000-8000-000000000001",
        "audience": "person_in_pain",
        "language": "nl",
    }

    account_id: str
    audience: Audience
    language: Literal["nl", "en"] = "nl"


class AccountChanged(EventModel):
    """Somebody has another audience or language now. Carries both, as they are after the change."""

    type: ClassVar[str] = "nl.pijnstad.identity.account.changed.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = {
        "account_id": "01912f4e-0000-7000-8000-000000000001",
        "audience": "partner",
        "language": "en",
    }

    account_id: str
    audience: Audience
    language: Literal["nl", "en"]


class AccountClosed(EventModel):
    """Somebody has closed their account."""

    type: ClassVar[str] = "nl.pijnstad.identity.account.closed.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = {"account_id": "01912f4e-0000-7000-8000-000000000001"}

    account_id: str


class ConsentGiven(EventModel):
    """Somebody has agreed to one purpose, in the words of that text version."""

    type: ClassVar[str] = "nl.pijnstad.identity.consent.given.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = {"purpose": "suggestions", "text_version": "2026-11", "partner": None}

    purpose: Purpose
    text_version: str
    partner: str | None = None


class ConsentWithdrawn(EventModel):
    """Somebody has taken back an agreement. What was done with it stops."""

    type: ClassVar[str] = "nl.pijnstad.identity.consent.withdrawn.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = {"purpose": "suggestions", "partner": None}

    purpose: Purpose
    partner: str | None = None


class RoleGranted(EventModel):
    """Somebody has been given a role. A validator's profession goes with it."""

    type: ClassVar[str] = "nl.pijnstad.identity.role.granted.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = {
        "account_id": "01912f4e-0000-7000-8000-000000000001",
        "role": "validator",
        "profession": "physiotherapist",
    }

    account_id: str
    role: Role
    profession: Profession | None = None


class RoleRevoked(EventModel):
    """Somebody no longer has a role."""

    type: ClassVar[str] = "nl.pijnstad.identity.role.revoked.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = {"account_id": "01912f4e-0000-7000-8000-000000000001", "role": "validator"}

    account_id: str
    role: Role


class ShareGranted(EventModel):
    """Somebody lets a reader see parts of what is theirs, until a moment. The subject of the event is the owner."""

    type: ClassVar[str] = "nl.pijnstad.identity.share.granted.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = {
        "share_id": "01912f4e-0000-7000-8000-000000000003",
        "owner": "01912f4e-0000-7000-8000-000000000001",
        "reader": "01912f4e-0000-7000-8000-000000000002",
        "parts": ["diary"],
        "until": "2027-02-24T12:00:00Z",
    }

    share_id: str
    owner: str
    reader: str
    parts: list[Part]
    until: datetime


class ShareRevoked(EventModel):
    """Somebody no longer lets a reader see anything by this share."""

    type: ClassVar[str] = "nl.pijnstad.identity.share.revoked.v1"
    source: ClassVar[str] = SOURCE
    example: ClassVar = {
        "share_id": "01912f4e-0000-7000-8000-000000000003",
        "owner": "01912f4e-0000-7000-8000-000000000001",
        "reader": "01912f4e-0000-7000-8000-000000000002",
    }

    share_id: str
    owner: str
    reader: str
