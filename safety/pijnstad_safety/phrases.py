"""The little language of the lexicon: phrases of words, alternatives and bounded gaps, found in linear time.

A phrase is found from its rarest-looking word outwards, so a text pays only for the words it holds, and every step is
bounded: no regular expression runs over a person's text, nothing can be made slow by writing something clever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pijnstad_safety.words import HARD, NONE, Words

_PREFIX_KEY = 4  # letters; a prefix in the lexicon has at least so many
_DEFAULT_GAP = 3


@dataclass(frozen=True, slots=True)
class Word:
    """Match one word: any of `exact`, or anything that starts with one of `prefixes`."""

    exact: frozenset[str]
    prefixes: tuple[str, ...] = ()
    optional: bool = False

    def matches(self, word: str) -> bool:
        """Say whether the word fits."""
        return word in self.exact or (bool(self.prefixes) and word.startswith(self.prefixes))


@dataclass(frozen=True, slots=True)
class Gap:
    """Match 0 to `limit` words, none of them a negator, never across a hard break."""

    limit: int


Element = Word | Gap


@dataclass(frozen=True, slots=True)
class Phrase:
    """A compiled phrase around its key word. `left` runs from the key to the front, `right` to the end.

    `needs` holds a set for every other word that must be there: a text without one of each need not be walked.
    """

    source: str
    left: tuple[Element, ...]
    key: Word
    right: tuple[Element, ...]
    ends_clause: bool
    needs: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Say where a phrase was found: first and last word."""

    phrase: Phrase
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Grammar:
    """Hold what phrases are read with: the named sets, the words that negate, the words that open a new clause."""

    sets: Mapping[str, frozenset[str]]
    negators: frozenset[str]
    clause_openers: frozenset[str]

    def compile(self, source: str) -> Phrase:
        """Read a phrase. Errors: ValueError naming the phrase when it is not well-formed."""
        parts = source.split()
        ends_clause = "$" in parts[-1:]
        elements = [self._element(part, source) for part in (parts[:-1] if ends_clause else parts)]
        at = _key_position(elements, source)
        key = elements[at]
        assert isinstance(key, Word)
        others = [e for i, e in enumerate(elements) if i != at and isinstance(e, Word)]
        needs = tuple(e.exact for e in others if not e.optional and not e.prefixes)
        return Phrase(source, tuple(reversed(elements[:at])), key, tuple(elements[at + 1 :]), ends_clause, needs)

    def _element(self, part: str, source: str) -> Element:
        if part.startswith(".."):
            return Gap(int(part[2:]) if part[2:] else _DEFAULT_GAP)
        optional = part.endswith("?")
        exact: set[str] = set()
        prefixes: list[str] = []
        for option in part.removesuffix("?").split("|"):
            if option.startswith("@"):
                exact |= self.sets[option[1:]]
            elif option.endswith("*"):
                prefixes.append(option[:-1])
            else:
                exact.add(option)
        if any(not word.isalnum() for word in [*exact, *prefixes]) or any(len(p) < _PREFIX_KEY for p in prefixes):
            raise ValueError(f"phrase {source!r}: {part!r} is not well-formed")
        return Word(frozenset(exact), tuple(prefixes), optional)


@dataclass(slots=True)
class PhraseIndex:
    """Find many phrases in one pass over the words of a text."""

    grammar: Grammar
    _exact: dict[str, list[tuple[str, Phrase]]] = field(default_factory=lambda: defaultdict(list))
    _prefix: dict[str, list[tuple[str, Phrase]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, owner: str, sources: Iterable[str]) -> None:
        """Compile phrases and file them under their key word."""
        for source in sources:
            phrase = self.grammar.compile(source)
            for word in phrase.key.exact:
                self._exact[word].append((owner, phrase))
            for prefix in phrase.key.prefixes:
                self._prefix[prefix[:_PREFIX_KEY]].append((owner, phrase))

    def find(self, words: Words) -> Iterator[tuple[str, Match]]:
        """Yield every phrase found, with its owner, in no particular order."""
        places: dict[str, list[int]] = defaultdict(list)
        for at, word in enumerate(words.words):
            places[word].append(at)
        vocabulary = set(places)
        for word in vocabulary:
            for owner, phrase in self._candidates(word):
                if any(need.isdisjoint(vocabulary) for need in phrase.needs):
                    continue
                for at in places[word]:
                    if (match := self._match(phrase, words, at)) is not None:
                        yield owner, match

    def _candidates(self, word: str) -> Iterator[tuple[str, Phrase]]:
        yield from self._exact.get(word, ())
        for owner, phrase in self._prefix.get(word[:_PREFIX_KEY], ()):
            if phrase.key.matches(word):
                yield owner, phrase

    def _match(self, phrase: Phrase, words: Words, at: int) -> Match | None:
        first = self._walk(phrase.left, words, at, -1, False)
        if first is None:
            return None
        last = self._walk(phrase.right, words, at, +1, phrase.ends_clause)
        return None if last is None else Match(phrase, first, last)

    def _walk(self, elements: tuple[Element, ...], words: Words, at: int, step: int, ends: bool) -> int | None:
        """Follow elements from the word at `at`; return where the last one stands, or None."""
        if not elements:
            return at if not ends or self._clause_ends(words, at) else None
        head, rest = elements[0], elements[1:]
        if isinstance(head, Gap):
            return self._walk_gap(head.limit, rest, words, at, step, ends)
        following = _neighbour(words, at, step)
        if following is not None and head.matches(words.words[following]):
            found = self._walk(rest, words, following, step, ends)
            if found is not None:
                return found
        return self._walk(rest, words, at, step, ends) if head.optional else None

    def _walk_gap(
        self, limit: int, rest: tuple[Element, ...], words: Words, at: int, step: int, ends: bool
    ) -> int | None:
        here: int | None = at
        for _ in range(limit + 1):
            if here is None:
                return None
            found = self._walk(rest, words, here, step, ends)
            if found is not None:
                return found
            here = _neighbour(words, here, step)
            if here is not None and words.words[here] in self.grammar.negators:
                return None
        return None

    def _clause_ends(self, words: Words, at: int) -> bool:
        if at + 1 >= len(words) or words.breaks[at] != NONE:
            return True
        return words.words[at + 1] in self.grammar.clause_openers


def _neighbour(words: Words, at: int, step: int) -> int | None:
    """Return the index of the next word that way, or None at the text's edge or a hard break."""
    other = at + step
    if not 0 <= other < len(words) or words.breaks[min(at, other)] == HARD:
        return None
    return other


def _key_position(elements: list[Element], source: str) -> int:
    """Choose the word to look a phrase up by: needed, and with the longest shortest form, as long words are rare."""
    needed = [(i, e) for i, e in enumerate(elements) if isinstance(e, Word) and not e.optional]
    if not needed:
        raise ValueError(f"phrase {source!r} needs at least one word")
    return max(needed, key=lambda found: min(len(w) for w in (*found[1].exact, *found[1].prefixes)))[0]
