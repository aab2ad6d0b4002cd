"""Comparing projections with their sources over a real broker, and mending: every way in which they can differ."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import mongoengine as me
import pytest

from pijnstad_contracts.content import SuggestionRated
from pijnstad_contracts.envelope import Event, decode
from pijnstad_contracts.registry import event_types
from pijnstad_contracts.streams import Stream
from pijnstad_kit.ids import derived_id, new_id
from pijnstad_kit.messaging.questions import Answers, Asker, SourceAway
from pijnstad_kit.reconciling import GatedRows, OnePerEvent, Report, Sources, reconcile
from pijnstad_kit.reconciling.engine import Pace
from pijnstad_kit.reconciling.sources import answers
from pijnstad_kit.settings import WorkerSettings
from pijnstad_kit.store import AggregateDocument, epoch, outbox, telling
from pijnstad_kit.store import connect as connect_store
from pijnstad_kit.store.aggregates import AggregateStore, Recorded
from pijnstad_kit.testing import wait_for

PARCELS = Stream("kit-reconciling", "parcels")
PACE = Pace(between=0.02, on_its_way=1.0, mending=6.0)


class Parcel(AggregateDocument):
    name = me.StringField()
    meta = {"collection": "parcels", "db_alias": "kit-reconciling"}


def rated(rating: str) -> Recorded:
    return Recorded(SuggestionRated(suggestion_id="1", item_slug="x", rating=rating), member="m")  # type: ignore[arg-type]


class Town:
    """Be a source with aggregates, and a subscriber with gated rows and one effect an event. `deliver` is the bus."""

    def __init__(self, store: AggregateStore[Parcel], sources: Sources) -> None:
        self.store, self.sources, self._one_at_a_time = store, sources, threading.Lock()
        self.rows, self.effects = store.collection.database["rows"], store.collection.database["effects"]
        self.projections = [
            GatedRows("rows", PARCELS, self.rows, last_rating),
            OnePerEvent(
                "effects", PARCELS, self.effects, types=[SuggestionRated.type], effect_of=effect_of,
                aggregate="parcel", sequence="number",
            ),
        ]  # fmt: skip

    def parcel(self, *ratings: str) -> str:
        """Record these ratings, one a write, and let the subscriber hear of them."""
        id = new_id()
        parcel = self.store.create({"name": "a"}, id=id, events=[rated(ratings[0])])
        for rating in ratings[1:]:
            parcel = self.store.change(id, parcel.version, events=[rated(rating)])
        self.deliver()
        return id

    def deliver(self) -> None:
        with self._one_at_a_time:
            for loads in outbox.waiting(self.store.collection, 100):
                for load in loads:
                    for entry in load.entries:
                        self.hear(decode(entry.body, event_types()))
                    load.sent = [entry.id for entry in load.entries]
                outbox.mark(self.store.collection, loads)

    def hear(self, event: Event[Any]) -> None:
        effect = {"_id": effect_of(event.id), "parcel": event.subject, "number": event.sequence}
        self.effects.update_one({"_id": effect["_id"]}, {"$setOnInsert": effect}, upsert=True)
        row = {"epoch": event.epoch, "sequence": event.sequence, "told_at": event.time, "rating": event.data.rating}
        if event.sequence == 1 and self.rows.find_one({"_id": event.subject}) is None:
            self.rows.insert_one({"_id": event.subject, **row})
        gate = {"_id": event.subject, "epoch": event.epoch, "sequence": event.sequence - 1}
        self.rows.update_one(gate, {"$set": row})

    def reconcile(self, *, repair: bool = True) -> Report:
        return reconcile(self.projections, self.sources, repair=repair, pace=PACE)

    def differences(self) -> list[tuple[str, str, str]]:
        """Return (projection, kind, aggregate) of what differs now."""
        report = self.reconcile(repair=False)
        assert not report.away
        return [(one.name, found.kind, found.aggregate) for one in report.projections for found in one.found]

    def state(self) -> list[Any]:
        return [sorted(map(repr, kept.find())) for kept in (self.rows, self.effects)]


def effect_of(event_id: str) -> str:
    return derived_id(event_id, "effect")


def last_rating(events: Sequence[Event[Any]] | Any) -> dict[str, Any]:
    return {"rating": [event.data.rating for event in events][-1]}


@pytest.fixture
def store(mongo_url: str, database: str) -> AggregateStore[Parcel]:
    settings = WorkerSettings(
        service="kit-reconciling",
        listen="127.0.0.1:1",
        mongo_url=mongo_url,
        database=database,
        bus_url="amqp://nowhere",
    )
    connect_store(settings)
    Parcel.ensure_indexes()
    return AggregateStore(Parcel)


@pytest.fixture
def town(store: AggregateStore[Parcel], bus_url: str) -> Iterator[Town]:
    """The source answers over the broker, and what it tells arrives."""
    loop = Answers(bus_url, PARCELS.service, answers(store.collection.database, [PARCELS.name]))
    thread = threading.Thread(target=loop.run, daemon=True)
    thread.start()
    wait_for(lambda: loop.state.connected, what="the answering side")
    made, ended = Town(store, Sources(Asker(bus_url))), threading.Event()

    def bus() -> None:
        while not ended.wait(0.05):
            made.deliver()

    delivering = threading.Thread(target=bus, daemon=True)
    delivering.start()
    yield made
    ended.set()
    loop.stop()
    for one in (thread, delivering):
        one.join(15)
        assert not one.is_alive()


def test_what_agrees_has_no_difference(town: Town) -> None:
    for _ in range(5):
        town.parcel("helps", "not_for_me")
    report = town.reconcile()
    assert report.clean
    assert [(one.name, one.compared, one.found) for one in report.projections] == [("rows", 5, []), ("effects", 5, [])]


DAMAGES: dict[str, tuple[Callable[[Town, str], Any], tuple[str, str]]] = {
    "a row deleted": (lambda town, id: town.rows.delete_one({"_id": id}), ("rows", "missing")),
    "a row behind": (
        lambda town, id: town.rows.update_one({"_id": id}, {"$set": {"sequence": 1, "rating": "helps"}}),
        ("rows", "behind"),
    ),
    "a row ahead": (lambda town, id: town.rows.update_one({"_id": id}, {"$set": {"sequence": 9}}), ("rows", "ahead")),
    "a field altered": (
        lambda town, id: town.rows.update_one({"_id": id}, {"$set": {"rating": "wrong"}}),
        ("rows", "damaged"),
    ),
    "an effect deleted": (
        lambda town, id: town.effects.delete_one({"parcel": id, "number": 1}),
        ("effects", "missing"),
    ),
    "an effect renumbered": (
        lambda town, id: town.effects.update_one({"parcel": id, "number": 2}, {"$set": {"number": 7}}),
        ("effects", "damaged"),
    ),
    "an effect of an event nobody told": (
        lambda town, id: town.effects.insert_one({"_id": new_id(), "parcel": id, "number": 2}),
        ("effects", "unknown"),
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_found_by_its_name_and_mended(town: Town, damage: str) -> None:
    harm, (name, kind) = DAMAGES[damage]
    id, _ = town.parcel("helps", "not_for_me"), town.parcel("helps")
    before = town.state()
    harm(town, id)
    assert town.state() != before
    assert town.differences() == [(name, kind, id)]
    report = town.reconcile()
    assert (report.found, report.left) == (1, 0)
    assert town.state() == before


def test_what_the_source_does_not_know_is_removed(town: Town) -> None:
    town.parcel("helps")
    before, phantom = town.state(), new_id()
    town.rows.insert_one({"_id": phantom, "epoch": 1, "sequence": 1, "rating": "helps"})
    town.effects.insert_one({"_id": new_id(), "parcel": phantom, "number": 1})
    assert town.differences() == [("rows", "unknown", phantom), ("effects", "unknown", phantom)]
    assert town.reconcile().clean
    assert town.state() == before


def test_everything_lost_comes_back_over_many_pages(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from pijnstad_kit.reconciling import sources, streams

    monkeypatch.setattr(sources, "AT_ONCE", 3)
    monkeypatch.setattr(streams, "AT_ONCE", 3)
    for _ in range(10):
        town.parcel("helps", "less_of_this")
    before = town.state()
    town.rows.delete_many({})
    town.effects.delete_many({})
    report = town.reconcile()
    assert (report.found, report.left) == (10, 0)  # the effects came back with what the rows had told again
    assert town.state() == before


def test_after_a_restore_of_the_source_the_subscriber_knows_what_the_source_knows(town: Town) -> None:
    kept, changed = town.parcel("helps"), town.parcel("helps")
    backup = list(town.store.collection.find())
    lost = town.parcel("helps")
    town.store.change(changed, 1, events=[rated("not_for_me")])
    town.deliver()
    town.store.collection.delete_many({})
    town.store.collection.insert_many(backup)
    assert {id for _, _, id in town.differences()} == {changed, lost}
    epoch.advance(town.store.collection.database)
    telling.tell_all_again(town.store.collection)
    assert town.reconcile().clean
    assert {row["_id"]: (row["epoch"], row["sequence"], row["rating"]) for row in town.rows.find()} == {
        kept: (2, 1, "helps"),
        changed: (2, 1, "helps"),
    }
    assert sorted((one["parcel"], one["number"]) for one in town.effects.find()) == sorted([(kept, 1), (changed, 1)])


def test_what_is_on_its_way_is_no_difference(town: Town) -> None:
    id = town.parcel("helps")
    town.effects.delete_many({"parcel": id})
    soon = threading.Timer(0.1, town.hear, [decode(bytes(raw(town, id)["body"]), event_types())])
    soon.start()
    assert reconcile(town.projections, town.sources, repair=False, pace=Pace(between=0.5)).clean
    soon.join()


def test_what_cannot_be_told_any_more_is_named_and_left_alone(town: Town) -> None:
    id = town.parcel("helps", "not_for_me")
    town.store.collection.update_one({"_id": id}, {"$pop": {"outbox": -1}})
    town.rows.delete_one({"_id": id})
    town.effects.delete_one({"parcel": id, "number": 1})
    report = town.reconcile()
    (left,) = report.projections[0].left
    assert left.final
    assert "cannot be told any more" in left.says
    assert report.projections[1].left == []


def test_a_removed_aggregate_needs_no_row(town: Town) -> None:
    id = town.parcel("helps")
    town.store.change(id, 1, events=[rated("not_for_me")], keeps=1)
    town.deliver()
    town.rows.delete_one({"_id": id})
    assert town.differences() == []


def test_a_source_that_is_away_is_named_and_the_rest_is_compared(town: Town, bus_url: str) -> None:
    class Local:
        name, source = "local", "ourselves"

        def look(self, sources: Sources, progress: Callable[[int], None]) -> list[Any]:
            progress(1)
            return []

    elsewhere = GatedRows("others", Stream("nobody", "things"), town.rows, last_rating)
    began = time.monotonic()
    report = reconcile([elsewhere, Local()], Sources(Asker(bus_url)), repair=True, pace=PACE)  # type: ignore[list-item]
    assert time.monotonic() - began < 5
    assert report.away == ["no worker of nobody runs"]
    assert not report.clean
    assert report.projections[1].compared == 1


def test_asking_for_a_stream_the_service_does_not_have_is_said(town: Town) -> None:
    with pytest.raises(SourceAway, match="KeyError"):
        town.sources.of(Stream(PARCELS.service, "no such"), ["1"])


def raw(town: Town, id: str) -> dict[str, Any]:
    found = town.store.collection.find_one({"_id": id})
    assert found is not None
    entry: dict[str, Any] = found["outbox"][0]
    return entry
