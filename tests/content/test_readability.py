"""The measure: formulas by hand-counted examples, sentences, syllables, and the report for editors."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.readability import count_syllables, level_of, measure, report, split_sentences, without_front_matter


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("pijn", 1), ("moe", 1), ("over", 2), ("even", 2), ("mooie", 2), ("draaien", 2), ("idee", 2), ("reactie", 3),
        ("beïnvloeden", 4), ("coördinatie", 5), ("medicijnen", 4), ("zenuwstelsel", 4), ("lichamelijke", 5), ("zo'n", 2),
    ],
)  # fmt: skip
def test_dutch_syllables_are_counted_as_one_says_them(word: str, syllables: int) -> None:
    assert count_syllables(word, "nl") == syllables


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("pain", 1), ("make", 1), ("asked", 1), ("used", 1), ("wanted", 2), ("houses", 2), ("table", 2), ("little", 2),
        ("people", 2), ("doctor", 2), ("idea", 2), ("different", 3), ("medicine", 3), ("step-by-step", 3),
    ],
)  # fmt: skip
def test_english_syllables_are_counted_as_one_says_them(word: str, syllables: int) -> None:
    assert count_syllables(word, "en") == syllables


def test_the_dutch_score_is_that_of_douma() -> None:
    found = measure("Ik heb pijn. Dat is zwaar.", "nl")  # 6 words, 2 sentences, 6 syllables

    assert (found.words, found.sentences, found.syllables) == (6, 2, 6)
    assert found.score == pytest.approx(206.835 - 0.93 * 3 - 77, abs=0.05)


def test_the_english_score_is_that_of_flesch() -> None:
    found = measure("I have pain. It is heavy.", "en")  # 6 words, 2 sentences, 7 syllables

    assert (found.words, found.sentences, found.syllables) == (6, 2, 7)
    assert found.score == pytest.approx(206.835 - 1.015 * 3 - 84.6 * 7 / 6, abs=0.05)


def test_officialese_scores_far_below_plain_words() -> None:
    plain = measure("Vraag je dokter wat er kan. Neem iemand mee als je dat fijn vindt.", "nl")
    stiff = measure(
        "De verantwoordelijke zorgprofessional inventariseert systematisch de biopsychosociale factoren.",
        "nl",
    )

    assert plain.good
    assert stiff.level == "hard"
    assert "zorgprofessional" in stiff.hard_words


def test_a_long_sentence_is_shown_and_counts() -> None:
    long = "Als je " + "heel " * 20 + "moe bent."
    found = measure(f"Kort. {long}", "nl")

    assert found.long_sentences == (long,)
    assert found.longest == 24
    assert not found.good


def test_headings_do_not_count_and_list_items_are_sentences() -> None:
    text = "# Kop met veel woorden\n\nEen zin.\n\n- eerste ding\n- tweede ding\n\n1. derde ding"

    assert split_sentences(text) == ["Een zin.", "eerste ding", "tweede ding", "derde ding"]


def test_a_paragraph_over_two_lines_stays_one_sentence() -> None:
    assert split_sentences("Dit is een zin\nover twee regels.") == ["Dit is een zin over twee regels."]


def test_an_abbreviation_or_a_number_ends_no_sentence() -> None:
    assert len(split_sentences("Denk bijv. aan rust. Zie paragraaf 2.4.2 van de standaard.")) == 2


def test_of_a_link_only_its_words_are_read() -> None:
    assert split_sentences("Lees [meer hierover](https://example.org/Een.Lang.Adres).") == ["Lees meer hierover."]


def test_a_word_with_a_plainer_one_is_hard_however_short() -> None:
    assert measure("Bel indien nodig.", "nl").hard_words == ("indien",)
    assert measure("Call prior to noon.", "en").hard_words == ("prior",)


@pytest.mark.parametrize("text", ["", "  \n", "# Alleen een kop", "123 45"])
def test_a_text_without_words_scores_nothing_and_breaks_nothing(text: str) -> None:
    found = measure(text, "nl")

    assert (found.score, found.words, found.sentences) == (0.0, 0, 0)


@pytest.mark.parametrize(
    ("score", "level"), [(95, "easy"), (80, "easy"), (65, "plain"), (64.9, "harder"), (50, "harder"), (20, "hard")]
)
def test_a_score_has_a_name(score: float, level: str) -> None:
    assert level_of(score) == level


def test_the_report_names_the_file_the_sentence_and_the_plainer_word(tmp_path: Path) -> None:
    item = tmp_path / "iets" / "nl.md"
    item.parent.mkdir()
    item.write_text("---\nslug: iets\n---\n\nBel indien nodig. " + "Woord " * 25 + "klaar.\n", encoding="utf-8")

    said = report(tmp_path)

    assert said.startswith("LOOK iets/nl.md")
    assert "long sentence: Woord Woord" in said
    assert "indien (say: als)" in said
    assert "slug" not in said


def test_the_report_says_when_there_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nl\.md"):
        report(tmp_path)


def test_front_matter_is_no_text() -> None:
    assert without_front_matter("---\ntitle: x\n---\n\nTekst.").strip() == "Tekst."
    assert without_front_matter("Tekst --- met streepjes.") == "Tekst --- met streepjes."
