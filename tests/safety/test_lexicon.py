"""The lexicon as data: well-formed, explained, and every part of it doing something."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from pijnstad_safety.phrases import Gap, Grammar, Phrase, PhraseIndex, Word
from pijnstad_safety.words import words_of

LEXICON: dict[str, Any] = tomllib.loads(
    (files("pijnstad_safety") / "data" / "lexicon.toml").read_text(encoding="utf-8")
)
GRAMMAR = Grammar(
    {name: frozenset(words.split()) for name, words in LEXICON["sets"].items()},
    frozenset(LEXICON["denial"]["negators"].split()),
    frozenset(LEXICON["clause"]["ends_before"].split()),
)
PHRASES = [phrase for rule in LEXICON["rules"] for phrase in rule["phrases"]]
IDIOMS = [phrase for idiom in LEXICON["idioms"] for phrase in idiom["phrases"]]


def found(phrase: str, text: str) -> bool:
    index = PhraseIndex(GRAMMAR)
    index.add("it", [phrase])
    return any(index.find(words_of(text)))


def spoken(phrase: Phrase) -> str:
    """Say a phrase with the first word of every choice, without what may be missing."""
    elements = [*reversed(phrase.left), phrase.key, *phrase.right]
    return " ".join(
        min(element.exact) if element.exact else element.prefixes[0]
        for element in elements
        if isinstance(element, Word) and not element.optional
    )


@pytest.mark.parametrize("source", [*PHRASES, *IDIOMS, *LEXICON["past"]["over"]])
def test_a_phrase_finds_itself(source: str) -> None:
    assert found(source, spoken(GRAMMAR.compile(source)))


def test_every_rule_has_its_own_id_a_level_and_phrases() -> None:
    ids = [rule["id"] for rule in LEXICON["rules"]]

    assert len(ids) == len(set(ids))
    assert all(rule["id"].split(".")[0] == rule["level"] for rule in LEXICON["rules"])
    assert all(rule["phrases"] for rule in LEXICON["rules"])


def test_every_idiom_says_why_it_may_take_a_match_back() -> None:
    assert all(len(idiom["why"]) > 20 for idiom in LEXICON["idioms"])


def test_no_phrase_stands_twice_in_a_rule() -> None:
    for rule in LEXICON["rules"]:
        assert len(rule["phrases"]) == len(set(rule["phrases"])), rule["id"]


def test_gaps_are_bounded_so_that_time_is() -> None:
    for source in [*PHRASES, *IDIOMS]:
        phrase = GRAMMAR.compile(source)
        gaps = [element for element in (*phrase.left, *phrase.right) if isinstance(element, Gap)]
        assert len(gaps) <= 4, source
        assert all(gap.limit <= 8 for gap in gaps), source


@pytest.mark.parametrize("source", ["..", "$", "a*", "don't", "maar? ook?"])
def test_a_phrase_that_is_not_well_formed_is_refused_by_name(source: str) -> None:
    with pytest.raises(ValueError, match="phrase"):
        GRAMMAR.compile(source)


def test_a_gap_takes_words_but_no_negation_and_no_full_stop() -> None:
    assert found("wil .. dood", "ik wil zo graag dood")
    assert not found("wil .. dood", "ik wil niet dood")
    assert not found("wil .. dood", "ik wil slapen. de plant is dood")


def test_a_clause_end_is_a_stop_a_comma_the_end_or_a_joining_word() -> None:
    for text in ("ik kan niet meer", "ik kan niet meer, echt", "ik kan niet meer en ik ga", "ik kan niet meer\nmorgen"):
        assert found("@ik kan niet meer $", text)
    assert not found("@ik kan niet meer $", "ik kan niet meer fietsen")
