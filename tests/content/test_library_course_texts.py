"""What the shipped courses keep: whole in both languages, real sources, plain sentences, a quiz that never grades."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import pytest

from content.config import SHIPPED
from content.courses import read_courses
from content.domain.courses import Course, Lesson, LessonText
from content.lexicon import LANGUAGES
from content.library import COURSES, read_library
from content.readability import GOAL, LONGEST_SENTENCE, measure

FOUND = read_courses(SHIPPED / COURSES)
LESSONS = [(course.slug, lesson.slug) for course in FOUND.courses for lesson in course.lessons]
lessons = pytest.mark.parametrize(("course", "slug"), LESSONS)
languages = pytest.mark.parametrize("language", LANGUAGES)

# Words that mean "now to a person", and the sentence that then always stands there.
ALWAYS_THE_SAME = {
    "nl": {
        "voelt je kruis doof": "Bel dan meteen je huisarts of de huisartsenpost.",
        "0800-0113": "Bel **113** of **0800-0113**, dag en nacht.",
        "aan de dood": "Is er nu gevaar? Bel **112**.",
    },
    "en": {
        "does your groin feel numb": "Then call your doctor or the out-of-hours GP at once.",
        "0800-0113": "In the Netherlands call **113** or **0800-0113**, day and night.",
        "think of death": "Is there danger now? Call **112**.",
    },
}


@cache
def course_of(slug: str) -> Course:
    (found,) = (one for one in FOUND.courses if one.slug == slug)
    return found


def lesson_of(course: str, slug: str) -> Lesson:
    (found,) = (one for one in course_of(course).lessons if one.slug == slug)
    return found


def body(text: LessonText) -> str:
    return "\n\n".join(paragraph.markdown for paragraph in text.paragraphs)


def everything_read(text: LessonText) -> str:
    asked = [part for one in text.quiz for part in (one.question, *(f"{a.text}\n\n{a.why}" for a in one.answers))]
    return "\n\n".join([text.title, text.summary, *text.remember, text.today, body(text), *asked])


def test_both_courses_are_whole_and_in_both_languages() -> None:
    assert [str(fault) for fault in FOUND.faults] == []
    assert FOUND.untranslated == ()
    assert {course.slug for course in FOUND.courses} == {"pijn-begrijpen", "leven-met-energie"}
    assert all(course.languages == ("nl", "en") for course in FOUND.courses)
    assert all(6 <= len(course.lessons) <= 8 for course in FOUND.courses)


@languages
@pytest.mark.parametrize("course", [one.slug for one in FOUND.courses])
def test_a_course_says_what_it_is_in_plain_words(course: str, language: str) -> None:
    text = course_of(course).texts[language]  # type: ignore[index]
    found = measure("\n\n".join([text.title, text.summary, *text.in_one_minute, text.markdown]), language)  # type: ignore[arg-type]

    assert found.score >= GOAL
    assert found.long_sentences == ()
    assert text.reading_level in {"easy", "plain"}


@languages
@lessons
def test_a_lesson_reads_easily(course: str, slug: str, language: str) -> None:
    text = lesson_of(course, slug).texts[language]  # type: ignore[index]
    found = measure(everything_read(text), language)  # type: ignore[arg-type]

    assert found.score >= GOAL
    assert found.long_sentences == (), f"over {LONGEST_SENTENCE} words"
    assert text.reading_level in {"easy", "plain"}


@languages
@lessons
def test_a_lesson_takes_as_long_as_it_says_for_somebody_tired(course: str, slug: str, language: str) -> None:
    lesson = lesson_of(course, slug)
    words = measure(everything_read(lesson.texts[language]), language).words  # type: ignore[arg-type,index]

    assert 70 <= words / lesson.minutes <= 130


@languages
@lessons
def test_every_source_of_a_lesson_can_be_found_again(course: str, slug: str, language: str) -> None:
    sources = lesson_of(course, slug).texts[language].sources  # type: ignore[index]

    assert sources
    for source in sources:
        assert source.title
        assert source.publisher
        assert source.section
        assert 2000 <= source.year <= date.today().year + 1  # noqa: DTZ011 - a year is enough here
        assert source.read_on is None or source.read_on.year == source.year
        assert source.address is None or re.fullmatch(r"https?://\S+", source.address)


@lessons
def test_both_languages_name_the_same_sources(course: str, slug: str) -> None:
    texts = lesson_of(course, slug).texts

    assert texts["nl"].sources == texts["en"].sources
    assert texts["nl"].title != texts["en"].title


@languages
@lessons
def test_the_quiz_explains_every_answer_and_never_grades(course: str, slug: str, language: str) -> None:
    text = lesson_of(course, slug).texts[language]  # type: ignore[index]
    grading = {
        "nl": r"\b(fout|verkeerd|punten|score|geslaagd)\b",
        "en": r"\b(wrong|incorrect|points|score|passed)\b",
    }[language]

    assert len(text.quiz) >= 2
    for question in text.quiz:
        assert question.question.endswith("?")
        assert all(measure(answer.why, language).words >= 5 for answer in question.answers)  # type: ignore[arg-type]
        assert not [one.why for one in question.answers if re.search(grading, one.why, re.IGNORECASE)]


@languages
@lessons
def test_the_voice_is_calm_and_nothing_is_promised(course: str, slug: str, language: str) -> None:
    text = everything_read(lesson_of(course, slug).texts[language])  # type: ignore[index]
    never = {
        "nl": r"\b(uiteraard|simpelweg|natuurlijk|u|uw|gegarandeerd|pijnvrij|geneest|wondermiddel)\b",
        "en": r"\b(of course|obviously|simply put|guaranteed|pain-free|will cure|miracle)\b",
    }[language]

    assert "!" not in text
    assert re.findall(never, text, re.IGNORECASE) == []
    assert not re.search(r"\d+\s*(mg|milligram|ml|microgram|mcg|gram|tablet|pil|pills|capsule)", text, re.IGNORECASE)


@languages
@lessons
def test_despair_and_red_flags_lead_to_people_in_the_same_words(course: str, slug: str, language: str) -> None:
    text = body(lesson_of(course, slug).texts[language])  # type: ignore[index]

    for sign, words in ALWAYS_THE_SAME[language].items():
        assert sign not in text or words in text, sign


def test_a_course_lies_beside_the_items_and_is_none() -> None:
    assert COURSES not in {item.slug for item in read_library(SHIPPED).items}
    assert not {course.slug for course in FOUND.courses} & {item.slug for item in read_library(SHIPPED).items}
