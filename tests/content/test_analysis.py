"""The one text analysis: what Dutch and English words become."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.analysis import analyse, fingerprint, fold
from content.lexicon import lexicon
from content.search.plan import plan
from content.search.typing_errors import errors, nearest


def stems(text: str, language: str = "nl") -> list[str]:
    return analyse(text, language).stems().split()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sliep", "slapen"),
        ("geslapen", "slaap"),
        ("kinderen", "kind"),
        ("knieën", "knie"),
        ("knieen", "knie"),
        ("opvlammingen", "opvlamming"),
        ("bewoog", "bewegen"),
        ("medicatie", "medicijnen"),
        ("HUISARTSEN", "huisarts"),
        ("partner’s", "partner"),
    ],
)
def test_forms_of_a_dutch_word_become_one(one: str, other: str) -> None:
    assert stems(one) == stems(other) != []


@pytest.mark.parametrize(
    ("one", "other"), [("slept", "sleeping"), ("children", "child"), ("flares", "flare"), ("ran", "running")]
)
def test_forms_of_an_english_word_become_one(one: str, other: str) -> None:
    assert stems(one, "en") == stems(other, "en") != []


def test_worse_is_not_wrong() -> None:
    assert stems("worse", "en") != stems("wrong", "en")


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("rugpijn", ("rug", "pijn")),
        ("slaapproblemen", ("slaap", "probleem")),
        ("zenuwpijnen", ("zenuw", "pijn")),
        ("nachtrust", ("nacht", "rust")),
        ("opvlammingsdagen", ("opvlam", "dag")),
        ("pijnzorgketen", ("pijn", "zorg", "keet")),
    ],
)
def test_a_compound_gives_its_parts(compound: str, parts: tuple[str, ...]) -> None:
    (word,) = analyse(compound, "nl").words
    assert word.parts == parts
    assert set(parts) < set(word.tokens)


@pytest.mark.parametrize(
    "word", ["rapport", "huisarts", "werkgever", "oefening", "pijnlijk", "kinderen", "medicijnen", "vermoeidheid"]
)
def test_a_word_that_only_looks_like_a_compound_stays_whole(word: str) -> None:
    assert analyse(word, "nl").words[0].parts == ()


def test_stop_words_go_unless_asked_to_stay() -> None:
    assert stems("wat is er aan de hand met mijn rug") == [*stems("hand"), "rug"]
    assert len(analyse("wat is dit", "nl", keep_stop_words=True).words) == 3


def test_a_hyphenated_word_is_found_whole_and_in_pieces() -> None:
    assert [word.written for word in analyse("re-integratie", "nl").words] == ["reintegratie", "re", "integratie"]


def test_each_written_word_is_kept_once_for_typing_errors() -> None:
    assert analyse("Knieën, knieën en knie", "nl").written() == "knieen knie"


def test_a_synonym_counts_when_all_its_words_are_asked() -> None:
    assert "slaap" in str(plan("wakker liggen", "nl"))
    assert "slaap" not in str(plan("wakker", "nl"))


def test_an_unknown_word_may_be_mistyped_and_a_known_one_only_when_forgiven() -> None:
    assert "Near" in str(plan("vermoeidhied", "nl"))
    assert "Near" not in str(plan("vermoeidheid", "nl"))
    assert "Near" in str(plan("vermoeidheid", "nl", forgiving=True))


def test_at_least_half_of_the_words_must_match() -> None:
    found = plan("rug nek knie hoofd schouder", "nl")
    assert found is not None
    assert (len(found.parts), found.at_least) == (5, 3)


def test_a_long_query_is_cut_not_refused() -> None:
    found = plan(" ".join(f"woord{number}" for number in range(200)), "nl")
    assert found is not None
    assert len(found.parts) <= 16


def test_the_fingerprint_changes_with_the_word_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lexicon("nl").fingerprint() != lexicon("en").fingerprint()
    before = fingerprint()
    fingerprint.cache_clear()
    monkeypatch.setattr("content.analysis.RULES", 999)
    assert fingerprint() != before
    fingerprint.cache_clear()


@given(st.text(max_size=300), st.sampled_from(["nl", "en"]))
def test_any_text_gives_tokens_without_blanks_or_accents(text: str, language: str) -> None:
    analysed = analyse(text, language)  # type: ignore[arg-type]
    for word in analysed.words:
        assert all(token and not token.isspace() for token in word.tokens)
        assert word.written == fold(word.written)
    plan(text, language)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        ("slaap", "slaap", 0),
        ("salap", "slaap", 1),
        ("slap", "slaap", 1),
        ("sloop", "slaap", 2),
        ("", "abc", 3),
        ("pijn", "", 4),
    ],
)
def test_errors_are_counted_with_a_swap_as_one(one: str, other: str, number: int) -> None:
    assert errors(one, other) == errors(other, one) == number


def test_the_nearest_word_is_found_within_what_its_length_allows() -> None:
    words = ["vermoeidheid", "pijn", "slapen"]
    assert nearest("vermoeidhied", words) == "vermoeidheid"
    assert nearest("pjin", words) == "pijn"
    assert nearest("pjn", words) == "pijn"
    assert nearest("slop", words) is None


def test_a_mistyped_word_finds_what_its_synonyms_find() -> None:
    tree = str(plan("vermoeidhied", "nl"))
    assert "'moe'" in tree
    assert "'moe'" not in str(plan("vermoeidxxyd", "nl"))
