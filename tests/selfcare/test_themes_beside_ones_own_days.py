"""Burdens and directions, pure."""

from __future__ import annotations

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from selfcare.domain.entries import Parts
from selfcare.domain.themes import THEMES, burdens, direction, directions, safety_level

scale = st.integers(0, 10)
halves = st.integers(0, 20).map(lambda number: number / 2)


def burdens_of(**parts):
    return burdens(Parts.model_validate(parts))


def test_pain_is_as_heavy_as_its_worst_place() -> None:
    assert burdens_of(pain=[{"area": "neck", "intensity": 8}, {"area": "left_hand", "intensity": 2}]) == {"pain": 8}


@drawn(st.lists(scale, min_size=1, max_size=19), scale)
def test_filling_in_more_of_the_body_never_looks_better(places: list[int], another: int) -> None:
    fewer = burdens_of(pain=[{"intensity": value} for value in places])
    more = burdens_of(pain=[{"intensity": value} for value in [*places, another]])
    assert more["pain"] >= fewer["pain"]


def test_a_face_counts_where_no_number_is() -> None:
    assert burdens_of(face=4) == {"pain": 8}
    assert burdens_of(face=5, pain=[{"intensity": 3}]) == {"pain": 3}


def test_sleep_and_mood_are_turned_around() -> None:
    assert burdens_of(sleep={"quality": 2}, mood=9) == {"sleep": 8, "mood": 1}


def test_interference_is_the_mean_of_the_items_filled_in() -> None:
    assert burdens_of(interference={"pain_average": 6, "activity": 3}) == {"interference": 4.5}


def test_an_activity_is_as_heavy_as_the_hardest() -> None:
    assert burdens_of(activities=[{"name": "a", "effort": 2}, {"name": "b", "effort": 7}]) == {"activity": 7}


def test_a_theme_without_a_number_is_touched_and_weighs_nothing() -> None:
    found = burdens_of(pain=[{"area": "neck"}], sleep={"hours": 4}, activities=[{"name": "a", "went": "worse"}])
    assert found == {"pain": None, "sleep": None, "activity": None}
    assert {signal.direction for signal in directions(found, [{"pain": 1, "sleep": 1, "activity": 1}] * 5)} == {
        "unknown"
    }


@pytest.mark.parametrize(
    ("burden", "earlier", "expected"),
    [
        (7, [5, 5, 5], "worse"),
        (3, [5, 5, 5], "better"),
        (6, [5, 5, 5], "same"),
        (4, [5, 5, 5], "same"),
        (6.5, [5, 5, 5], "worse"),
        (7, [5, 5], "unknown"),
        (7, [], "unknown"),
        (None, [5, 5, 5], "unknown"),
        (5, [0, 5, 5, 10], "same"),
        (5, [1, 1, 10], "worse"),
    ],
)
def test_a_direction_is_told_beside_the_own_median(burden: float | None, earlier: list[float], expected: str) -> None:
    assert direction(burden, earlier) == expected


@drawn(st.lists(halves, min_size=3), halves)
def test_what_is_worse_is_better_when_the_scale_is_turned_around(earlier: list[float], burden: float) -> None:
    turned = direction(10 - burden, [10 - value for value in earlier])
    assert {direction(burden, earlier), turned} in ({"same"}, {"better", "worse"})


@drawn(st.dictionaries(st.sampled_from(THEMES), st.none() | halves))
def test_the_heaviest_theme_comes_first_and_none_is_lost(found: dict) -> None:
    told = [signal.theme for signal in directions(found, [])]
    weights = [-1 if found[theme] is None else found[theme] for theme in told]
    assert sorted(told) == sorted(found)
    assert weights == sorted(weights, reverse=True)


def test_each_theme_is_compared_with_the_days_that_had_it() -> None:
    before = [{"pain": 5.0}, {"pain": 5.0, "mood": 2.0}, {"pain": 5.0}]
    told = {signal.theme: signal.direction for signal in directions({"pain": 8.0, "mood": 8.0}, before)}
    assert told == {"pain": "worse", "mood": "unknown"}


def test_the_most_serious_of_all_words_decides() -> None:
    assert safety_level([]) == "none"
    assert safety_level(["Een rustige dag in de tuin."]) == "none"
    assert safety_level(["Een rustige dag.", "Ik wil niet meer leven."]) == "crisis"
