"""The rules of an entry, pure: parts, times, and how a change is merged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from pydantic import ValidationError

from selfcare.domain import entries
from selfcare.domain.entries import Parts, Span, merged, moved, span
from selfcare.errors import EmptyEntry, ImpossibleTimes

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

ONE_PART = [
    {"pain": [{"area": "lower_back"}]},
    {"pain": [{"intensity": 0}]},
    {"sleep": {"quality": 3}},
    {"sleep": {"hours": 6.5}},
    {"fatigue": 0},
    {"mood": 10},
    {"interference": {"enjoyment": 4}},
    {"activities": [{"name": "wandelen"}]},
    {"face": 0},
    {"aids": [{"kind": "aid", "name": "kruik", "helped": "a_little"}]},
    {"trackers": [{"name": "kopjes koffie", "value": 4}]},
    {"note": "Rustige dag."},
    {"worth_it": "Koffie met Els."},
]
NOTHING = [
    {},
    {"note": None},
    {"note": "   "},
    {"pain": []},
    {"sleep": {}},
    {"sleep": {"quality": None}},
    {"activities": [], "worth_it": ""},
]
REFUSED = [
    {"fatigue": 11},
    {"fatigue": -1},
    {"fatigue": True},
    {"fatigue": "7"},
    {"fatigue": 7.5},
    {"face": 6},
    {"sleep": {"hours": 24.5}},
    {"pain": [{}]},
    {"pain": [{"area": "tail"}]},
    {"pain": [{"intensity": 5}] * 21},
    {"trackers": [{"name": "a", "value": 1}] * 6},
    {"trackers": [{"name": "a" * 41, "value": 1}]},
    {"activities": [{"name": "   "}]},
    {"aids": [{"kind": "magic", "name": "a"}]},
    {"note": "a" * 4001},
    {"worth_it": "a" * 1001},
    {"note": {"$ne": None}},
    {"owner": "somebody"},
]


@pytest.mark.parametrize("part", ONE_PART, ids=lambda part: next(iter(part)))
def test_any_part_alone_is_an_entry(part: dict) -> None:
    assert list(entries.given(Parts.model_validate(part))) == list(part)


@pytest.mark.parametrize("nothing", NOTHING, ids=str)
def test_an_entry_without_any_part_is_refused(nothing: dict) -> None:
    with pytest.raises(EmptyEntry):
        entries.given(Parts.model_validate(nothing))


@pytest.mark.parametrize("wrong", REFUSED, ids=lambda wrong: str(wrong)[:40])
def test_what_no_part_can_hold_is_refused(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        Parts.model_validate(wrong)


def test_every_free_word_of_an_entry_is_found_to_be_sealed() -> None:
    said = entries.given(Parts.model_validate({key: value for part in ONE_PART for key, value in part.items()}))
    found = {field: holder[key] for field, holder, key in entries.word_fields(said)}
    assert found == {
        "note": "Rustige dag.",
        "worth_it": "Koffie met Els.",
        "activities.0.name": "wandelen",
        "aids.0.name": "kruik",
        "trackers.0.name": "kopjes koffie",
    }


def test_no_part_can_hold_free_words_that_are_not_sealed() -> None:
    """Fails when somebody adds a string to a part and forgets word_fields."""
    schema = Parts.model_json_schema()
    definitions = {"": schema, **schema["$defs"]}
    free = {
        f"{owner}.{name}"
        for owner, definition in definitions.items()
        for name, shape in definition.get("properties", {}).items()
        if any(
            option.get("type") == "string" and "enum" not in option and "const" not in option
            for option in [shape, *shape.get("anyOf", [])]
        )
    }
    assert free == {".note", ".worth_it", "Activity.name", "Aid.name", "Tracker.name"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=8,
)
json_objects = st.dictionaries(st.sampled_from("abcd"), json_values, max_size=4)


def without_nulls(value):
    if not isinstance(value, dict):
        return value
    return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}


@drawn(json_objects)
def test_a_patch_on_nothing_is_itself_without_its_nulls(patch: dict) -> None:
    assert merged({}, patch) == without_nulls(patch)


@drawn(json_objects, json_objects)
def test_a_patch_applied_twice_is_applied_once_and_leaves_its_target_alone(target: dict, patch: dict) -> None:
    before = repr(target)
    once = merged(target, patch)
    assert merged(once, patch) == once
    assert repr(target) == before
    assert all(once[name] == target[name] for name in target if name not in patch)


def test_a_null_inside_an_object_removes_only_that() -> None:
    assert merged({"sleep": {"quality": 3, "hours": 6}}, {"sleep": {"quality": None}}) == {"sleep": {"hours": 6}}


def test_an_entry_without_times_is_about_now() -> None:
    assert span(None, None, now=NOW) == Span(NOW, NOW)


def test_one_end_alone_is_a_moment() -> None:
    yesterday = NOW - timedelta(days=1)
    assert span(yesterday, None, now=NOW) == span(None, yesterday, now=NOW) == Span(yesterday, yesterday)


@pytest.mark.parametrize(
    ("started_at", "ended_at", "field"),
    [
        (NOW + timedelta(days=1, seconds=1), None, "started_at"),
        (NOW, NOW + timedelta(days=2), "ended_at"),
        (NOW, NOW - timedelta(seconds=1), "ended_at"),
        (datetime(1, 1, 1, tzinfo=UTC), None, "started_at"),
    ],
)
def test_times_that_cannot_be_are_refused_by_name(started_at: datetime, ended_at: datetime | None, field: str) -> None:
    with pytest.raises(ImpossibleTimes) as refused:
        span(started_at, ended_at, now=NOW)
    assert refused.value.errors[0]["pointer"] == f"/{field}"


def test_a_moment_that_is_moved_stays_a_moment() -> None:
    earlier, later = NOW - timedelta(hours=5), NOW - timedelta(hours=1)
    assert moved(Span(earlier, earlier), {"started_at": later}, now=NOW) == Span(later, later)


def test_a_new_start_keeps_a_known_end() -> None:
    before = Span(NOW - timedelta(hours=5), NOW - timedelta(hours=2))
    after = moved(before, {"started_at": NOW - timedelta(hours=3)}, now=NOW)
    assert after == Span(NOW - timedelta(hours=3), NOW - timedelta(hours=2))


def test_an_end_that_is_taken_away_leaves_a_moment() -> None:
    before = Span(NOW - timedelta(hours=5), NOW - timedelta(hours=2))
    assert moved(before, {"ended_at": None}, now=NOW).is_moment
