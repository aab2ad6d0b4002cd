"""What must and must not bring the card: the committed sentences, and what the exceptions may and may not take back."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pijnstad_safety import LEXICON_VERSION, screen

SENTENCES = Path(__file__).parent / "sentences"
LEVELS = {"crisis": "crisis", "red_flag": "red_flag", "nothing": "none"}


def sentences(name: str, language: str) -> list[str]:
    lines = (SENTENCES / f"{name}.{language}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


ALL = [
    pytest.param(LEVELS[name], sentence, id=f"{name}-{language}-{number}")
    for name in LEVELS
    for language in ("nl", "en")
    for number, sentence in enumerate(sentences(name, language))
]


@pytest.mark.parametrize(("level", "sentence"), ALL)
def test_a_committed_sentence_brings_the_card_its_reviewers_chose(level: str, sentence: str) -> None:
    assert screen(sentence).level == level, f"{sentence!r} -> {screen(sentence).rules}"


@pytest.mark.parametrize(("level", "sentence"), [case for case in ALL if case.values[0] != "none"])
def test_a_serious_sentence_is_found_in_the_middle_of_an_ordinary_day(level: str, sentence: str) -> None:
    around = f"Vannacht slecht geslapen.\n{sentence}\nMorgen komt de fysiotherapeut."

    assert screen(around).level == level


@pytest.mark.parametrize("sentence", [case.values[1] for case in ALL if case.values[0] == "none"])
def test_an_ordinary_sentence_stays_ordinary_in_capitals_and_over_two_lines(sentence: str) -> None:
    assert screen(sentence.upper()).level == "none"
    assert screen(sentence.replace(" ", "\n", 1)).level == "none"


def test_there_are_enough_sentences_in_both_languages() -> None:
    for language in ("nl", "en"):
        assert len(sentences("crisis", language)) + len(sentences("red_flag", language)) >= 75
        assert len(sentences("nothing", language)) >= 125


def test_no_sentence_stands_in_two_files() -> None:
    every = [
        sentence.casefold() for name in LEVELS for language in ("nl", "en") for sentence in sentences(name, language)
    ]

    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    "written",
    [
        "ik ben suicidaal",
        "ik ben SUÏCIDAAL",
        "ik ben sui\u0308cidaal",
        "ik ben sui\u200bcidaal",
        "ik\u00a0ben   suïcidaal",
        "ik ben... suïcidaal",
        "ik wil mij zelf ophangen",
        "ik wil mezelf ophangen",
        "I do not want to live",
        "I don’t want to live",
        "I dont want to live",
        "i wanna die",
        "Ik wil dooooood",
    ],
)
def test_the_way_of_writing_makes_no_difference(written: str) -> None:
    assert screen(written).level == "crisis"


def test_crisis_counts_more_than_a_red_flag() -> None:
    found = screen("Ik heb hoge koorts en ik wil dood.")

    assert found.level == "crisis"
    assert found.rules == ("crisis.wish_to_die", "red_flag.fever")


def test_the_answer_carries_ids_and_a_version_and_none_of_the_words() -> None:
    found = screen("Ik wil dood, mijn naam is Annemiek.")

    assert found.lexicon == LEXICON_VERSION
    assert "nnemiek" not in repr(found)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "!?!", "…", "日本語", "🙂", "\x00", "'", "-" * 50])
def test_a_text_without_words_says_nothing(text: str) -> None:
    assert screen(text).level == "none"


def test_a_denial_reaches_no_further_than_its_own_sentence() -> None:
    assert screen("Ik heb geen koorts. Wel bloed bij mijn ontlasting.").level == "red_flag"
    assert screen("Nee, niet goed. Zelfmoord spookt door mijn hoofd.").level == "crisis"


def test_an_idiom_takes_back_only_what_it_covers() -> None:
    assert screen("Ik las een artikel over zelfmoord.").level == "none"
    assert screen("Ik las een artikel over zelfmoord en ik wil zelf ook dood.").level == "crisis"


def test_a_closed_past_takes_nothing_back_from_an_attempt() -> None:
    assert screen("Vroeger wilde ik dood, nu gelukkig niet meer.").level == "none"
    assert screen("Jaren geleden heb ik een zelfmoordpoging gedaan, dat ligt achter me.").level == "crisis"


def milliseconds(text: str, times: int = 15) -> float:
    """Return the least CPU time of several runs: other programs on the machine must not decide a test."""

    def once() -> float:
        started = time.thread_time()
        screen(text)
        return time.thread_time() - started

    return 1000 * min(once() for _ in range(times))


def test_four_thousand_characters_of_diary_take_a_few_milliseconds_at_most() -> None:
    diary = " ".join(sentences("nothing", "nl") * 2)[:4000]

    assert milliseconds(diary) < 10  # about 1.5 on a quiet core; wide, for slow machines


@pytest.mark.parametrize(
    "word",
    [
        "dood ",
        "niet meer leven ",
        "ik wil niet ",
        "want to ",
        "can't go on ",
        "geen zelfmoord ",
        "vroeger zelfmoord nu niet meer ",
    ],
)
def test_time_grows_with_the_length_of_a_text_and_no_faster(word: str) -> None:
    short, long = word * 200, word * 3200

    assert milliseconds(long, 5) < 16 * max(milliseconds(short), 0.05) * 6  # squared, it would be 256 times
