"""Reading the courses from their folder: one folder a course, in it one a lesson, one file a language. Stores nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from content.coursematter import LESSON, CourseMatter, LessonMatter, paragraphs_of
from content.domain.courses import Course, CourseText, Lesson, LessonText
from content.domain.items import Source, Validation
from content.frontmatter import Fault, FaultyFile, Front, Matter, read_as
from content.lexicon import LANGUAGES, Language
from content.readability import measure
from content.rendering import html_of

_COURSE_SAME = tuple(
    sorted(set(CourseMatter.model_fields) - {"slug", "title", "summary", "in_one_minute", "update_policy"})
)
_LESSON_SAME = ("dimensions", "minutes")


@dataclass(frozen=True, slots=True)
class Courses:
    """Hold what was read: the courses that can be used, what is wrong, and which translations are still to come."""

    courses: tuple[Course, ...] = ()
    faults: tuple[Fault, ...] = ()
    untranslated: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    courses: list[Course] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    untranslated: list[str] = field(default_factory=list)


def read_courses(root: Path) -> Courses:
    """Return every course under a folder. What is wrong is collected, so that a writer sees all of it at once."""
    reading = _Reading()
    for folder in _folders(root):
        before = len(reading.faults)
        course = _read_course(folder, reading)
        if course is not None and len(reading.faults) == before:
            reading.courses.append(course)
    return Courses(tuple(reading.courses), tuple(reading.faults), tuple(reading.untranslated))


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []


def _read_course(folder: Path, reading: _Reading) -> Course | None:
    matters = _matters(folder, CourseMatter, reading)
    reading.faults += _disagreements(folder, matters, _COURSE_SAME)
    reading.faults += _misnumbered(folder)
    lessons = [_read_lesson(one, number, reading) for number, one in enumerate(_folders(folder), 1)]
    whole = tuple(lesson for lesson in lessons if lesson is not None)
    if not lessons:
        reading.faults.append(Fault(folder, 1, "there are no lessons", "Write 01-<name>/nl.md and en.md."))
    return _course(matters, whole) if matters and whole else None


def _read_lesson(folder: Path, number: int, reading: _Reading) -> Lesson | None:
    before = len(reading.faults)
    matters = _matters(folder, LessonMatter, reading)
    reading.faults += _disagreements(folder, matters, _LESSON_SAME)
    reading.faults += _strangers(folder, matters)
    reading.faults += _shapes(matters)
    return _lesson(number, matters) if matters and len(reading.faults) == before else None


def _matters(folder: Path, model: type[Front], reading: _Reading) -> dict[Language, Matter[Front]]:
    matters: dict[Language, Matter[Front]] = {}
    for language in LANGUAGES:
        file = folder / f"{language}.md"
        try:
            if file.exists():
                matters[language] = read_as(file, model)
            else:
                reading.untranslated.append(str(file))
        except FaultyFile as faulty:
            reading.faults += faulty.faults
    if not any((folder / f"{language}.md").exists() for language in LANGUAGES):
        reading.faults.append(Fault(folder, 1, "there is no text", "Write nl.md and en.md."))
    return matters


def _misnumbered(folder: Path) -> Iterator[Fault]:
    """Yield the lesson folders whose number is not their place."""
    for number, lesson in enumerate(_folders(folder), 1):
        if not re.fullmatch(LESSON, lesson.name) or int(lesson.name[:2]) != number:
            yield Fault(lesson, 1, "the folder's number is not its place", f"Call it {number:02d}-<name>.")


def _disagreements(folder: Path, matters: dict[Language, Matter[Front]], same: tuple[str, ...]) -> Iterator[Fault]:
    first = next(iter(matters.values()), None)
    for one in matters.values():
        if getattr(one.front, "slug", None) != folder.name:
            yield Fault(one.file, one.lines["slug"], "`slug` is not the folder's name", f"Write slug: {folder.name}.")
        for name in same:
            if first and getattr(first.front, name) != getattr(one.front, name):
                wrong = f"`{name}` is not as in {first.file.name}"
                yield Fault(one.file, one.lines[name], wrong, "Make the two say the same.")


def _strangers(folder: Path, matters: dict[Language, Matter[LessonMatter]]) -> Iterator[Fault]:
    for one in matters.values():
        if one.front.course != folder.parent.name:
            wrong = "`course` is not the course's folder"
            yield Fault(one.file, one.lines["course"], wrong, f"Write course: {folder.parent.name}.")


def _shapes(matters: dict[Language, Matter[LessonMatter]]) -> Iterator[Fault]:
    """Yield where two languages of a lesson do not run side by side: who changes language keeps the place."""
    first, *others = matters.values() or [None]
    for other in others:
        if first is None or other is None:
            continue
        if first.front.shape() != other.front.shape():
            wrong = f"the quiz has not the questions and right answers of {first.file.name}"
            yield Fault(other.file, other.lines["quiz"], wrong, "Put the same answers in the same order.")
        if _headings(first) != _headings(other):
            wrong = f"the paragraphs are not those of {first.file.name}"
            yield Fault(other.file, 1, wrong, "Write as many, with the headings above the same ones.")


def _headings(matter: Matter[LessonMatter]) -> list[bool]:
    return [paragraph.heading is not None for paragraph in paragraphs_of(matter.markdown)]


def _course(matters: dict[Language, Matter[CourseMatter]], lessons: tuple[Lesson, ...]) -> Course:
    front = next(iter(matters.values())).front
    by = front.validated_by
    shared = {name: getattr(front, name) for name in ("slug", *_COURSE_SAME) if name != "validated_by"}
    return Course(
        **shared,
        validated_by=Validation(by.name, by.profession, by.date) if by else None,
        texts={language: _course_text(matter, language) for language, matter in matters.items()},
        lessons=lessons,
    )


def _course_text(matter: Matter[CourseMatter], language: Language) -> CourseText:
    return CourseText(
        title=matter.front.title,
        summary=matter.front.summary,
        in_one_minute=matter.front.in_one_minute,
        markdown=matter.markdown,
        html=html_of(matter.markdown),
        update_policy=matter.front.update_policy,
        reading_level=measure(matter.markdown, language).level,
    )


def _lesson(number: int, matters: dict[Language, Matter[LessonMatter]]) -> Lesson:
    front = next(iter(matters.values())).front
    texts = {language: _lesson_text(matter, language) for language, matter in matters.items()}
    return Lesson(front.slug, number, front.minutes, front.dimensions, texts)


def _lesson_text(matter: Matter[LessonMatter], language: Language) -> LessonText:
    front = matter.front
    return LessonText(
        title=front.title,
        summary=front.summary,
        remember=front.remember,
        today=front.today,
        paragraphs=paragraphs_of(matter.markdown),
        quiz=tuple(question.as_question() for question in front.quiz),
        sources=tuple(Source(**dict(one)) for one in front.sources),
        reading_level=measure(matter.markdown, language).level,
    )
