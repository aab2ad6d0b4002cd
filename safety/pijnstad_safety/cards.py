"""The card that leads from a text to people: the same from every district, in the reader's language.

Holds no rule and no lexicon; a card says what to do, never what somebody has.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a person. `href` can be tapped (tel: or https:); it is None where everybody's number differs."""

    label: str
    contact: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """A calm card: what we noticed, the ways to people, and the way back to where one was."""

    level: Literal["red_flag", "crisis"]
    title: str
    text: str
    ways: tuple[Way, ...]
    back: str


@lru_cache(maxsize=16)
def crisis_card(level: Literal["none", "red_flag", "crisis"], language: str = "nl") -> Card | None:
    """Return the card of a level in Dutch ("nl", "nl-NL"...) or else in English; None for level "none"."""
    if level == "none":
        return None
    data = _CARDS[level]["nl" if language.lower().startswith("nl") else "en"]
    ways = tuple(Way(way["label"], way["contact"], way.get("href")) for way in data["ways"])
    return Card(level, data["title"], data["text"], ways, data["back"])


def _load() -> dict[str, Any]:
    return tomllib.loads((files("pijnstad_safety") / "data" / "cards.toml").read_text(encoding="utf-8"))


_CARDS = _load()
