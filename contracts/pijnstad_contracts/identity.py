"""What identity says: accounts and consents. One account's events are one stream, numbered from its registration."""

from __future__ import annotations

from typing import ClassVar, Literal

from pijnstad_contracts.envelope import EventModel

Audience = Literal[
    "person_in_pain", "partner", "child", "parent", "sibling", "friend", "colleague_or_employer", "professional"
]
Purpose = Literal["diary", "suggestions"]

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
