"""Reading the library's Markdown: what is right is read whole, what is wrong is said with file, line and remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from content.config import SHIPPED
from content.library import Library, read_library
from content.rendering import html_of

FRONT = """---
slug: beter-slapen
kind: article
title: 'Beter slapen'
summary: Kleine gewoontes.
in_one_minute:
  - Een.
  - Twee.
  - Drie.
dimensions: [bodily_functions]
side: bio
themes: [sleep]
directions: [worse, unknown]
pain_types: []
body_areas: []
phases: [before, during]
steps: [1, 2]
audiences: [person_in_pain]
flare_friendly: false
minutes: 3
provenance: sourced
sources:
  - title: Zorgstandaard Chronische Pijn
    publisher: Dutch Pain Society
    year: 2017
    section: 2.4.2
    address: null
update_policy: Elk jaar nagelezen.
review_by: 2027-11-23
written_on: 2026-11-23
---

Een tekst met **nadruk**.
"""
Write = Callable[..., Library]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write an item (Dutch as given, English with its own title) and read the library it makes."""

    def write(dutch: str = FRONT, english: str | None = None, folder: str = "beter-slapen") -> Library:
        home = tmp_path / folder
        home.mkdir(exist_ok=True)
        (home / "nl.md").write_text(dutch)
        (home / "en.md").write_text(english or FRONT.replace("'Beter slapen'", "Sleeping better"))
        return read_library(tmp_path)

    return write


def test_a_good_item_is_read_whole(write: Write) -> None:
    library = write()
    assert library.faults == ()
    (item,) = library.items
    assert (item.slug, item.languages, item.provenance) == ("beter-slapen", ("nl", "en"), "sourced")
    assert (item.texts["nl"].title, item.texts["en"].title) == ("Beter slapen", "Sleeping better")
    assert item.texts["nl"].html == "<p>Een tekst met <strong>nadruk</strong>.</p>"
    assert item.texts["nl"].sources[0].section == "2.4.2"


@pytest.mark.parametrize(
    ("right", "wrong", "line", "says", "write_instead"),
    [
        ("kind: article", "kind: book", 3, "kind", "'article'"),
        ("minutes: 3", "minutes: drie", 20, "minutes", "whole number"),
        ("    year: 2017", "    year: MMXVII", 25, "sources.0.year", "2017"),
        ("    address: null", "    address: javascript:alert(1)", 27, "sources.0.address", "https://"),
        ("review_by: 2027", "review_by: 2025", 29, "review_by", "later than"),
        ("side: bio\n", "", 2, "`side` is missing", "side"),
        ("steps: [1, 2]", "stepz: [1, 2]", 17, "no field of an item", "typing error"),
        ("summary: Kleine", "summary: kort: Kleine", 5, "no YAML", "quotes"),
        ("summary: Kleine", "slug: twee\nsummary: Kleine", 5, "twice", "one of the two"),
        ("  - Drie.\n", "", 7, "in_one_minute", "three"),
        ("directions: [worse, unknown]", "directions: [worse, awful]", 13, "directions.1", "better"),
        ("directions: [worse, unknown]", "directions: []", 12, "belong together", "themes"),
        ("provenance: sourced", "provenance: validated", 2, "nobody is named", "profession"),
        ("written_on: 2026-11-23", "written_on: 2026-02-31", 2, "cannot be read", "2026-11-23"),
        ("---\nslug", "slug", 1, "no front matter", "---"),
        ("\nEen tekst met **nadruk**.\n", "", 31, "no text", "below"),
        ("slug: beter-slapen", "slug: slapen", 2, "not the folder's name", "beter-slapen"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_a_remedy(
    write: Write, right: str, wrong: str, line: int, says: str, write_instead: str
) -> None:
    assert right in FRONT
    library = write(FRONT.replace(right, wrong, 1))
    assert library.items == ()
    fault = next(one for one in library.faults if one.file.name == "nl.md" or "same" in one.write)
    assert says in fault.wrong
    assert write_instead in fault.write
    assert fault.line == line
    assert str(fault).startswith(f"{fault.file}:{line}: ")


def test_two_languages_that_disagree_are_not_loaded(write: Write) -> None:
    library = write(english=FRONT.replace("minutes: 3", "minutes: 5"))
    (fault,) = library.faults
    assert (fault.file.name, fault.line) == ("en.md", 20)
    assert "minutes" in fault.wrong


def test_every_fault_of_every_file_is_said_at_once(write: Write, tmp_path: Path) -> None:
    write(FRONT.replace("kind: article", "kind: book").replace("minutes: 3", "minutes: 0"))
    library = write(FRONT.replace("side: bio", "side: bios"), folder="ander")
    assert {(one.file.parent.name, one.line) for one in library.faults} >= {
        ("beter-slapen", 3),
        ("beter-slapen", 20),
        ("ander", 11),
    }


def test_a_missing_translation_is_told_and_does_not_stop_the_library(write: Write, tmp_path: Path) -> None:
    write()
    (tmp_path / "beter-slapen" / "en.md").unlink()
    library = read_library(tmp_path)
    assert [item.languages for item in library.items] == [("nl",)]
    assert library.untranslated == (str(tmp_path / "beter-slapen" / "en.md"),)


def test_an_empty_library_is_a_fault_and_never_retires_everything(tmp_path: Path) -> None:
    assert "no items" in read_library(tmp_path).faults[0].wrong
    assert "no items" in read_library(tmp_path / "nowhere").faults[0].wrong


def test_the_digest_changes_with_any_word(write: Write) -> None:
    (before,) = write().items
    (same,) = write().items
    (after,) = write(FRONT.replace("nadruk", "klem")).items
    assert before.digest() == same.digest() != after.digest()


@pytest.mark.parametrize(
    ("markdown", "unwanted"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("[x](javascript:alert(1))", "<a"),
        ("<img src=x onerror=alert(1)>", "<img"),
        ("![plaatje](http://x/y.png)", "<img"),
        ("[x](data:text/html;base64,AAAA)", "<a"),
    ],
)
def test_nothing_dangerous_passes_into_html(markdown: str, unwanted: str) -> None:
    assert unwanted not in html_of(markdown)


def test_headings_begin_at_the_second_level_and_links_say_nothing_of_the_reader() -> None:
    html = html_of("# Kop\n\n[113](https://113.nl)")
    assert "<h2>Kop</h2>" in html
    assert 'rel="noopener noreferrer"' in html


def test_the_shipped_library_has_nothing_wrong_and_is_in_both_languages() -> None:
    library = read_library(SHIPPED)
    assert [str(fault) for fault in library.faults] == []
    assert library.untranslated == ()
    assert all(item.languages == ("nl", "en") for item in library.items)
