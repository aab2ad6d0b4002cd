"""Every word is there in both languages, is used, and keeps the voice of the city."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import web
from web.places import TOWN
from web.texts import CATALOGUE, text

HERE = Path(web.__file__).parent
SOURCES = [
    *HERE.rglob("templates/**/*.html"),
    *HERE.rglob("templates/**/*.svg"),
    *HERE.glob("*.py"),
    *HERE.glob("routes/*.py"),
]
# Keys that are put together: "t('trouble.' ~ kind ~ '.title')"; each pattern must match something, each match be used.
COMPOSED = re.compile(
    r"^(area|quality|areas|dimension|provenance|level|language|trouble|place|decision|community|selfcare|about\.what"
    r"|about\.sources|help\.(113|0800|112|flags)|suggestion\.(rated\.)?(helps|less_of_this|not_for_me)"
    r"|consents\.(yes|no|since|said_no)|saved\.(nothing_fits|enough_today|resting|changed|title)|diary\.title|edit\.title"
    r"|days\.title|library\.title)\b"
)


def _named() -> set[str]:
    found = set()
    for source in SOURCES:
        found |= set(re.findall(r"""\b(?:t|fact)\(\s*["']([a-z0-9_.]+)["']""", source.read_text()))
    return found


def test_every_text_a_page_names_is_in_the_catalogue() -> None:
    whole = {key for key in _named() if not key.endswith(".")}
    assert whole
    assert whole <= set(CATALOGUE), sorted(whole - set(CATALOGUE))


def test_no_text_lies_about_unused() -> None:
    unused = [key for key in CATALOGUE if key not in _named() and not COMPOSED.match(key)]
    assert unused == []


@pytest.mark.parametrize("key", sorted(CATALOGUE))
def test_a_text_says_the_same_with_the_same_blanks_in_both_languages(key: str) -> None:
    dutch, english = CATALOGUE[key]
    assert dutch.strip() == dutch != ""
    assert english.strip() == english != ""
    assert _blanks(dutch) == _blanks(english)


def test_nobody_is_shouted_at() -> None:
    assert [key for key, words in CATALOGUE.items() if "!" in (words.nl + words.en).replace("PA!N", "")] == []


def test_dutch_says_je_and_makes_no_promises() -> None:
    formal = re.compile(r"\b(u|uw|succesvol|gegarandeerd|gewoonweg)\b", re.IGNORECASE)
    assert [key for key, words in CATALOGUE.items() if formal.search(words.nl)] == []


def test_every_place_of_the_town_has_a_name_and_a_sentence() -> None:
    for place in TOWN:
        assert text(place.name, "nl")
        assert text(place.sentence, "en")


def test_an_unknown_text_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(KeyError):
        text("no.such.text", "nl")


def _blanks(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}
