"""The word lists of one language, read from data/<language>.yaml. How they are used is said in analysis.py."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = ("nl", "en")


@dataclass(frozen=True)
class Lexicon:
    """Hold the words of one language; every word in lower case, as people write it."""

    stop_words: frozenset[str]
    lemmas: dict[str, str]
    compound_parts: frozenset[str]
    whole: frozenset[str]
    never_parts: frozenset[str]
    generic: frozenset[str]
    synonyms: tuple[tuple[str, ...], ...]

    def fingerprint(self) -> str:
        """Return a hash of what is baked into an index; synonyms and generic parts only work on queries."""
        baked = [
            sorted(self.stop_words),
            sorted(self.lemmas.items()),
            sorted(self.compound_parts),
            sorted(self.whole),
            sorted(self.never_parts),
        ]
        return hashlib.sha256(repr(baked).encode()).hexdigest()


@cache
def lexicon(language: Language) -> Lexicon:
    """Return the word lists of a language."""
    raw = resources.files("content").joinpath("data", f"{language}.yaml").read_text(encoding="utf-8")
    return _lexicon(yaml.safe_load(raw))


def _lexicon(lists: dict[str, Any]) -> Lexicon:
    return Lexicon(
        stop_words=_words(lists["stop_words"]),
        lemmas=dict(lists["lemmas"]),
        compound_parts=_words(lists["compound_parts"]),
        whole=_words(lists["whole"]),
        never_parts=_words(lists["never_parts"]),
        generic=_words(lists["generic"]),
        synonyms=tuple(tuple(str(term).lower() for term in group) for group in lists["synonyms"]),
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())
