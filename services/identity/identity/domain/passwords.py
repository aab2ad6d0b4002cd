"""When a password is good enough. Strength is zxcvbn's, with the words Dutch people choose first; hashing is elsewhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Literal

from zxcvbn import zxcvbn

Weakness = Literal["too_short", "too_long", "too_easy"]

MIN_LENGTH = 10
MAX_LENGTH = 200
ENOUGH = 3  # zxcvbn's scale of 0 to 4; 3: safely unguessable against an offline attack on a slow hash
_MEASURED = 72  # zxcvbn raises above it, and gets slow well before

# What people in the Netherlands choose first, beside the English words zxcvbn knows.
DUTCH = (
    "wachtwoord", "welkom", "welkom01", "welkom123", "welkom2025", "welkom2026", "geheim", "geheim123", "hallo", "hallo123",
    "qwerty", "azerty", "nederland", "holland", "amsterdam", "rotterdam", "denhaag", "utrecht", "groningen", "eindhoven",
    "oranje", "ajax", "feyenoord", "psv", "voetbal", "schatje",
    "liefje", "lieverd", "knuffel", "moppie", "poepie", "zonnetje",
    "vlinder", "bloemen", "dolfijn", "paarden", "konijn", "hondje", "poesje", "tijger", "koekje", "chocola", "appeltaart",
    "kaas", "computer", "internet", "vakantie", "zomer", "zomer2025", "zomer2026", "winter", "winter2025", "winter2026",
    "lente2026", "herfst2026", "januari", "februari", "maart", "april", "augustus", "september", "oktober", "november",
    "december", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "gezondheid", "ziekenhuis",
    "dokter", "huisarts", "pijn", "pijnstad", "rugpijn", "hoofdpijn", "migraine", "fibromyalgie", "inloggen", "toegang",
    "sesamopenu", "ikhouvanjou", "ikhouvanjou123", "mama", "papa", "opa", "oma", "familie", "school", "student", "werk",
)  # fmt: skip


def prepared(password: str) -> str:
    """Return the password in the one form that is hashed (NFKC): two keyboards, one password."""
    return unicodedata.normalize("NFKC", password)


def weakness(password: str, about: Iterable[str] = ()) -> Weakness | None:
    """Return what is wrong with a password, if anything. `about` holds what others know of the person."""
    text = prepared(password)
    if len(text) < MIN_LENGTH:
        return "too_short"
    if len(text) > MAX_LENGTH:
        return "too_long"
    guessable = [*DUTCH, *(part for known in about for part in _parts(known))]
    return "too_easy" if zxcvbn(text[:_MEASURED], user_inputs=guessable)["score"] < ENOUGH else None


def _parts(known: str) -> list[str]:
    words = known.lower().replace("@", " ").replace(".", " ").split()
    return [known.lower(), *(word for word in words if len(word) > 2)]
