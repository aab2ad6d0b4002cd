"""The event path on real parts: an aggregate's write, the relay, the broker, the consumer, the effect. In threads here;
tests/integration runs the same in the services' own processes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import mongoengine as me
import pytest
from amqp import PreconditionFailed

from pijnstad_contracts.content import ItemRetired, SuggestionRated
from pijnstad_contracts.envelope import Event
from pijnstad_kit.ids import derived_id, new_id
from pijnstad_kit.messaging import topology
from pijnstad_kit.messaging.connection import connect
from pijnstad_kit.messaging.consumer import Consumer
from pijnstad_kit.messaging.deadletters import DeadLetters
from pijnstad_kit.messaging.handlers import DependencyAway, Handles
from pijnstad_kit.messaging.publisher import Outgoing, Publisher
from pijnstad_kit.messaging.relay import Relay
from pijnstad_kit.settings import WorkerSettings
from pijnstad_kit.store import AggregateDocument
from pijnstad_kit.store import connect as connect_store
from pijnstad_kit.store.aggregates import AggregateStore, Recorded
from pijnstad_kit.testing import wait_for

TABLE = topology.topology({"reader.all": [SuggestionRated.type]}, retry_seconds=(1,))


class Thing(AggregateDocument):
    name = me.StringField()
    meta = {"collection": "things", "db_alias": "kit-test"}


@pytest.fixture
def store(mongo_url: str, database: str) -> AggregateStore[Thing]:
    settings = WorkerSettings(
        service="kit-test", listen="127.0.0.1:1", mongo_url=mongo_url, database=database, bus_url="amqp://nowhere"
    )
    connect_store(settings)
    Thing.ensure_indexes()
    return AggregateStore(Thing)


def rated(number: int = 0) -> Recorded:
    return Recorded(SuggestionRated(suggestion_id=str(number), item_slug="x", rating="helps"), member="m", notify=None)


@contextmanager
def running(*loops: Any) -> Iterator[None]:
    threads = [threading.Thread(target=loop.run, daemon=True) for loop in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for loop in loops:
            loop.stop()
        for thread in threads:
            thread.join(15)
            assert not thread.is_alive()


def relay_of(store: AggregateStore[Thing], bus_url: str, table: topology.Topology = TABLE) -> Relay:
    return Relay("kit-test", store.collection.database, ["things"], Publisher(bus_url, table))


def consumer_of(bus_url: str, react: Callable[[Sequence[Event[Any]]], None]) -> Consumer:
    return Consumer(bus_url, "reader.all", {SuggestionRated.type: SuggestionRated}, react, TABLE, retry_seconds=(1,))


def waiting(store: AggregateStore[Thing]) -> int:
    return store.collection.count_documents({"waiting": True})


def test_events_arrive_once_each_and_in_order_per_aggregate(store: AggregateStore[Thing], bus_url: str) -> None:
    seen: list[Event[Any]] = []
    with running(relay_of(store, bus_url), consumer_of(bus_url, seen.extend)):
        ids = [new_id() for _ in range(20)]
        for id in ids:
            store.create({"name": "a"}, id=id, events=[rated(1), rated(2)])
        for id in ids:
            store.change(id, 1, set={"name": "b"}, events=[rated(3)])
        wait_for(lambda: len(seen) >= 60, what="sixty events")
        wait_for(lambda: waiting(store) == 0, what="empty outboxes")
    assert len({event.id for event in seen}) == 60
    for id in ids:
        assert [event.sequence for event in seen if event.subject == id] == [1, 2, 3]


def test_an_event_without_a_queue_stays_in_its_outbox_until_there_is_one(
    store: AggregateStore[Thing], bus_url: str
) -> None:
    retired = Recorded(ItemRetired(item_id="1", slug="s"))
    id = new_id()
    relay = relay_of(store, bus_url)
    store.create({"name": "a"}, id=id, events=[retired])
    assert relay.sweep() == 0
    assert waiting(store) == 1
    with connect(bus_url) as connection:
        topology.apply(connection.connection.channel(), topology.topology({"reader.late": [ItemRetired.type]}))
    wait_for(lambda: relay.sweep() == 1, what="the event, when its aggregate has rested")
    assert waiting(store) == 0


def test_a_poison_event_is_retried_then_parked_and_its_neighbours_are_done_once(
    store: AggregateStore[Thing], bus_url: str
) -> None:
    done: list[str] = []

    def react(events: Sequence[Event[Any]]) -> None:
        if any(event.data.suggestion_id == "13" for event in events):
            raise RuntimeError("poison")
        done.extend(event.data.suggestion_id for event in events)

    for number in range(20):
        store.create({"name": "a"}, id=new_id(), events=[rated(number)])
    box = DeadLetters(bus_url, "reader")
    with running(relay_of(store, bus_url), consumer_of(bus_url, react)):
        wait_for(lambda: len(done) == 19, what="the innocents")
        letters = wait_for(box.list, what="the dead letter")
    assert sorted(done, key=int) == [str(number) for number in range(20) if number != 13]
    assert [(letter.queue, letter.type, letter.attempts, letter.error) for letter in letters] == [
        ("reader.all", SuggestionRated.type, 2, "RuntimeError")
    ]


def test_what_is_no_event_goes_straight_to_the_dead_letters_and_can_be_dropped(bus_url: str) -> None:
    publisher = Publisher(bus_url, TABLE)
    bodies = {
        "broken": b"{",
        "fits-not": b'{"specversion":"1.0","id":"1","type":"' + SuggestionRated.type.encode() + b'"}',
    }
    for id, body in bodies.items():
        assert publisher.publish([Outgoing(id, topology.EVENTS, SuggestionRated.type, body)]) == {}
    box = DeadLetters(bus_url, "reader")
    with running(consumer_of(bus_url, lambda _: None)):
        wait_for(lambda: len(box.list()) == 2, what="two dead letters")
    assert box.drop(lambda letter: letter.id == "broken", "a test").done == 1
    assert [letter.id for letter in box.list()] == ["fits-not"]


def test_a_redriven_dead_letter_is_handled_after_the_mend(store: AggregateStore[Thing], bus_url: str) -> None:
    mended = threading.Event()
    done: list[str] = []

    def react(events: Sequence[Event[Any]]) -> None:
        if not mended.is_set():
            raise RuntimeError("not yet")
        done.extend(event.id for event in events)

    store.create({"name": "a"}, id=new_id(), events=[rated()])
    box = DeadLetters(bus_url, "reader")
    with running(relay_of(store, bus_url), consumer_of(bus_url, react)):
        wait_for(box.list, what="the dead letter")
        mended.set()
        assert box.redrive(lambda _: True).done == 1
        wait_for(lambda: done, what="the effect")
    assert len(done) == 1
    assert box.list() == []


def test_a_dependency_that_is_away_pauses_the_consumer_and_counts_no_attempt(
    store: AggregateStore[Thing], bus_url: str
) -> None:
    back = threading.Event()
    done: list[str] = []

    def react(events: Sequence[Event[Any]]) -> None:
        if not back.is_set():
            raise DependencyAway("away")
        done.extend(event.id for event in events)

    consumer = consumer_of(bus_url, react)
    store.create({"name": "a"}, id=new_id(), events=[rated()])
    with running(relay_of(store, bus_url), consumer):
        wait_for(lambda: consumer.state.waiting_for == "DependencyAway", what="the pause")
        back.set()
        wait_for(lambda: done, what="the effect")
        assert consumer.state.waiting_for is None
    assert DeadLetters(bus_url, "reader").list() == []


def test_two_relays_at_once_do_the_work_once(store: AggregateStore[Thing], bus_url: str) -> None:
    seen: list[str] = []
    with running(
        relay_of(store, bus_url), relay_of(store, bus_url), consumer_of(bus_url, lambda e: seen.extend(x.id for x in e))
    ):
        for number in range(50):
            store.create({"name": "a"}, id=new_id(), events=[rated(number)])
        wait_for(lambda: len(seen) >= 50 and waiting(store) == 0, what="fifty events")
    assert len(seen) == len(set(seen)) == 50


def test_a_changed_queue_argument_is_refused_and_not_swallowed(bus_url: str) -> None:
    with connect(bus_url) as connection:
        topology.apply(connection.connection.channel(), TABLE)
        other = topology.topology({"reader.all": [SuggestionRated.type]}, retry_seconds=(1,)).queues[0]
        other.arguments["x-delivery-limit"] = 3
        with pytest.raises(PreconditionFailed):
            topology.apply(connection.connection.channel(), topology.Topology((), (other,)))


def test_single_and_batch_handlers_look_alike() -> None:
    handles = Handles("reader")
    seen: list[Any] = []

    @handles(SuggestionRated, group="all")
    def one(event: Event[SuggestionRated], ports: Any) -> None:
        seen.append(event)

    @handles.batch(ItemRetired, group="all")
    def many(events: Sequence[Event[ItemRetired]], ports: Any) -> None:
        seen.append(list(events))

    def event(data: Any, number: int) -> Event[Any]:
        from datetime import UTC, datetime

        return Event(str(number), data.source, data.type, "s", datetime.now(UTC), number, 1, data)

    gone = [event(ItemRetired(item_id="1", slug="s"), number) for number in (2, 3)]
    first = event(rated().data, 1)
    handles.react("all", [first, *gone], None)
    assert seen == [first, gone]
    with pytest.raises(ValueError, match="two handlers"):
        handles(SuggestionRated, group="all")(one)


def test_derived_ids_are_the_same_everywhere() -> None:
    assert derived_id("a", "b") == derived_id("a", "b") != derived_id("ab", "")


def test_a_field_of_a_newer_version_does_not_stop_an_older_one(store: AggregateStore[Thing]) -> None:
    id = new_id()
    store.create({"name": "a", "added_later": 1}, id=id, events=[])
    found = store.get(id)
    assert found is not None
    assert store.change(id, found.version, set={"name": "b"}).name == "b"
