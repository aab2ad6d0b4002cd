"""A course of the Pain Academy: its lessons, their numbered paragraphs and a quiz to remember. Nothing here is scored."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import orjson

from content.domain.facets import Audience, Dimension, Phase, Provenance, ReadingLevel, Side, Step, Theme
from content.domain.items import Source, Validation
from content.lexicon import LANGUAGES, Language


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Hold one paragraph or list. Somebody who stops here comes back to its number; 0 is before the first."""

    number: int
    heading: str | None
    markdown: str
    html: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold one answer of a question. `why` is read whatever was chosen, and never blames."""

    text: str
    right: bool
    why: str


@dataclass(frozen=True, slots=True)
class Question:
    """Hold one question to remember by. No answer is kept and nothing is counted."""

    question: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class LessonText:
    """Hold a lesson in one language. `remember` is its summary, `today` what can be done on a bad day too."""

    title: str
    summary: str
    remember: tuple[str, ...]
    today: str
    paragraphs: tuple[Paragraph, ...]
    quiz: tuple[Question, ...]
    sources: tuple[Source, ...]
    reading_level: ReadingLevel


@dataclass(frozen=True, slots=True)
class Lesson:
    """Hold a lesson in all its languages. It can be taken alone: it leans on no other to be understood."""

    slug: str
    number: int
    minutes: int
    dimensions: tuple[Dimension, ...]
    texts: dict[Language, LessonText]


@dataclass(frozen=True, slots=True)
class CourseText:
    """Hold what a course says of itself in one language."""

    title: str
    summary: str
    in_one_minute: tuple[str, ...]
    markdown: str
    html: str
    update_policy: str
    reading_level: ReadingLevel


@dataclass(frozen=True, slots=True)
class Course:
    """Hold a course with its lessons in order. There is no deadline anywhere in it."""

    slug: str
    dimensions: tuple[Dimension, ...]
    side: Side
    themes: tuple[Theme, ...]
    phases: tuple[Phase, ...]
    steps: tuple[Step, ...]
    audiences: tuple[Audience, ...]
    provenance: Provenance
    validated_by: Validation | None
    written_on: date
    review_by: date
    texts: dict[Language, CourseText]
    lessons: tuple[Lesson, ...]

    @property
    def languages(self) -> tuple[Language, ...]:
        """Return the languages the whole course can be followed in, Dutch first."""
        return tuple(
            language
            for language in LANGUAGES
            if language in self.texts and all(language in lesson.texts for lesson in self.lessons)
        )

    @property
    def minutes(self) -> int:
        """Return how long all lessons take together."""
        return sum(lesson.minutes for lesson in self.lessons)

    def digest(self) -> str:
        """Return the hash of everything the course says and is: the same course gives the same digest."""
        return hashlib.sha256(orjson.dumps(self.as_fields(), option=orjson.OPT_SORT_KEYS)).hexdigest()

    def as_fields(self) -> dict[str, Any]:
        """Return the course as plain lists, texts and numbers; days as ISO dates."""
        return orjson.loads(orjson.dumps(asdict(self)))
