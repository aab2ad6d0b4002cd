"""The card: the right numbers, both languages, and no promise or order in its tone."""

from __future__ import annotations

import pytest

from pijnstad_safety import Card, crisis_card
from pijnstad_safety.screening import Level


def card(level: Level, language: str) -> Card:
    found = crisis_card(level, language)
    assert found is not None
    return found


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_crisis_card_leads_to_113_to_112_and_to_ones_own_doctor(language: str) -> None:
    ways = card("crisis", language).ways

    assert [way.href for way in ways] == ["tel:113", "https://www.113.nl", "tel:112", None]
    assert "0800-0113" in ways[0].contact
    assert ("huisartsenpost" if language == "nl" else "out-of-hours GP") in ways[-1].label


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_red_flag_card_leads_to_a_doctor_by_day_and_by_night(language: str) -> None:
    ways = card("red_flag", language).ways

    assert [way.href for way in ways] == ["tel:112", None, None]
    assert ("huisarts" if language == "nl" else "doctor") in ways[1].label
    assert ("huisartsenpost" if language == "nl" else "out-of-hours") in ways[2].label
    assert not any("113" in way.contact for way in ways)


@pytest.mark.parametrize("level", ["crisis", "red_flag"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_card_is_calm_complete_and_has_a_way_back(level: Level, language: str) -> None:
    found = card(level, language)
    whole = " ".join([found.title, found.text, found.back, *(way.label for way in found.ways)])

    assert found.level == level
    assert found.back
    assert "!" not in whole
    assert all(way.label and way.contact for way in found.ways)


@pytest.mark.parametrize(
    ("asked", "title"), [("nl", "Je hoeft"), ("nl-BE,nl;q=0.9", "Je hoeft"), ("en-GB", "You"), ("de", "You")]
)
def test_dutch_for_who_asks_dutch_and_english_for_everybody_else(asked: str, title: str) -> None:
    assert card("crisis", asked).title.startswith(title)


def test_there_is_no_card_where_nothing_was_found() -> None:
    assert crisis_card("none", "nl") is None
