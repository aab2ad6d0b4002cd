"""What every text of the library keeps: both languages, whole front matter, real sources, plain sentences, safe words."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from content.library import COURSES, Library, read_library
from content.readability import GOAL, LONGEST_SENTENCE, measure, without_front_matter

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "services" / "content" / "library"
SLUGS = sorted(folder.name for folder in LIBRARY.iterdir() if folder.is_dir() and folder.name != COURSES)
TEXTS = [(slug, language) for slug in SLUGS for language in ("nl", "en")]
texts = pytest.mark.parametrize(("slug", "language"), TEXTS)
items = pytest.mark.parametrize("slug", SLUGS)

DIMENSIONS = {
    "bodily_functions",
    "mental_wellbeing",
    "meaningfulness",
    "quality_of_life",
    "participation",
    "daily_functioning",
}
THEMES = {"pain", "sleep", "fatigue", "mood", "interference", "activity"}
DIRECTIONS = {"worse", "same", "better", "unknown"}
AUDIENCES = {
    "person_in_pain", "partner", "child", "parent", "sibling", "friend", "colleague_or_employer", "professional",
}  # fmt: skip
FIELDS = {
    "slug", "kind", "title", "summary", "in_one_minute", "dimensions", "side", "themes", "directions", "pain_types",
    "body_areas", "phases", "steps", "audiences", "flare_friendly", "minutes", "provenance", "sources", "update_policy",
    "review_by", "written_on",
}  # fmt: skip
PER_LANGUAGE = {"title", "summary", "in_one_minute", "update_policy"}

# Sentences over 20 words that stay, each with its reason: (slug, language, how it starts).
LONG_ON_PURPOSE: dict[tuple[str, str, str], str] = {}


# Words that mean "now to a person", and the sentence that then always stands there.
ALWAYS_THE_SAME = {
    "nl": {
        "voelt je kruis doof": "Kun je ineens slecht plassen, voelt je kruis doof, of doen je benen het niet? "
        "Bel dan meteen je huisarts of de huisartsenpost.",
        "0800-0113": "Bel **113** of **0800-0113**, dag en nacht.",
        "aan de dood": "Is er nu gevaar? Bel **112**.",
    },
    "en": {
        "does your groin feel numb": "Can you suddenly not pass water well, does your groin feel numb, or will your "
        "legs not move? Then call your doctor or the out-of-hours GP at once.",
        "0800-0113": "In the Netherlands call **113** or **0800-0113**, day and night.",
        "think of death": "Is there danger now? Call **112**.",
    },
}

# What people come for, and the texts that must be there for it.
SUBJECTS = {
    "work": ("werken-met-pijn", "keuring-en-re-integratie", "leidinggeven-bij-pijn", "een-collega-met-pijn"),
    "sleep": ("beter-slapen-met-pijn", "na-een-slechte-nacht", "wakker-liggen"),
    "pacing": ("doseren-je-dag-verdelen", "moe-van-de-pijn", "het-huishouden-in-stukjes"),
    "medication safety": ("veilig-met-je-medicijnen", "rijden-met-medicijnen", "minderen-met-sterke-pijnstillers"),
    "stress": ("stress-en-pijn", "even-op-adem", "als-je-hoofd-maar-doorgaat"),
    "flares": ("jouw-plan-voor-een-opvlamming", "midden-in-een-opvlamming", "terugkijken-na-een-opvlamming"),
    "talking with the doctor": ("het-gesprek-met-je-dokter", "niets-gevonden-en-toch-pijn", "mee-naar-de-dokter"),
    "partner": ("als-je-partner-pijn-heeft", "dichtbij-zijn-en-vrijen", "zorgen-voor-jezelf-als-je-zorgt"),
    "child of": ("als-je-vader-of-moeder-pijn-heeft", "school-mag-het-weten", "je-ouder-heeft-een-slechte-dag"),
    "old and frail, dementia": ("pijn-als-je-ouder-wordt", "pijn-bij-dementie", "pijn-bij-kwetsbare-ouderen-zien"),
    "when not to wait": ("wanneer-je-niet-wacht", "iemand-om-mee-te-praten", "als-de-moed-je-in-de-schoenen-zakt"),
}


@cache
def shipped() -> Library:
    return read_library(LIBRARY)


@cache
def raw(slug: str, language: str) -> str:
    return (LIBRARY / slug / f"{language}.md").read_text(encoding="utf-8")


@cache
def front(slug: str, language: str) -> dict[str, Any]:
    found = yaml.safe_load(raw(slug, language).split("---\n", 2)[1])
    assert isinstance(found, dict)
    return found


def body(slug: str, language: str) -> str:
    return without_front_matter(raw(slug, language)).strip()


def everything_read(slug: str, language: str) -> str:
    head = front(slug, language)
    return "\n\n".join([head["title"], head["summary"], *head["in_one_minute"], body(slug, language)])


@items
def test_an_item_is_there_in_dutch_and_in_english(slug: str) -> None:
    assert {file.name for file in (LIBRARY / slug).glob("*.md")} == {"nl.md", "en.md"}


@texts
def test_front_matter_is_whole_and_speaks_the_facets_words(slug: str, language: str) -> None:
    head = front(slug, language)

    assert set(head) == FIELDS
    assert head["slug"] == slug
    assert head["kind"] in {"article", "tip", "tool", "link"}
    assert 0 < len(head["title"]) <= 120
    assert 0 < len(head["summary"]) <= 300
    assert len(head["in_one_minute"]) == 3
    assert head["dimensions"]
    assert set(head["dimensions"]) <= DIMENSIONS
    assert head["side"] in {"bio", "psycho", "social"}
    assert set(head["themes"]) <= THEMES
    assert set(head["directions"]) <= DIRECTIONS
    assert bool(head["themes"]) == bool(head["directions"])
    assert head["audiences"]
    assert set(head["audiences"]) <= AUDIENCES
    assert set(head["phases"]) <= {"before", "during", "after"}
    assert set(head["steps"]) <= {1, 2, 3, 4}
    assert isinstance(head["flare_friendly"], bool)
    assert head["provenance"] == "sourced"
    assert isinstance(head["written_on"], date)
    assert head["review_by"] > head["written_on"]


@items
def test_the_two_languages_say_the_same_about_the_item(slug: str) -> None:
    dutch, english = front(slug, "nl"), front(slug, "en")

    assert {k: v for k, v in dutch.items() if k not in PER_LANGUAGE} == {
        k: v for k, v in english.items() if k not in PER_LANGUAGE
    }
    assert dutch["title"] != english["title"]


@items
def test_the_two_languages_have_the_same_shape(slug: str) -> None:
    def shape(language: str) -> list[str]:
        marks = re.findall(r"^(##|\d+\.|-) ", body(slug, language), re.MULTILINE)
        return [re.sub(r"\d+", "1", mark) for mark in marks]

    assert shape("nl") == shape("en")


@texts
def test_every_source_can_be_found_again(slug: str, language: str) -> None:
    sources = front(slug, language)["sources"]

    assert sources
    for source in sources:
        assert set(source) - {"language", "read_on"} == {"title", "publisher", "year", "section", "address"}
        assert source["title"]
        assert source["publisher"]
        assert 2000 <= source["year"] <= date.today().year + 1  # noqa: DTZ011 - a year is enough here
        assert source["section"]
        assert "read_on" not in source or source["read_on"].year == source["year"]
        assert source["address"] is None or re.fullmatch(r"https?://\S+", source["address"])


@texts
def test_a_text_reads_easily(slug: str, language: str) -> None:
    found = measure(everything_read(slug, language), language)  # type: ignore[arg-type]

    assert found.score >= GOAL


@texts
def test_no_sentence_is_too_long(slug: str, language: str) -> None:
    long = measure(everything_read(slug, language), language).long_sentences  # type: ignore[arg-type]
    allowed = [start for (s, spoken, start) in LONG_ON_PURPOSE if (s, spoken) == (slug, language)]

    assert [one for one in long if not one.startswith(tuple(allowed))] == [], f"over {LONGEST_SENTENCE} words"


@texts
def test_a_text_is_long_enough_to_help_and_short_enough_for_a_bad_day(slug: str, language: str) -> None:
    words = measure(body(slug, language), language).words  # type: ignore[arg-type]

    assert 100 <= words <= 400
    assert words / front(slug, language)["minutes"] <= 180  # reading tired


@texts
def test_the_voice_is_calm(slug: str, language: str) -> None:
    text = everything_read(slug, language)
    talking_down = {"nl": r"\b(uiteraard|simpelweg|natuurlijk|u|uw)\b", "en": r"\b(of course|obviously|simply put)\b"}[
        language
    ]

    assert "!" not in text
    assert (
        re.findall(talking_down, text.replace("Kunt u het nog eens zeggen", ""), re.IGNORECASE) == []
    )  # said to a doctor


@texts
def test_no_text_gives_a_dose(slug: str, language: str) -> None:
    text = everything_read(slug, language)

    assert not re.search(r"\d+\s*(mg|milligram|ml|microgram|mcg|gram|tablet|pil|pills|capsule)", text, re.IGNORECASE)


@texts
def test_no_text_promises_or_ranks(slug: str, language: str) -> None:
    text = everything_read(slug, language).casefold()
    forbidden = {
        "nl": ["gegarandeerd", "pijnvrij", "beste behandeling", "geneest", "wondermiddel", "je hebt last van een"],
        "en": ["guaranteed", "pain-free", "pain free", "best treatment", "will cure", "miracle"],
    }[language]

    assert [word for word in forbidden if word in text] == []


@texts
def test_links_inside_the_library_lead_to_an_item(slug: str, language: str) -> None:
    linked = re.findall(r"\]\(/informatiecentrum/([a-z0-9-]+)\)", body(slug, language))

    assert set(linked) <= set(SLUGS) - {slug}


@texts
def test_every_text_has_its_reading_level(slug: str, language: str) -> None:
    (item,) = (one for one in shipped().items if one.slug == slug)

    assert item.texts[language].reading_level in {"easy", "plain"}  # type: ignore[index]


@texts
def test_despair_and_red_flags_lead_to_people_in_the_same_words_everywhere(slug: str, language: str) -> None:
    text = body(slug, language)

    for sign, words in ALWAYS_THE_SAME[language].items():
        assert sign not in text or words in text, sign


def test_there_are_at_least_fifty_items() -> None:
    assert len(SLUGS) >= 50


def test_every_dimension_has_at_least_six_items_for_the_person_in_pain() -> None:
    heads = [front(slug, "nl") for slug in SLUGS]
    count = Counter(d for head in heads if "person_in_pain" in head["audiences"] for d in head["dimensions"])

    assert all(count[dimension] >= 6 for dimension in DIMENSIONS), count


def test_everyone_has_at_least_two_texts_and_one_that_is_theirs_alone() -> None:
    audiences = [tuple(front(slug, "nl")["audiences"]) for slug in SLUGS]
    count = Counter(audience for one in audiences for audience in one)

    assert set(count) == AUDIENCES
    assert all(count[audience] >= 2 for audience in AUDIENCES), count
    assert {one[0] for one in audiences if len(one) == 1} == AUDIENCES


@pytest.mark.parametrize("subject", sorted(SUBJECTS))
def test_every_subject_people_come_for_has_its_texts(subject: str) -> None:
    assert set(SUBJECTS[subject]) <= set(SLUGS)


def test_the_kinds_are_mostly_articles_with_tips_tools_and_ways_out_beside_them() -> None:
    kinds = Counter(front(slug, "nl")["kind"] for slug in SLUGS)

    assert kinds["article"] > len(SLUGS) / 2
    assert all(kinds[kind] >= 2 for kind in ("tip", "tool", "link")), kinds


def test_every_turn_of_the_diary_finds_an_item() -> None:
    heads = [h for slug in SLUGS if "person_in_pain" in (h := front(slug, "nl"))["audiences"]]
    covered = {(theme, direction) for head in heads for theme in head["themes"] for direction in head["directions"]}

    assert {(theme, direction) for theme in THEMES for direction in DIRECTIONS} - covered == set()


def test_a_flare_finds_a_comforting_text_for_every_theme_that_can_get_worse() -> None:
    heads = [h for slug in SLUGS if (h := front(slug, "nl"))["flare_friendly"] and "worse" in h["directions"]]

    assert {"pain", "sleep", "fatigue", "mood", "interference"} <= {theme for head in heads for theme in head["themes"]}
