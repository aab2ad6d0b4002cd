"""Who has an account: addresses, names, languages and audiences. No storage, no hashing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal, get_args

from email_validator import EmailNotValidError, validate_email

from pijnstad_contracts.identity import Audience

Language = Literal["nl", "en"]

Wish = Literal["larger_text", "low_stimulus", "listen"]

# How old somebody said they are: 18 or older, 16 or 17, 12 to 15. No date of birth: nothing here needs one.
Age = Literal["18", "16", "12"]

AUDIENCES: tuple[Audience, ...] = get_args(Audience)
LANGUAGES: tuple[Language, ...] = get_args(Language)
WISHES: tuple[Wish, ...] = get_args(Wish)
AGES: tuple[Age, ...] = get_args(Age)
# Under 18 the city is there for close ones; adults in pain and professionals are adults.
FOR_ADULTS: frozenset[Audience] = frozenset({"person_in_pain", "professional"})
NAME_LENGTH = 60
EMAIL_LENGTH = 254


class NotAnAddress(ValueError):
    """Say that a text is no e-mail address."""


class NotAName(ValueError):
    """Say that a text cannot be the name somebody is called by."""


@dataclass(frozen=True, slots=True)
class Address:
    """Hold an e-mail address as it was written, and the key under which it is one and the same account."""

    written: str
    key: str


def address(text: str) -> Address:
    """Read an e-mail address. Its form is checked, not whether it receives mail. Errors: NotAnAddress."""
    if len(text) > EMAIL_LENGTH:
        raise NotAnAddress
    try:
        valid = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise NotAnAddress from None
    return Address(valid.normalized, valid.normalized.casefold())


def called(text: str) -> str:
    """Read the name somebody wants to be called by: 1 to 60 characters, nothing invisible. Errors: NotAName."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name or len(name) > NAME_LENGTH or any(unicodedata.category(char)[0] == "C" for char in name):
        raise NotAName
    return name
