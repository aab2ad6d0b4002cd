"""The one text analysis of the library: what is written and what is searched for become the same plain tokens.

Words in lower case -> lemma (own exceptions, then simplemma) -> stem (PyStemmer) -> without accents. A Dutch compound
also gives its parts: rugpijn ~ rug, pijn. Both search engines get tokens that are ready, separated by blanks. What is
done with a query's words is in search/query.py; the word lists are in data/.
"""

from __future__ import annotations

import ctypes
import hashlib
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version

import simplemma
import Stemmer

from content.lexicon import LANGUAGES, Language, lexicon

RULES = 1  # raise it when the code below changes what it makes of a text
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_STEMMERS = {"nl": "dutch", "en": "english"}
_LINKS = ("", "s", "e", "en", "n")
_SHORTEST_PART, _SHORTEST_COMPOUND = 3, 7


@dataclass(frozen=True, slots=True)
class Word:
    """Hold one word: as it was written (lower case, no accents), its stem, and the stems of a compound's parts."""

    written: str
    stem: str
    parts: tuple[str, ...] = ()
    known: bool = True

    @property
    def tokens(self) -> tuple[str, ...]:
        """Return everything an index keeps for this word."""
        return (self.stem, *(part for part in self.parts if part != self.stem))


@dataclass(frozen=True, slots=True)
class Analysed:
    """Hold the words of a text in their order, without stop words."""

    words: tuple[Word, ...]

    def stems(self) -> str:
        """Return the tokens of the text, separated by blanks."""
        return " ".join(token for word in self.words for token in word.tokens)

    def written(self) -> str:
        """Return each word once, as written: where typing errors are looked up."""
        return " ".join(dict.fromkeys(word.written for word in self.words))


def analyse(text: str, language: Language, *, keep_stop_words: bool = False) -> Analysed:
    """Return the words of a text. A hyphenated word gives its pieces as well, for flare-up and re-integratie."""
    stop_words = frozenset() if keep_stop_words else lexicon(language).stop_words
    words = (form for form in _forms(text) if form not in stop_words)
    return Analysed(tuple(_word(form, language) for form in words))


def warm() -> None:
    """Load the word lists of both languages now: the first word costs 0.3 s, and no reader should pay that."""
    for language in LANGUAGES:
        analyse("pijnklachten", language)
    _give_back()


@cache
def fingerprint() -> str:
    """Return what an index must have been built with to fit this analysis: rules, lists and libraries."""
    parts = [str(RULES), version("simplemma"), version("PyStemmer"), *(lexicon(one).fingerprint() for one in LANGUAGES)]
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


def _give_back() -> None:
    """Return the memory that unpacking the lists took to the system, where the C library knows how."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def fold(text: str) -> str:
    """Return the text without accents: knieën -> knieen."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _forms(text: str) -> list[str]:
    forms: list[str] = []
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text).lower()):
        form = match.group().replace("’", "'").removesuffix("'s")
        pieces = [piece for piece in form.split("-") if piece]
        forms += [form.replace("-", ""), *pieces] if len(pieces) > 1 else pieces
    return forms


@lru_cache(maxsize=50_000)
def _word(form: str, language: Language) -> Word:
    lemma, known = _lemma(form, language)
    parts = tuple(_stem(_lemma(part, language)[0], language) for part in _split(lemma, form, language))
    return Word(written=fold(form), stem=_stem(lemma, language), parts=parts, known=known or bool(parts))


def _lemma(form: str, language: Language) -> tuple[str, bool]:
    own = lexicon(language).lemmas.get(form)
    if own:
        return own, True
    return simplemma.lemmatize(form, lang=language).lower(), simplemma.is_known(form, lang=language)


@cache
def _stemmer(language: Language) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(_STEMMERS[language])


def _stem(lemma: str, language: Language) -> str:
    return fold(_stemmer(language).stemWord(lemma))


def _split(lemma: str, form: str, language: Language) -> tuple[str, ...]:
    """Return the parts of a compound, or nothing. At least one part is on our list, so that rapport stays whole."""
    lists = lexicon(language)
    if not lists.compound_parts or form in lists.whole or lemma in lists.whole:
        return ()
    for word in dict.fromkeys((lemma, form)):
        if len(word) >= _SHORTEST_COMPOUND:
            parts = _parts(word, language)
            if len(parts) > 1 and any(part in lists.compound_parts for part in parts):
                return parts
    return ()


def _parts(word: str, language: Language) -> tuple[str, ...]:
    """Return the longest-first way to cut a word in known parts with a linking s, e, en or n between them."""
    for cut in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
        head, rest = word[:cut], word[cut:]
        if not _is_part(head, language):
            continue
        for link in _LINKS:
            tail = rest.removeprefix(link) if rest.startswith(link) else ""
            if _is_part(tail, language):
                return (head, tail)
            deeper = _parts(tail, language) if len(tail) >= _SHORTEST_COMPOUND else ()
            if deeper:
                return (head, *deeper)
    return ()


def _is_part(word: str, language: Language) -> bool:
    lists = lexicon(language)
    if word in lists.compound_parts:
        return True
    return len(word) > _SHORTEST_PART and word not in lists.never_parts and simplemma.is_known(word, lang=language)
