"""Reading one Markdown file of the library: its front matter with the line of each field, and its text.

What is wrong is said for the person who wrote the file: which file, which line, what is wrong, what to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from content.domain.facets import (
    Audience,
    Dimension,
    Direction,
    Kind,
    PainType,
    Phase,
    Provenance,
    Side,
    Step,
    Theme,
)
from content.lexicon import Language

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_PARTS = re.compile(r"\A---[ \t]*\n(?P<head>.*?)^---[ \t]*$\n?(?P<body>.*)\Z", re.DOTALL | re.MULTILINE)
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(frozen=True, slots=True)
class Fault:
    """Hold one thing that is wrong in a file, and what to write instead."""

    file: Path
    line: int
    wrong: str
    write: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.wrong}. {self.write}"


class FaultyFile(Exception):
    """Say that a file cannot be used, and everything that is wrong in it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


class StrictMatter(BaseModel):
    """Be front matter that takes known fields only. `OF`: what the file is of; `WRITE`: what to write, by field."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    OF: ClassVar[str] = "an item"
    WRITE: ClassVar[dict[str, str]] = {}


Front = TypeVar("Front", bound=StrictMatter)


class SourceMatter(StrictMatter):
    """Be one source in the front matter."""

    title: Words
    publisher: Words | None = None
    year: int = Field(ge=1900, le=2100)
    section: Words
    address: str | None = Field(default=None, pattern=r"^https?://\S+$")
    language: Language = "nl"
    read_on: date | None = None


class ValidationMatter(StrictMatter):
    """Be the professional who checked an item."""

    name: Words
    profession: Words
    date: date


class FrontMatter(StrictMatter):
    """Be the front matter of one item in one language."""

    slug: Annotated[str, StringConstraints(pattern=SLUG, max_length=80)]
    kind: Kind
    title: Annotated[Words, Field(max_length=120)]
    summary: Annotated[Words, Field(max_length=300)]
    in_one_minute: tuple[Words, Words, Words]
    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    side: Side
    themes: tuple[Theme, ...] = ()
    directions: tuple[Direction, ...] = ()
    pain_types: tuple[PainType, ...] = ()
    body_areas: tuple[Words, ...] = ()
    phases: tuple[Phase, ...] = ()
    steps: tuple[Step, ...] = ()
    audiences: tuple[Audience, ...] = Field(min_length=1)
    flare_friendly: bool
    minutes: int = Field(ge=1, le=180)
    provenance: Provenance
    validated_by: ValidationMatter | None = None
    sources: tuple[SourceMatter, ...] = ()
    update_policy: Words
    review_by: date
    written_on: date

    @model_validator(mode="after")
    def _honest(self) -> Self:
        if self.provenance == "validated" and self.validated_by is None:
            raise ValueError("provenance is validated and nobody is named in `validated_by`")
        if self.provenance in ("validated", "sourced") and not self.sources:
            raise ValueError(f"provenance is {self.provenance} and `sources` is empty")
        if self.review_by <= self.written_on:
            raise ValueError("`review_by` is not after `written_on`")
        if bool(self.themes) != bool(self.directions):
            raise ValueError("`themes` and `directions` belong together: give both or neither")
        return self


# Fields that say the same in every language of an item.
SHARED = frozenset(FrontMatter.model_fields) - {"title", "summary", "in_one_minute", "sources", "update_policy"}

_WRITE: dict[str, str] = {
    "slug": "Write the folder's name: small letters, digits and hyphens.",
    "in_one_minute": "Write exactly three short lines, each after a hyphen.",
    "sources": "Write for each source `title`, `year`, `section`, and `publisher` and `address` (or null).",
    "validated_by": "Write `name`, `profession` and `date` of the professional, or use provenance: sourced.",
    "minutes": "Write how many minutes it takes to read, as a whole number.",
    "year": "Write the year as a whole number, like 2017.",
    "address": "Write a whole address that starts with https://, or null.",
    "review_by": "Write a day like 2027-11-23, later than `written_on`.",
    "written_on": "Write a day like 2026-11-23.",
    "flare_friendly": "Write true or false.",
    "provenance": "Write validated, sourced, experience or partner, and what it needs: `sources`, `validated_by`.",
}


@dataclass(frozen=True, slots=True)
class Matter(Generic[Front]):
    """Hold one file that can be used: its front matter, its text, and the line each field stands on."""

    file: Path
    front: Front
    markdown: str
    lines: dict[str, int] = field(default_factory=dict)


def read(file: Path) -> Matter[FrontMatter]:
    """Return the front matter and text of an item's file. Errors: FaultyFile."""
    return read_as(file, FrontMatter)


def read_as(file: Path, model: type[Front]) -> Matter[Front]:
    """Return the front matter, as the model has it, and the text of a file. Errors: FaultyFile."""
    parts = _PARTS.match(file.read_text(encoding="utf-8").replace("\r\n", "\n"))
    if parts is None:
        raise FaultyFile(
            [Fault(file, 1, "there is no front matter", "Begin the file with a block between two lines of ---.")]
        )
    tree = _tree(file, parts["head"])
    body = parts["body"].strip()
    if not body:
        raise FaultyFile(
            [Fault(file, parts["head"].count("\n") + 2, "there is no text", "Write it below the second ---.")]
        )
    try:
        front = model.model_validate(yaml.safe_load(parts["head"]))
    except ValidationError as error:
        raise FaultyFile(list(_faults(file, tree, error, model))) from None
    except (ValueError, TypeError) as error:  # a value that yaml itself cannot make, like a 31st of February
        raise FaultyFile([Fault(file, 2, f"a value cannot be read ({error})", "Write days like 2026-11-23.")]) from None
    return Matter(file, front, body, {key: _line(tree, (key,)) for key in model.model_fields})


def _tree(file: Path, head: str) -> yaml.MappingNode:
    """Return the YAML with its marks, after making sure that it is a mapping without repeated keys."""
    try:
        tree = yaml.compose(head, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 2
        write = "Put quotes around a text that holds a colon or begins with a sign."
        raise FaultyFile([Fault(file, line, f"this is no YAML ({error.problem})", write)]) from None
    if not isinstance(tree, yaml.MappingNode):
        raise FaultyFile([Fault(file, 2, "the front matter holds no fields", "Write each as `name: value`.")])
    _refuse_repeats(file, tree)
    return tree


def _refuse_repeats(file: Path, tree: yaml.MappingNode) -> None:
    seen: set[str] = set()
    for key, _ in tree.value:
        if key.value in seen:
            wrong = f"`{key.value}` stands here twice"
            raise FaultyFile([Fault(file, key.start_mark.line + 2, wrong, "Keep one of the two.")])
        seen.add(key.value)


def _faults(file: Path, tree: yaml.MappingNode, error: ValidationError, model: type[StrictMatter]) -> Iterator[Fault]:
    for item in error.errors(include_url=False):
        where = tuple(item["loc"]) + (_named_in(item["msg"]) if item["type"] == "value_error" else ())
        yield Fault(file, _line(tree, where), _wrong(item, where, model.OF), _write(item, where, _WRITE | model.WRITE))


def _wrong(item: Any, where: tuple[str | int, ...], of: str) -> str:
    name = ".".join(str(part) for part in where)
    said = str(item["msg"]).removeprefix("Value error, ")
    if item["type"] == "missing":
        return f"`{name}` is missing"
    if item["type"] == "extra_forbidden":
        return f"`{name}` is no field of {of}"
    return said if item["type"] == "value_error" else f"`{name}`: {said[:1].lower()}{said[1:]}"


def _write(item: Any, where: tuple[str | int, ...], write: dict[str, str]) -> str:
    if item["type"] == "extra_forbidden":
        return "Take it out, or look for a typing error."
    if item["type"] == "literal_error":
        return f"Write {item['ctx']['expected']}."
    names = [str(part) for part in where if isinstance(part, str)]
    known = next((write[name] for name in reversed(names) if name in write), None)
    return known or f"Write a value for `{names[-1] if names else 'it'}`."


def _named_in(message: str) -> tuple[str, ...]:
    """Return the field a rule over several fields speaks of, so that its line can be shown."""
    named = re.search(r"`(\w+)`", message)
    return (named.group(1),) if named else ()


def _line(tree: yaml.Node, where: tuple[str | int, ...]) -> int:
    """Return the line of a field in the file; the line of what holds it when it is not there itself."""
    if not where:
        return tree.start_mark.line + 2
    first, rest = where[0], where[1:]
    if isinstance(tree, yaml.MappingNode):
        for key, value in tree.value:
            if key.value == first:
                return _line(value, rest) if rest and value.value else key.start_mark.line + 2
    elif isinstance(tree, yaml.SequenceNode) and isinstance(first, int) and first < len(tree.value):
        return _line(tree.value[first], rest)
    return tree.start_mark.line + 2
