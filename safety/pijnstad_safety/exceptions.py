"""The few things that take a match back: an idiom over it, a flat denial before it, a past that is said to be over.

Each is narrow on purpose, and each is looked up in a table made once per text, so that time stays in proportion to
length whatever is written. Knows no rule and no level.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pijnstad_safety.phrases import Match
from pijnstad_safety.words import HARD, SOFT, Words

_FAR = 5  # words to look left for a second "not", which turns a denial around


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Hold the words the exceptions are made of; all of them stand in the lexicon."""

    negators: frozenset[str]
    second_negators: frozenset[str]
    fillers: frozenset[str]
    undone_by: frozenset[str]
    no_denial: frozenset[str]
    no_denial_after: frozenset[str]
    past: frozenset[str]
    clause_openers: frozenset[str]


@dataclass(slots=True)
class _Sentence:
    """What the exceptions need to know of one sentence, as positions of words."""

    has_past: bool = False
    last_undoing: int = -1
    first_over_end: int | None = None
    last_over_start: int = -1


class Exceptions:
    """Answer for the matches of one text whether something takes them back."""

    def __init__(
        self, vocabulary: Vocabulary, words: Words, idioms: Iterable[Match] = (), over: Iterable[Match] = ()
    ) -> None:
        self._vocabulary, self._words = vocabulary, words
        self._idiom = {at for idiom in idioms for at in range(idiom.first, idiom.last + 1)}
        self._sentence_of: list[_Sentence] = []
        self._read_sentences()
        for match in over:
            self._note_over(match)

    def idiom(self, match: Match) -> bool:
        """Say whether the match shares a word with an idiom."""
        return any(at in self._idiom for at in range(match.first, match.last + 1))

    def denied(self, match: Match) -> bool:
        """Say whether the words right before a match flatly deny it, and nothing around them takes that back."""
        words, voc = self._words.words, self._vocabulary
        at = self._before_the_fillers(match.first)
        if at is None or words[at] not in voc.negators:
            return False
        before = self._clause_before(at)
        if any(word in voc.second_negators for word in before) or " ".join([*before[:1], words[at]]) in voc.no_denial:
            return False
        following = words[match.last + 1 : match.last + 2]
        return not (self._sentence_of[match.last].last_undoing > match.last or set(following) & voc.no_denial_after)

    def closed_past(self, match: Match) -> bool:
        """Say whether the sentence speaks of the past and says that it is over, in words other than the match itself."""
        sentence = self._sentence_of[match.first]
        if not sentence.has_past or sentence.first_over_end is None:
            return False
        return sentence.first_over_end < match.first or sentence.last_over_start > match.last

    def _read_sentences(self) -> None:
        sentence = _Sentence()
        for at, word in enumerate(self._words.words):
            self._sentence_of.append(sentence)
            if word in self._vocabulary.past:
                sentence.has_past = True
            if word in self._vocabulary.undone_by:
                sentence.last_undoing = at
            if self._words.breaks[at] == HARD:
                sentence = _Sentence()

    def _note_over(self, match: Match) -> None:
        sentence = self._sentence_of[match.first]
        earliest = sentence.first_over_end
        sentence.first_over_end = match.last if earliest is None else min(earliest, match.last)
        sentence.last_over_start = max(sentence.last_over_start, match.first)

    def _before_the_fillers(self, first: int) -> int | None:
        """Walk left over words that carry nothing ("of having any") to the first that does, within the clause."""
        at = first - 1
        while at >= max(0, first - 2 * _FAR) and self._words.breaks[at] < SOFT:
            if self._words.words[at] not in self._vocabulary.fillers:
                return at
            at -= 1
        return None

    def _clause_before(self, at: int) -> list[str]:
        """Return up to five words to the left of `at`, nearest first, as far as the clause goes."""
        seen: list[str] = []
        for i in range(at - 1, max(0, at - _FAR) - 1, -1):
            word = self._words.words[i]
            if self._words.breaks[i] >= SOFT or word in self._vocabulary.clause_openers:
                break
            seen.append(word)
        return seen
