"""Reading the library from its folder: one folder an item, one Markdown file a language. Nothing is stored here."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from content.domain.items import Item, ItemText, Source, Validation
from content.frontmatter import SHARED, Fault, FaultyFile, FrontMatter, Matter, read
from content.lexicon import LANGUAGES, Language
from content.readability import measure
from content.rendering import html_of

COURSES = "courses"  # a folder of the library that holds no items: `courses.py` reads it
_SAME = tuple(sorted(SHARED - {"slug"}))


@dataclass(frozen=True, slots=True)
class Library:
    """Hold what was read: the items that can be used, what is wrong, and which translations are still to come."""

    items: tuple[Item, ...] = ()
    faults: tuple[Fault, ...] = ()
    untranslated: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    items: list[Item] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    untranslated: list[str] = field(default_factory=list)


def read_library(root: Path) -> Library:
    """Return every item under a folder. What is wrong is collected, so that a writer sees all of it at once."""
    reading = _Reading()
    for folder in sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []:
        if folder.name != COURSES:
            _read_item(folder, reading)
    if not reading.items and not reading.faults:
        reading.faults.append(Fault(root, 1, "there are no items here", "Point PIJNSTAD_LIBRARY_DIR at the library."))
    return Library(tuple(reading.items), tuple(reading.faults), tuple(reading.untranslated))


def _read_item(folder: Path, reading: _Reading) -> None:
    files = {language: folder / f"{language}.md" for language in LANGUAGES}
    there = {language: file for language, file in files.items() if file.exists()}
    if not there:
        reading.faults.append(Fault(folder, 1, "there is no text", "Write nl.md and en.md."))
        return
    matters: dict[Language, Matter[FrontMatter]] = {}
    before = len(reading.faults)
    for language, file in there.items():
        try:
            matters[language] = read(file)
        except FaultyFile as faulty:
            reading.faults += faulty.faults
    reading.faults += _disagreements(folder, matters)
    if len(reading.faults) == before:
        reading.items.append(_item(matters))
        reading.untranslated += [str(files[language]) for language in LANGUAGES if language not in there]


def _disagreements(folder: Path, matters: dict[Language, Matter[FrontMatter]]) -> list[Fault]:
    faults = [
        Fault(one.file, one.lines["slug"], "`slug` is not the folder's name", f"Write slug: {folder.name}.")
        for one in matters.values()
        if one.front.slug != folder.name
    ]
    first = next(iter(matters.values()), None)
    for other in matters.values() if first else ():
        faults += [
            Fault(
                other.file, other.lines[name], f"`{name}` is not as in {first.file.name}", "Make the two say the same."
            )
            for name in _SAME
            if first and getattr(first.front, name) != getattr(other.front, name)
        ]
    return faults


def _item(matters: dict[Language, Matter[FrontMatter]]) -> Item:
    front = next(iter(matters.values())).front
    shared: dict[str, Any] = {name: getattr(front, name) for name in SHARED - {"validated_by"}}
    by = front.validated_by
    return Item(
        **shared,
        validated_by=Validation(by.name, by.profession, by.date) if by else None,
        texts={language: _text(matter, language) for language, matter in matters.items()},
    )


def _text(matter: Matter[FrontMatter], language: Language) -> ItemText:
    front = matter.front
    return ItemText(
        title=front.title,
        summary=front.summary,
        in_one_minute=front.in_one_minute,
        markdown=matter.markdown,
        html=html_of(matter.markdown),
        sources=tuple(Source(**dict(one)) for one in front.sources),
        update_policy=front.update_policy,
        reading_level=measure(matter.markdown, language).level,
    )
