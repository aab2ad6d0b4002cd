"""Reading a course from its folders: what is right is read whole, what is wrong is said with file, line and remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from content.commands import main
from content.coursematter import paragraphs_of
from content.courses import Courses, read_courses
from content.library import read_library

COURSE = """---
slug: pijn
title: Pijn
summary: Over pijn.
in_one_minute:
  - Een.
  - Twee.
  - Drie.
dimensions: [bodily_functions]
side: bio
themes: [pain]
phases: [before]
steps: [1]
audiences: [person_in_pain]
provenance: sourced
update_policy: Elk jaar nagelezen.
review_by: 2027-11-24
written_on: 2026-11-24
---

Neem de tijd.
"""
LESSON = """---
course: pijn
slug: 01-alarm
title: Een alarm
summary: Waar pijn voor is.
minutes: 5
dimensions: [bodily_functions]
remember:
  - Een.
  - Twee.
  - Drie.
today: Lees deze zin.
quiz:
  - question: Wat is pijn?
    answers:
      - text: Een alarm.
        right: true
        why: Het vraagt om aandacht.
      - text: Een straf.
        right: false
        why: Jij deed niets fout.
sources:
  - title: Zorgstandaard Chronische Pijn
    publisher: Dutch Pain Society
    year: 2017
    section: 2.4.2
    address: null
---

Eerste alinea.

## Een kop

Tweede alinea.

- een
- twee
"""
Write = Callable[..., Courses]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a course of one lesson (Dutch as given, English the same unless given) and read what it makes."""

    def write(
        course: str = COURSE, lesson: str = LESSON, english_lesson: str | None = None, folder: str = "01-alarm"
    ) -> Courses:
        home = tmp_path / "pijn" / folder
        home.mkdir(parents=True, exist_ok=True)
        (home.parent / "nl.md").write_text(course)
        (home.parent / "en.md").write_text(COURSE)
        (home / "nl.md").write_text(lesson)
        (home / "en.md").write_text(english_lesson or lesson)
        return read_courses(tmp_path)

    return write


def test_a_good_course_is_read_whole(write: Write) -> None:
    found = write()
    assert [str(fault) for fault in found.faults] == []
    (course,) = found.courses
    (lesson,) = course.lessons
    assert (course.slug, course.languages, course.minutes) == ("pijn", ("nl", "en"), 5)
    assert (lesson.slug, lesson.number) == ("01-alarm", 1)
    text = lesson.texts["nl"]
    assert [(one.number, one.heading) for one in text.paragraphs] == [(1, None), (2, "Een kop"), (3, None)]
    assert text.paragraphs[2].html.count("<li>") == 2
    assert [answer.right for answer in text.quiz[0].answers] == [True, False]
    assert text.sources[0].section == "2.4.2"


@pytest.mark.parametrize(
    ("right", "wrong", "line", "says", "write_instead"),
    [
        ("minutes: 5", "minutes: 11", 6, "minutes", "5 to 10"),
        ("minutes: 5\n", "", 2, "`minutes` is missing", "5 to 10"),
        ("  - Drie.\n", "", 9, "remember", "three"),
        ("        right: false", "        right: true", 15, "all right or all wrong", "at least one not"),
        ("        right: false", "        right: misschien", 20, "right", "true or false"),
        ("        why: Jij deed niets fout.\n", "", 19, "why` is missing", "never blames"),
        ("Een straf.", "Een alarm.", 15, "say the same", "different"),
        ("    year: 2017", "    year: MMXVII", 25, "year", "2017"),
        ("quiz:", "score: 10\nquiz:", 13, "no field of a lesson", "typing error"),
        ("course: pijn", "course: slaap", 2, "not the course's folder", "course: pijn"),
        ("slug: 01-alarm", "slug: 02-alarm", 3, "not the folder's name", "01-alarm"),
        ("today: Lees", "today: nu: Lees", 12, "no YAML", "quotes"),
    ],
)
def test_what_is_wrong_in_a_lesson_is_said_with_its_line_and_a_remedy(
    write: Write, right: str, wrong: str, line: int, says: str, write_instead: str
) -> None:
    assert right in LESSON
    found = write(lesson=LESSON.replace(right, wrong, 1))
    assert found.courses == ()
    fault = next(one for one in found.faults if one.file.name == "nl.md")
    assert says in fault.wrong
    assert write_instead in fault.write
    assert fault.line == line


@pytest.mark.parametrize(
    ("right", "wrong", "line", "says"),
    [
        ("side: bio", "side: bios", 10, "side"),
        ("provenance: sourced", "provenance: validated", 2, "nobody is named"),
        ("review_by: 2027", "review_by: 2025", 17, "not after"),
        ("themes: [pain]", "minutes: 5", 11, "no field of a course"),
        ("slug: pijn", "slug: slaap", 2, "not the folder's name"),
    ],
)
def test_what_is_wrong_in_a_course_is_said_with_its_line(
    write: Write, right: str, wrong: str, line: int, says: str
) -> None:
    found = write(course=COURSE.replace(right, wrong, 1))
    assert found.courses == ()
    fault = next(one for one in found.faults if one.file.name == "nl.md")
    assert (says in fault.wrong, fault.line) == (True, line)


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("Tweede alinea.", "Tweede alinea.\n\nDerde.", "paragraphs"),
        ("## Een kop\n\n", "", "paragraphs"),
        ("minutes: 5", "minutes: 6", "minutes"),
        (
            "        right: true\n        why: Het vraagt om aandacht.\n      - text: Een straf.\n        right: false",
            "        right: false\n        why: Het vraagt om aandacht.\n      - text: Een straf.\n        right: true",
            "quiz",
        ),
    ],
)
def test_two_languages_that_do_not_run_side_by_side_are_told(write: Write, right: str, wrong: str, says: str) -> None:
    assert right in LESSON
    found = write(english_lesson=LESSON.replace(right, wrong, 1))
    assert found.courses == ()
    (fault,) = found.faults
    assert (fault.file.name, says in fault.wrong) == ("en.md", True)


def test_lessons_are_numbered_without_a_gap(write: Write) -> None:
    found = write(lesson=LESSON.replace("slug: 01-alarm", "slug: 03-alarm"), folder="03-alarm")
    (fault,) = found.faults
    assert (fault.file.name, "01-" in fault.write) == ("03-alarm", True)


def test_a_missing_translation_is_told_and_does_not_stop_the_course(write: Write, tmp_path: Path) -> None:
    write()
    (tmp_path / "pijn" / "01-alarm" / "en.md").unlink()
    found = read_courses(tmp_path)
    assert found.untranslated == (str(tmp_path / "pijn" / "01-alarm" / "en.md"),)
    assert [course.languages for course in found.courses] == [("nl",)]


def test_no_courses_at_all_is_no_fault_and_a_course_without_lessons_is(write: Write, tmp_path: Path) -> None:
    assert read_courses(tmp_path / "nowhere") == Courses()
    (tmp_path / "leeg").mkdir()
    assert {"there is no text", "there are no lessons"} <= {fault.wrong for fault in read_courses(tmp_path).faults}


def test_the_digest_changes_with_any_word(write: Write) -> None:
    (before,) = write().courses
    (same,) = write().courses
    (after,) = write(lesson=LESSON.replace("Tweede alinea", "Andere alinea")).courses
    assert before.digest() == same.digest() != after.digest()


def test_a_heading_right_above_its_paragraph_is_a_heading_too() -> None:
    (one, two) = paragraphs_of("## Kop\nTekst.\n\nMeer.")
    assert (one.heading, one.markdown, two.heading) == ("Kop", "Tekst.", None)


def test_nothing_dangerous_passes_from_a_lesson_into_html() -> None:
    (paragraph,) = paragraphs_of("[x](javascript:alert(1)) <script>alert(1)</script>")
    assert "<a" not in paragraph.html
    assert "<script" not in paragraph.html


def test_the_library_does_not_take_the_courses_for_an_item(write: Write, tmp_path: Path) -> None:
    write()
    (tmp_path / "courses").mkdir()
    (tmp_path / "pijn").rename(tmp_path / "courses" / "pijn")
    assert {fault.wrong for fault in read_library(tmp_path).faults} == {"there are no items here"}


def test_the_command_checks_courses_with_the_items(write: Write, tmp_path: Path) -> None:
    write(lesson=LESSON.replace("minutes: 5", "minutes: 50"))
    (tmp_path / "courses").mkdir()
    (tmp_path / "pijn").rename(tmp_path / "courses" / "pijn")
    said = CliRunner().invoke(main, ["load-library", "--check", "--dir", str(tmp_path)])
    assert said.exit_code == 1
    assert "01-alarm/nl.md:6: `minutes`" in said.output
