"""What is typed becomes an entry and back, and nothing that was typed gets lost on the way."""

from __future__ import annotations

from typing import get_args

import pytest
from werkzeug.datastructures import MultiDict

from selfcare.domain.entries import Area, Quality
from web.diary import (
    NothingGiven,
    Typed,
    WrongHours,
    change_from,
    entry_from,
    key_of,
    typed_from_entry,
    typed_from_form,
    typed_from_json,
)
from web.texts.body import AREAS, QUALITIES

FORM_ID = "01912f4e-0000-7000-8000-000000000002"


def typed(*pairs: tuple[str, str]) -> Typed:
    return typed_from_form(MultiDict([("form_id", FORM_ID), *pairs]))


def test_one_number_is_an_entry() -> None:
    assert entry_from(typed(("pain", "7"))) == {"pain": [{"area": None, "intensity": 7, "qualities": []}]}


def test_zero_is_a_number_and_not_nothing() -> None:
    assert entry_from(typed(("mood", "0"))) == {"mood": 0}


def test_places_get_no_number_that_nobody_gave() -> None:
    entry = entry_from(typed(("pain", "4"), ("area", "neck"), ("area", "left_knee"), ("quality", "burning")))
    assert entry["pain"] == [
        {"area": None, "intensity": 4, "qualities": ["burning"]},
        {"area": "neck", "intensity": None, "qualities": []},
        {"area": "left_knee", "intensity": None, "qualities": []},
    ]


def test_an_entry_without_any_part_is_refused() -> None:
    with pytest.raises(NothingGiven):
        entry_from(typed(("note", "  \r\n ")))


@pytest.mark.parametrize(("text", "hours"), [("6", 6.0), ("6,5", 6.5), (" 7.25 ", 7.25), ("0", 0.0)])
def test_hours_are_read_as_people_write_them(text: str, hours: float) -> None:
    assert entry_from(typed(("sleep_hours", text)))["sleep"] == {"quality": None, "hours": hours}


@pytest.mark.parametrize("text", ["25", "-1", "veel", "nan", "inf", "1e3"])
def test_hours_that_no_night_has_are_refused(text: str) -> None:
    with pytest.raises(WrongHours):
        entry_from(typed(("sleep_hours", text)))


@pytest.mark.parametrize("value", ["11", "-1", "07", "7.5", "zeven", "{'$ne': null}", "٣"])
def test_what_is_no_choice_on_the_scale_is_left_out(value: str) -> None:
    with pytest.raises(NothingGiven):
        entry_from(typed(("pain", value)))


def test_unknown_places_and_qualities_are_left_out() -> None:
    assert typed(("area", "soul"), ("quality", "$ne")).areas == ()


def test_lines_of_a_note_stay_lines() -> None:
    assert entry_from(typed(("note", "een\r\ntwee")))["note"] == "een\ntwee"


def test_what_was_typed_survives_being_kept() -> None:
    before = typed(("pain", "3"), ("area", "neck"), ("sleep_hours", "veel"), ("note", "slecht"))
    assert typed_from_json(before.as_json()).as_json() == before.as_json()


def test_an_entry_shown_in_the_form_and_saved_unchanged_stays_as_it_was() -> None:
    entry = {
        "pain": [
            {"area": None, "intensity": 5, "qualities": ["aching"]},
            {"area": "neck", "intensity": 8, "qualities": ["sharp"]},
        ],
        "sleep": {"quality": 3, "hours": 5.5},
        "fatigue": 6,
        "mood": None,
        "interference": {"pain_average": 4, "enjoyment": None, "activity": 2},
        "note": "moe",
        "worth_it": None,
    }
    assert change_from(typed_from_entry(entry), entry) == entry


def test_emptying_a_field_removes_that_part_and_leaves_what_the_form_does_not_show() -> None:
    patch = change_from(Typed(), {"note": "weg", "activities": [{"name": "lopen"}]})
    assert patch["note"] is None
    assert "activities" not in patch


def test_an_entry_cannot_be_emptied_by_a_change() -> None:
    with pytest.raises(NothingGiven):
        change_from(Typed(), {"note": "weg"})


def test_the_same_form_sent_twice_has_one_key_and_another_text_has_another() -> None:
    first, again, other = typed(("note", "een")), typed(("note", "een")), typed(("note", "twee"))
    assert key_of(first, entry_from(first)) == key_of(again, entry_from(again))
    assert key_of(first, entry_from(first)) != key_of(other, entry_from(other))


def test_the_form_knows_every_place_and_quality_the_api_knows() -> None:
    assert set(AREAS) == set(get_args(Area))
    assert set(QUALITIES) == set(get_args(Quality))
