"""What a person agrees to, purpose by purpose: the texts in their versions, and what the receipts add up to.

Research and trade are no purposes here: there is nothing to agree to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from identity.domain.people import Language
from pijnstad_contracts.identity import Purpose

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


@dataclass(frozen=True, slots=True)
class Words:
    """Hold what a person reads before they agree, in one language."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ConsentText:
    """Hold one purpose's text. A changed text is a new version; the receipts name the version that was read."""

    purpose: Purpose
    version: str
    words: Mapping[Language, Words]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Hold that somebody gave or withdrew a consent, when, in which words, and through which client."""

    id: str
    purpose: Purpose
    given: bool
    text_version: str
    language: Language
    at: datetime
    client_id: str


@dataclass(frozen=True, slots=True)
class ConsentState:
    """Hold one purpose as it stands now."""

    text: ConsentText
    given: bool
    since: datetime | None
    read_version: str | None


TEXTS: Mapping[Purpose, ConsentText] = {
    "diary": ConsentText(
        "diary",
        "2026-11",
        {
            "nl": Words(
                "Je dagboek bewaren",
                "Pijnstad bewaart wat je in je dagboek schrijft: over je pijn, slaap, vermoeidheid, stemming en wat"
                " je deed. Dat zijn gegevens over je gezondheid. Je eigen woorden bewaren we versleuteld. Alleen "
                "jij ziet je dagboek, en wie jij het laat zien. We gebruiken het niet voor onderzoek of handel. Je "
                "kunt dit altijd weer intrekken. Dan kun je niets nieuws schrijven; wat er staat blijft van jou, en"
                " je kunt het weghalen.",
            ),
            "en": Words(
                "Keeping your diary",
                "Pijnstad keeps what you write in your diary: about your pain, sleep, fatigue, mood and what you "
                "did. These are data about your health. Your own words are stored encrypted. Only you see your "
                "diary, and whoever you show it to. It is not used for research or trade. You can withdraw this at "
                "any time. Then you cannot write anything new; what is there stays yours, and you can remove it.",
            ),
        },
    ),
    "suggestions": ConsentText(
        "suggestions",
        "2026-11",
        {
            "nl": Words(
                "Tips die bij je dagboek passen",
                "Als er iets verandert in je pijn, slaap, vermoeidheid, stemming of bezigheden, zoekt Pijnstad er "
                "iets bij uit de bibliotheek. Daarvoor kijkt Pijnstad welke thema's beter of slechter gingen, nooit"
                " naar je woorden. Je ziet altijd waarom je iets krijgt. Hooguit drie tips per dag. Je kunt dit "
                "altijd weer intrekken, en je dagboek werkt ook zonder.",
            ),
            "en": Words(
                "Suggestions that fit your diary",
                "When something changes in your pain, sleep, fatigue, mood or activities, Pijnstad looks for "
                "something that fits in the library. For that it looks at which themes went better or worse, never "
                "at your words. You always see why you get something. At most three suggestions a day. You can "
                "withdraw this at any time, and your diary works without it.",
            ),
        },
    ),
}


def current(receipts: Iterable[Receipt]) -> list[ConsentState]:
    """Return every purpose as it stands after these receipts, oldest receipt first."""
    last = {receipt.purpose: receipt for receipt in receipts}
    return [_state(TEXTS[purpose], last.get(purpose)) for purpose in PURPOSES]


def given(receipts: Iterable[Receipt]) -> list[Purpose]:
    """Return the purposes that are agreed to now."""
    return [state.text.purpose for state in current(receipts) if state.given]


def changes_something(receipts: Iterable[Receipt], purpose: Purpose, given: bool) -> bool:
    """Return whether this answer differs from how things stand, or agrees to a newer text."""
    state = next(state for state in current(receipts) if state.text.purpose == purpose)
    return state.given != given or (given and state.read_version != state.text.version)


def _state(text: ConsentText, last: Receipt | None) -> ConsentState:
    if last is None:
        return ConsentState(text, given=False, since=None, read_version=None)
    return ConsentState(text, last.given, last.at, last.text_version)
