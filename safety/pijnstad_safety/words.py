"""From a person's text to plain words with the breaks between them. Knows no phrase and no rule."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

NONE, LINE, SOFT, HARD = 0, 1, 2, 3

_TOKEN = re.compile(r"[a-z0-9]+|[^a-z0-9 \t]+")
_LONG_RUN = re.compile(r"([a-z])\1{2,}")
_APOSTROPHES = str.maketrans("", "", "'’‘`´ʼ")
_PLAIN_SPACE = str.maketrans({"\u00a0": " ", "\u2007": " ", "\u202f": " ", "-": " ", "–": " ", "_": " ", "*": " "})
_SPLIT_SELF = re.compile(r"\b(mij|me|zich|je|my|him|her|them) (zelf|self)\b")
_SPELLED_OUT = {"wanna": "want to", "gonna": "going to", "cannot": "cant", "tmrw": "tomorrow"}
_SHORT = re.compile(r"\b(?:wanna|gonna|cannot|tmrw|(can|do|does|did|is|was|are|were|have|has|had|would|could) not)\b")
_STOP = re.compile(r"[!?;]|(?<!\.)\.(?!\.)|\n\s*\n")


@dataclass(frozen=True, slots=True)
class Words:
    """Hold the words of a text in order, and after each word what stands between it and the next."""

    words: tuple[str, ...]
    breaks: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.words)


def words_of(text: str) -> Words:
    """Split a text into words: lower case, no accents, apostrophes or invisible characters, long runs shortened.

    A full stop, question mark or empty line is a hard break, a comma, bracket or dots a soft one, a line end the softest.
    """
    words: list[str] = []
    breaks: list[int] = []
    for token in _TOKEN.findall(_normalise(text)):
        if token[0].isascii() and token[0].isalnum():
            words.append(token)
            breaks.append(NONE)
        elif words:
            breaks[-1] = max(breaks[-1], _break(token))
    return Words(tuple(words), tuple(breaks))


def _break(between: str) -> int:
    if _STOP.search(between):
        return HARD
    return SOFT if between.strip() else LINE


def _normalise(text: str) -> str:
    folded = text.casefold().translate(_APOSTROPHES).translate(_PLAIN_SPACE)
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(c for c in decomposed if not unicodedata.category(c).startswith(("M", "Cf")))
    return _SHORT.sub(_one_spelling, _SPLIT_SELF.sub(r"\1\2", _LONG_RUN.sub(r"\1\1", folded)))


def _one_spelling(found: re.Match[str]) -> str:
    """Write "do not" as `dont` and "wanna" as "want to": one spelling in the lexicon serves all."""
    verb = found.group(1)
    return f"{verb}nt".replace("cannt", "cant") if verb else _SPELLED_OUT[found.group()]
