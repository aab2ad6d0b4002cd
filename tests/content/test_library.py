"""The library in the database and in the search index: published, revised, retired once; found, or browsed."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from content.domain.items import Item
from content.handlers import handles
from content.ports import Ports
from content.search.port import Filters, Found, IndexState, Query, SearchAway, SearchBusy
from content.search.tantivy_index import TantivyIndex
from content.usecases.indexing import mend_index, rebuild_index, refresh_items
from content.usecases.loading import load_items
from content.usecases.reading import find_items, read_item
from pijnstad_contracts.content import ItemPublished
from pijnstad_contracts.envelope import Event, decode
from pijnstad_contracts.registry import event_types
from pijnstad_kit.messaging.handlers import DependencyAway

Make = Callable[..., Item]


def said(ports: Ports, slug: str) -> list[tuple[str, int]]:
    """Return the events of an item that wait in its outbox: name and sequence."""
    found = ports.items.aggregates.collection.find_one({"slug": slug})
    assert found is not None
    events = [decode(bytes(one["body"]), event_types()) for one in found["outbox"]]
    return [(type(event.data).__name__, event.sequence) for event in events]


class Away:
    """Be a search engine that does not answer."""

    def query(self, query: Query) -> Found:
        raise SearchAway("gone")

    put = remove = rebuild = query

    def state(self) -> IndexState:
        raise SearchAway("gone")


def test_loading_twice_publishes_once(ports: Ports, make_item: Make) -> None:
    items = [make_item("a"), make_item("b")]
    assert load_items(items, ports).published == ["a", "b"]
    again = load_items(items, ports)
    assert (again.unchanged, again.published, again.revised) == (["a", "b"], [], [])
    assert said(ports, "a") == [("ItemPublished", 1)]


def test_a_changed_item_is_revised_once(ports: Ports, make_item: Make) -> None:
    load_items([make_item("a")], ports)
    assert load_items([make_item("a", minutes=9)], ports).revised == ["a"]
    assert load_items([make_item("a", minutes=9)], ports).unchanged == ["a"]
    assert said(ports, "a") == [("ItemPublished", 1), ("ItemRevised", 2)]
    stored = ports.items.get("a")
    assert stored is not None
    assert (stored.revision, stored.item.minutes) == (2, 9)


def test_a_missing_item_is_retired_and_can_come_back(ports: Ports, make_item: Make) -> None:
    load_items([make_item("a"), make_item("b")], ports)
    assert load_items([make_item("b")], ports).retired == ["a"]
    assert load_items([make_item("b")], ports).retired == []
    assert ports.items.get("a") is None
    assert load_items([make_item("a"), make_item("b")], ports).published == ["a"]
    assert said(ports, "a") == [("ItemPublished", 1), ("ItemRetired", 2), ("ItemPublished", 3)]


def test_what_editors_made_is_not_retired_by_the_files(ports: Ports, make_item: Make) -> None:
    load_items([make_item("a")], ports)
    ports.items.aggregates.collection.update_one({"slug": "a"}, {"$set": {"origin": "editors"}})
    assert load_items([make_item("b")], ports).retired == []


def test_two_loads_at_the_same_time_publish_each_item_once(ports: Ports, make_item: Make) -> None:
    items = [make_item(f"item-{number}") for number in range(20)]
    threads = [threading.Thread(target=load_items, args=(items, ports)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(said(ports, item.slug) == [("ItemPublished", 1)] for item in items)


def test_an_item_comes_back_from_the_database_as_it_went_in(ports: Ports, make_item: Make) -> None:
    item = make_item("a", provenance="experience")
    load_items([item], ports)
    stored = ports.items.get("a")
    assert stored is not None
    assert stored.item == item


def test_browsing_goes_page_by_page_checked_ones_first(library: Ports) -> None:
    seen: list[str] = []
    after: Any = None
    while True:
        shown = find_items("", "nl", Filters(), 2, after, library)
        seen += [stored.item.slug for stored in shown.items]
        after = shown.next
        if after is None:
            break
    assert seen == ["adem", "bewegen", "naaste", "rust-in-de-avond", "slapen", "vermoeid", "verhaal"]


def test_browsing_narrows(library: Ports) -> None:
    def slugs(**filters: str) -> list[str]:
        return [stored.item.slug for stored in find_items("", "nl", Filters(**filters), 20, None, library).items]

    assert slugs(audience="partner") == ["naaste"]
    assert slugs(kind="tool") == ["adem"]
    assert slugs(provenance="experience") == ["verhaal"]
    assert slugs(dimension="participation") == []


def test_words_are_searched_in_the_index(library: Ports) -> None:
    rebuild_index(library, lambda _: None)
    shown = find_items("vermoeidheid", "nl", Filters(), 20, None, library)
    assert [stored.item.slug for stored in shown.items] == ["vermoeid"]
    assert (shown.total, shown.search_away) == (1, False)


def test_while_search_is_away_the_browse_list_comes_with_a_word_about_it(library: Ports) -> None:
    shown = find_items("slapen", "nl", Filters(), 20, None, replace(library, search=Away()))
    assert shown.search_away
    assert len(shown.items) == 7


def test_without_an_index_the_browse_list_comes_too(library: Ports) -> None:
    assert find_items("slapen", "nl", Filters(), 20, None, library).search_away


def test_a_hit_that_was_just_retired_is_left_out(library: Ports) -> None:
    rebuild_index(library, lambda _: None)
    load_items([], library)
    assert find_items("vermoeidheid", "nl", Filters(), 20, None, library).items == ()


def test_events_bring_items_into_the_index_and_out_of_it(library: Ports, make_item: Make) -> None:
    rebuild_index(library, lambda _: None)
    load_items([make_item("rugpijn")], library)
    slugs = ("rugpijn", "slapen", "slapen")
    events = [
        Event(str(n), "", ItemPublished.type, slug, library.now(), 1, 1, _published(slug))
        for n, slug in enumerate(slugs)
    ]
    handles.react("search", events, library)
    assert [hit.slug for hit in library.search.query(Query("rugpijn", "nl")).hits] == ["rugpijn"]
    assert "slapen" not in {hit.slug for hit in library.search.query(Query("over slapen", "nl")).hits}


def _published(slug: str) -> ItemPublished:
    return ItemPublished(item_id=slug, slug=slug, revision=1, languages=("nl",), provenance="sourced")


def test_an_engine_that_is_away_makes_the_handler_wait_instead_of_fail(library: Ports) -> None:
    event = Event("e", "", ItemPublished.type, "slapen", library.now(), 1, 1, _published("slapen"))
    with pytest.raises(DependencyAway):
        handles.react("search", [event], replace(library, search=Away()))


def test_mending_builds_what_is_missing_old_or_incomplete_and_else_nothing(
    library: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mend_index(library) == "missing"
    assert mend_index(library) is None
    library.search.remove(["slapen"])
    assert mend_index(library) == "counts differ"
    with monkeypatch.context() as changed:
        changed.setattr("content.search.tantivy_index.fingerprint", lambda: "newer")
        assert mend_index(library) == "made by another analysis"
    assert mend_index(library) == "made by another analysis"
    assert library.search.state().counts == library.items.counts() == {"nl": 7, "en": 7}


def test_what_changes_during_a_rebuild_is_in_the_new_index(
    library: Ports, make_item: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = library.search.rebuild

    def build_slowly(documents: Any, progress: Any) -> int:
        read = list(documents)
        load_items([make_item("bijgekomen")], library)  # everything else is retired by this
        return build(read, progress)

    monkeypatch.setattr(library.search, "rebuild", build_slowly)
    rebuild_index(library, lambda _: None)
    assert library.search.state().counts == {"nl": 1, "en": 1}


def test_a_second_writer_waits_and_then_says_that_it_is_busy(library: Ports, tmp_path: Path) -> None:
    rebuild_index(library, lambda _: None)
    impatient = TantivyIndex(tmp_path / "search", patience=0.05)
    with (tmp_path / "search" / "write.lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(SearchBusy):
            impatient.remove(["slapen"])
        assert impatient.query(Query("vermoeidheid", "nl")).total == 1  # readers never wait
    impatient.remove(["slapen"])


def test_writers_in_several_threads_lose_nothing(library: Ports, make_item: Make) -> None:
    rebuild_index(library, lambda _: None)
    names = [f"woord{number}" for number in range(8)]
    load_items([make_item(name) for name in names], library)
    threads = [threading.Thread(target=refresh_items, args=([name], library)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(library.search.query(Query(name, "nl")).hits[0].slug == name for name in names)


def test_readers_of_another_process_see_the_new_index(library: Ports, tmp_path: Path) -> None:
    other = TantivyIndex(tmp_path / "search")
    rebuild_index(library, lambda _: None)
    assert other.query(Query("vermoeidheid", "nl")).total == 1
    library.search.remove(["vermoeid"])
    assert other.query(Query("vermoeidheid", "nl")).total == 0
    rebuild_index(library, lambda _: None)
    assert other.query(Query("vermoeidheid", "nl")).total == 1


def test_an_item_is_read_by_its_slug(library: Ports) -> None:
    assert read_item("slapen", library).item.slug == "slapen"
