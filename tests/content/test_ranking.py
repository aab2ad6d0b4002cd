"""Choosing an item, and saying why: pure rules, seeded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from content.domain.items import Source, Validation
from content.domain.ranking import Choice, Helped, Seen, Shelved, candidates, chance, choose
from content.domain.reasons import reason_text, source_line
from content.domain.signals import Member, Moved, Signal, day_of

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
MEMBER = Member("m", suggestions=True)


def shelved(slug: str, **more: Any) -> Shelved:
    fields: dict[str, Any] = {
        "id": slug,
        "kind": "article",
        "themes": frozenset({"sleep"}),
        "directions": frozenset({"worse", "same", "unknown"}),
        "audiences": frozenset({"person_in_pain"}),
        "languages": frozenset({"nl", "en"}),
        "flare_friendly": False,
        "provenance": "sourced",
    }
    return Shelved(slug=slug, **(fields | more))


def signal(*moved: tuple[str, str], **more: Any) -> Signal:
    themes = tuple(Moved(theme, direction) for theme, direction in moved or (("sleep", "worse"),))  # type: ignore[arg-type]
    return Signal("recorded", "e", "m", "entry", 1, NOW, themes, **more)


def seen(slug: str, days: float, rating: Any = None, kind: str = "article", theme: Any = "sleep") -> Seen:
    return Seen(slug, kind, theme, NOW - timedelta(days=days), rating)


def best(shelf: list[Shelved], times: int = 1000, counts: Any = None, before: Any = (), **more: Any) -> dict[str, int]:
    """Count how often each item is chosen, over many seeds."""
    chosen: dict[str, int] = {}
    for seed in range(times):
        choice = choose(more.get("signal", signal()), MEMBER, shelf, before, counts or {}, NOW, Random(seed))
        assert choice is not None
        chosen[choice.item.slug] = chosen.get(choice.item.slug, 0) + 1
    return chosen


@pytest.mark.parametrize(
    ("item", "fits"),
    [
        (shelved("a"), True),
        (shelved("a", provenance="validated"), True),
        (shelved("a", provenance="experience"), False),
        (shelved("a", provenance="partner"), False),
        (shelved("a", audiences=frozenset({"partner"})), False),
        (shelved("a", languages=frozenset({"en"})), False),
        (shelved("a", themes=frozenset({"pain"})), False),
        (shelved("a", directions=frozenset({"better"})), False),
        (shelved("a", themes=frozenset()), False),
    ],
)
def test_only_what_fits_is_a_candidate(item: Shelved, fits: bool) -> None:
    assert bool(candidates(signal(), MEMBER, [item], (), NOW)) is fits


@pytest.mark.parametrize(
    ("before", "comes_again"),
    [
        (seen("a", 59), False),
        (seen("a", 61), True),
        (seen("a", 61, "helps"), True),
        (seen("a", 170, "less_of_this"), False),
        (seen("a", 181, "less_of_this"), True),
        (seen("a", 5000, "not_for_me"), False),
        (seen("b", 1, "not_for_me"), True),
    ],
)
def test_what_was_seen_lately_or_refused_does_not_come_again(before: Seen, comes_again: bool) -> None:
    assert bool(candidates(signal(), MEMBER, [shelved("a")], [before], NOW)) is comes_again


def test_the_same_seed_gives_the_same_choice_whatever_the_order_of_the_shelf() -> None:
    shelf = [shelved(name) for name in "abcdef"]
    first = choose(signal(), MEMBER, shelf, (), {}, NOW, Random("x"))
    again = choose(signal(), MEMBER, shelf[::-1], (), {}, NOW, Random("x"))
    assert isinstance(first, Choice)
    assert first == again


def test_what_helped_others_comes_more_often_and_the_rest_is_still_tried() -> None:
    counts = {("a", "sleep"): Helped(yes=40, no=4), ("b", "sleep"): Helped(yes=4, no=40)}
    chosen = best([shelved("a"), shelved("b"), shelved("c")], counts=counts)
    assert chosen["a"] > 700
    assert chosen.get("b", 0) < 10
    assert chosen["c"] > 50


def test_that_it_helped_for_another_theme_says_nothing() -> None:
    assert chance(shelved("a"), "sleep", {("a", "pain"): Helped(yes=100)}) == chance(shelved("a"), "sleep", {})


def test_the_heaviest_theme_weighs_most() -> None:
    shelf = [shelved("nacht"), shelved("pijn", themes=frozenset({"pain"}))]
    chosen = best(shelf, signal=signal(("pain", "worse"), ("sleep", "worse")))
    assert chosen["pijn"] > 2 * chosen["nacht"]


def test_what_got_worse_weighs_more_than_what_got_better() -> None:
    both = frozenset({"worse", "better"})
    shelf = [shelved("nacht", directions=both), shelved("pijn", themes=frozenset({"pain"}), directions=both)]
    chosen = best(shelf, signal=signal(("pain", "better"), ("sleep", "worse")))
    assert chosen["nacht"] > chosen["pijn"]


def test_less_of_this_means_less_of_its_kind_for_that_theme() -> None:
    shelf = [shelved("a"), shelved("b", kind="tip")]
    before = [seen("x", 10, "less_of_this", kind="article")]
    assert best(shelf, before=before).get("a", 0) < 150


def test_in_a_flare_only_comforting_items_are_candidates() -> None:
    shelf = [shelved("a"), shelved("b", flare_friendly=True)]
    assert [one.slug for one in candidates(signal(flare=True), MEMBER, shelf, (), NOW)] == ["b"]


@pytest.mark.parametrize(
    ("theme", "direction", "times", "language", "text"),
    [
        ("sleep", "worse", 3, "nl", "Je schreef de afgelopen week drie keer over een slechte nacht."),
        ("sleep", "worse", 3, "en", "You wrote about a bad night three times in the past week."),
        ("sleep", "worse", 1, "nl", "Je schreef over een slechte nacht."),
        ("pain", "unknown", 14, "nl", "Je schreef de afgelopen week 14 keer over pijn."),
        ("mood", "better", 2, "en", "You wrote about a better mood two times in the past week."),
    ],
)
def test_the_reason_is_said_in_plain_words(theme: Any, direction: Any, times: int, language: Any, text: str) -> None:
    assert reason_text(theme, direction, times, language) == text


def test_the_source_line_says_what_where_and_that_nobody_checked_it_yet() -> None:
    source = Source("Zorgstandaard Chronische Pijn", 2017, "2.4.2", "Dutch Pain Society", None)
    line = source_line((source,), "sourced", None, date(2026, 11, 23), "nl")
    assert line == (
        "Gebaseerd op: Zorgstandaard Chronische Pijn, Dutch Pain Society (2017). "
        "Geschreven op 23 november 2026, nog niet nagekeken door een zorgverlener."
    )


def test_the_source_line_names_the_professional_who_checked_it() -> None:
    source, by = Source("NG193", 2021, "1.1"), Validation("A. Jansen", "physiotherapist", date(2026, 3, 1))
    line = source_line((source,), "validated", by, date(2026, 1, 1), "en")
    assert line == "Checked by A. Jansen, physiotherapist, on 1 March 2026. Source: NG193 (2021)."


def test_a_day_is_that_of_amsterdam_also_in_summer() -> None:
    assert day_of(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)) == "2026-11-24"
    assert day_of(datetime(2026, 7, 1, 21, 59, tzinfo=UTC)) == "2026-07-01"
    assert day_of(datetime(2026, 7, 1, 22, 0, tzinfo=UTC)) == "2026-07-02"
