"""What the front matter of a course, a lesson and its quiz holds, and how a lesson's text falls into numbered paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import Field, StringConstraints, model_validator

from content.domain.courses import Answer, Paragraph, Question
from content.domain.facets import Audience, Dimension, Phase, Provenance, Side, Step, Theme
from content.frontmatter import SLUG, SourceMatter, StrictMatter, ValidationMatter, Words
from content.rendering import html_of

LESSON = r"^[0-9]{2}-[a-z0-9]+(-[a-z0-9]+)*$"
_BLANK = re.compile(r"\n[ \t]*\n")
_HEADING = re.compile(r"#{1,4}[ \t]+(?P<words>[^\n]+)\n?(?P<rest>.*)", re.DOTALL)


class CourseMatter(StrictMatter):
    """Be the front matter of a course in one language."""

    OF: ClassVar[str] = "a course"

    slug: Annotated[str, StringConstraints(pattern=SLUG, max_length=80)]
    title: Annotated[Words, Field(max_length=120)]
    summary: Annotated[Words, Field(max_length=300)]
    in_one_minute: tuple[Words, Words, Words]
    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    side: Side
    themes: tuple[Theme, ...] = ()
    phases: tuple[Phase, ...] = ()
    steps: tuple[Step, ...] = ()
    audiences: tuple[Audience, ...] = Field(min_length=1)
    provenance: Provenance
    validated_by: ValidationMatter | None = None
    update_policy: Words
    review_by: date
    written_on: date

    @model_validator(mode="after")
    def _honest(self) -> Self:
        if self.provenance == "validated" and self.validated_by is None:
            raise ValueError("provenance is validated and nobody is named in `validated_by`")
        if self.review_by <= self.written_on:
            raise ValueError("`review_by` is not after `written_on`")
        return self


class AnswerMatter(StrictMatter):
    """Be one answer of a question."""

    text: Words
    right: bool
    why: Words


class QuestionMatter(StrictMatter):
    """Be one question of the quiz."""

    question: Words
    answers: tuple[AnswerMatter, ...] = Field(min_length=2, max_length=4)

    @model_validator(mode="after")
    def _fair(self) -> Self:
        if {one.right for one in self.answers} != {True, False}:
            raise ValueError("`answers` are all right or all wrong")
        if len({one.text for one in self.answers}) < len(self.answers):
            raise ValueError("two of the `answers` say the same")
        return self

    def as_question(self) -> Question:
        """Return it as the domain has it."""
        return Question(self.question, tuple(Answer(one.text, one.right, one.why) for one in self.answers))


class LessonMatter(StrictMatter):
    """Be the front matter of a lesson in one language."""

    OF: ClassVar[str] = "a lesson"
    WRITE: ClassVar[dict[str, str]] = {
        "slug": "Write the folder's name: two digits, a hyphen, small letters.",
        "minutes": "Write a whole number from 5 to 10: what takes longer is two lessons.",
        "remember": "Write exactly three short lines, each after a hyphen.",
        "today": "Write one small thing that can be done on a bad day too.",
        "quiz": "Write one to four questions, each with `question` and `answers`.",
        "answers": "Write two to four different answers, each with `text`, `right` (true or false) and `why`; "
        "at least one right, at least one not.",
        "right": "Write true or false.",
        "why": "Write in a sentence or two why it is so. It is read whatever was chosen, so it never blames.",
    }

    course: Annotated[str, StringConstraints(pattern=SLUG)]
    slug: Annotated[str, StringConstraints(pattern=LESSON, max_length=80)]
    title: Annotated[Words, Field(max_length=120)]
    summary: Annotated[Words, Field(max_length=300)]
    minutes: int = Field(ge=5, le=10)
    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    remember: tuple[Words, Words, Words]
    today: Words
    quiz: tuple[QuestionMatter, ...] = Field(min_length=1, max_length=4)
    sources: tuple[SourceMatter, ...] = Field(min_length=1)

    def shape(self) -> tuple[tuple[bool, ...], ...]:
        """Return which answers are right, question by question: the same in every language."""
        return tuple(tuple(one.right for one in question.answers) for question in self.quiz)


def paragraphs_of(markdown: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs and lists of a text, numbered from 1. A heading goes with the paragraph below it."""
    return tuple(
        Paragraph(number, heading, text, html_of(text)) for number, (heading, text) in enumerate(_parts(markdown), 1)
    )


def _parts(markdown: str) -> Iterator[tuple[str | None, str]]:
    heading: str | None = None
    for block in _BLANK.split(markdown.strip()):
        found = _HEADING.fullmatch(block.strip())
        if found:
            heading, block = found["words"].strip(), found["rest"]
        if block.strip():
            yield heading, block.strip()
            heading = None
