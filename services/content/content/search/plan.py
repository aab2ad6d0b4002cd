"""What a reader's words become: one tree of conditions that every engine translates, so that all find the same.

A word is looked for by its stem; a compound also by its parts together (rugpijn: rug and pijn); a word with synonyms
by those too, for less. A word that no list knows is also looked for with typing errors. Most of the words must match.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from content.analysis import Analysed, Word, analyse
from content.lexicon import Language, lexicon
from content.search.typing_errors import allowed_errors, nearest

FIELDS = {"title": 3.0, "summary": 2.0, "body": 1.0}
WRITTEN = "written"
TIE = 0.1
_PARTS, _SYNONYM, _MEANT, _TYPING_ERROR = 0.6, 0.7, 0.6, 0.4
_SHORT_WORD = 4


@dataclass(frozen=True, slots=True)
class Term:
    """Match a token in a field, scored by the engine (BM25) times `boost`."""

    field: str
    token: str
    boost: float


@dataclass(frozen=True, slots=True)
class Near:
    """Match words within `distance` typing errors (a swap is one), scored `score` whatever the word."""

    field: str
    word: str
    distance: int
    score: float


@dataclass(frozen=True, slots=True)
class AllOf:
    """Match what matches every part; scores add up."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Best:
    """Match what matches any part; the best score counts, the others a little (TIE)."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Most:
    """Match what matches at least so many parts; scores add up."""

    parts: tuple[Node, ...]
    at_least: int


Node = Term | Near | AllOf | Best | Most


def plan(text: str, language: Language, *, forgiving: bool = False) -> Most | None:
    """Return the tree for a reader's words, or None when there are none. `forgiving`: every word may be mistyped."""
    words = _query_words(text, language)
    if not words:
        return None
    groups = tuple(_group(word, words, language, forgiving) for word in dict.fromkeys(words))
    return Most(groups, at_least=(len(groups) + 1) // 2)


def _query_words(text: str, language: Language) -> tuple[Word, ...]:
    """Return the words to look for; when there are only stop words, those."""
    return (analyse(text, language).words or analyse(text, language, keep_stop_words=True).words)[:16]


def _group(word: Word, words: tuple[Word, ...], language: Language, forgiving: bool) -> Node:
    options: list[Node] = [_anywhere(word.stem, 1.0)]
    parts = _telling(word, language)
    if parts:
        options.append(_together(parts, _PARTS))
    options += [_together(stems, _SYNONYM) for stems in _synonyms(word, words, language)]
    if (forgiving or not word.known) and len(word.written) >= _SHORT_WORD:
        options.append(Near(WRITTEN, word.written, allowed_errors(word.written), _TYPING_ERROR))
        options += [_together(stems, _MEANT) for stems in _meant(word.written, language)]
    return options[0] if len(options) == 1 else Best(tuple(options))


def _anywhere(stem: str, boost: float) -> Node:
    return Best(tuple(Term(field, stem, weight * boost) for field, weight in FIELDS.items()))


def _together(stems: tuple[str, ...], boost: float) -> Node:
    each = tuple(_anywhere(stem, boost / len(stems)) for stem in stems)
    return each[0] if len(each) == 1 else AllOf(each)


def _telling(word: Word, language: Language) -> tuple[str, ...]:
    """Return a compound's parts without those that say little; all of them when nothing else is left."""
    generic = _generic(language)
    return tuple(part for part in word.parts if part not in generic) or word.parts


def _synonyms(word: Word, words: tuple[Word, ...], language: Language) -> list[tuple[str, ...]]:
    """Return the other terms of every group this word stands in, itself or as part of a longer term of the query."""
    asked = {one.stem for one in words}
    found: dict[tuple[str, ...], None] = {}
    for group in _groups_with(language).get(word.stem, ()):
        if any(word.stem in term and asked.issuperset(term) for term in group):
            found.update(dict.fromkeys(term for term in group if word.stem not in term))
    return list(found)


def _meant(written: str, language: Language) -> list[tuple[str, ...]]:
    """Return what a mistyped word of our synonyms would have found: vermoeidhied is vermoeidheid, and so also moe."""
    meant = nearest(written, _single_terms(language))
    if meant is None:
        return []
    stem = _single_terms(language)[meant]
    found: dict[tuple[str, ...], None] = {(stem,): None}
    for group in _groups_with(language).get(stem, ()):
        if (stem,) in group:
            found.update(dict.fromkeys(term for term in group if stem not in term))
    return list(found)


@cache
def _single_terms(language: Language) -> dict[str, str]:
    """Return the single words of our synonyms, as people write them, with their stems."""
    words = (analyse(term, language).words for group in lexicon(language).synonyms for term in group)
    return {found[0].written: found[0].stem for found in words if len(found) == 1}


@cache
def _groups_with(language: Language) -> dict[str, tuple[tuple[tuple[str, ...], ...], ...]]:
    """Return the synonym groups by each stem they hold."""
    by_stem: dict[str, list[tuple[tuple[str, ...], ...]]] = {}
    for terms in lexicon(language).synonyms:
        group = tuple(stems for stems in (_stems(term, language) for term in terms) if stems)
        for stem in {stem for stems in group for stem in stems}:
            by_stem.setdefault(stem, []).append(group)
    return {stem: tuple(groups) for stem, groups in by_stem.items()}


def _stems(term: str, language: Language) -> tuple[str, ...]:
    return tuple(word.stem for word in analyse(term, language).words)


@cache
def _generic(language: Language) -> frozenset[str]:
    analysed: Analysed = analyse(" ".join(lexicon(language).generic), language)
    return frozenset(word.stem for word in analysed.words)


def plain(markdown: str) -> str:
    """Return the words of a Markdown text for an index: without addresses, headings' marks and emphasis."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"[*_`#>|]+", " ", text)
