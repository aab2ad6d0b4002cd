"""The relay's own promises: nobody starves, marks lose nothing that was recorded meanwhile, nudges name who wrote."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import mongoengine as me
import pytest

from pijnstad_contracts.content import ItemRetired, SuggestionRated
from pijnstad_kit.ids import new_id
from pijnstad_kit.messaging import relay as relaying
from pijnstad_kit.messaging import topology
from pijnstad_kit.messaging.nudges import FEW, Nudges
from pijnstad_kit.messaging.publisher import BrokerAway, Outgoing, Publisher
from pijnstad_kit.messaging.relay import Relay
from pijnstad_kit.settings import WorkerSettings
from pijnstad_kit.store import AggregateDocument, outbox
from pijnstad_kit.store import connect as connect_store
from pijnstad_kit.store.aggregates import AggregateStore, Recorded
from pijnstad_kit.testing import wait_for

TABLE = topology.topology({"reader.all": [SuggestionRated.type]}, retry_seconds=(1,))


class Box(AggregateDocument):
    name = me.StringField()
    meta = {"collection": "boxes", "db_alias": "kit-relay"}


class Broker:
    """Be a broker that takes what it is told to take, and remembers every call."""

    def __init__(self, takes: Callable[[Outgoing], bool] = lambda _: True) -> None:
        self.takes = takes
        self.calls: list[list[Outgoing]] = []

    def publish(self, messages: Sequence[Outgoing]) -> dict[str, str]:
        self.calls.append(list(messages))
        return {one.id: "refused" for one in messages if not self.takes(one)}

    def close(self) -> None:
        """Do nothing."""

    @property
    def taken(self) -> list[Outgoing]:
        return [one for call in self.calls for one in call if self.takes(one)]


@pytest.fixture
def store(mongo_url: str, database: str) -> AggregateStore[Box]:
    settings = WorkerSettings(
        service="kit-relay", listen="127.0.0.1:1", mongo_url=mongo_url, database=database, bus_url="amqp://nowhere"
    )
    connect_store(settings)
    Box.ensure_indexes()
    return AggregateStore(Box)


def relay_of(store: AggregateStore[Box], publisher: Any) -> Relay:
    return Relay("kit-relay", store.collection.database, ["boxes"], publisher)


def rated(number: int) -> Recorded:
    return Recorded(SuggestionRated(suggestion_id=str(number), item_slug="x", rating="helps"), member="m")


def retired() -> Recorded:
    return Recorded(ItemRetired(item_id="1", slug="s"))


def waiting(store: AggregateStore[Box]) -> int:
    return store.collection.count_documents({"waiting": True})


@contextmanager
def running(loop: Any) -> Iterator[None]:
    thread = threading.Thread(target=loop.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.stop()
        thread.join(15)
        assert not thread.is_alive()


def test_aggregates_whose_events_are_not_taken_keep_no_other_waiting(
    store: AggregateStore[Box], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "AGGREGATES", 5)
    for _ in range(12):
        store.create({"name": "stuck"}, id=new_id(), events=[retired()])
    for number in range(3):
        store.create({"name": "free"}, id=new_id(), events=[rated(number)])
    broker = Broker(lambda one: one.routing_key != ItemRetired.type)
    relay = relay_of(store, broker)
    assert relay.sweep() == 3
    assert waiting(store) == 12


def test_an_aggregate_whose_event_was_not_taken_rests_longer_each_time_and_wakes_when_it_is(
    store: AggregateStore[Box], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(relaying, "time", SimpleNamespace(monotonic=lambda: now[0]))
    store.create({"name": "stuck"}, id=new_id(), events=[retired(), rated(1)])
    broker = Broker(lambda one: one.routing_key != ItemRetired.type)
    relay = relay_of(store, broker)
    tries = []
    for _ in range(200):
        before = len(broker.calls)
        relay.sweep()
        tries += [now[0]] if len(broker.calls) > before else []
        now[0] += 0.1
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert len(tries) < 10
    assert pauses == sorted(pauses)
    broker.takes = lambda _: True
    now[0] += 31
    assert relay.sweep() == 2
    assert [one.routing_key for one in broker.calls[-2] + broker.calls[-1]] == [ItemRetired.type, SuggestionRated.type]


def test_an_event_recorded_while_the_others_were_sent_stays_in_its_outbox(store: AggregateStore[Box]) -> None:
    moved, still = new_id(), new_id()
    for id in (moved, still):
        store.create({"name": "a"}, id=id, events=[rated(1)])
    (loads,) = outbox.waiting(store.collection, 10)
    for load in loads:
        load.sent = [entry.id for entry in load.entries]
    store.change(moved, 1, events=[rated(2)])
    outbox.mark(store.collection, loads)
    (left,) = outbox.of(store.collection, [moved, still])
    assert (left.id, len(left.entries)) == (moved, 1)
    assert left.entries[0].id not in {id for load in loads for id in load.sent}


def test_an_empty_outbox_that_still_waits_is_put_right(store: AggregateStore[Box]) -> None:
    id = new_id()
    store.create({"name": "a"}, id=id, events=[rated(1)])
    store.collection.update_one({"_id": id}, {"$set": {"outbox": []}})
    assert relay_of(store, Broker()).sweep() == 0
    assert waiting(store) == 0


def test_a_long_outbox_lets_others_have_their_turn_and_stays_in_order(store: AggregateStore[Box]) -> None:
    long, short = new_id(), new_id()
    store.create({"name": "long"}, id=long, events=[rated(number) for number in range(3 * relaying.EVENTS)])
    store.create({"name": "short"}, id=short, events=[rated(0)])
    broker = Broker()
    relay = relay_of(store, broker)
    assert relay.sweep() == relaying.EVENTS + 1
    while relay.sweep():
        pass
    order = [one.body for one in broker.taken if long.encode() in one.body]
    assert len(order) == 3 * relaying.EVENTS
    assert order == sorted(order, key=lambda body: int(body.partition(b'"sequence":"')[2].partition(b'"')[0]))
    assert waiting(store) == 0


def test_hundreds_of_aggregates_cost_two_round_trips(store: AggregateStore[Box], database: str) -> None:
    from pymongo import monitoring

    class Commands(monitoring.CommandListener):
        names: list[str] = []

        def started(self, event: monitoring.CommandStartedEvent) -> None:
            if event.database_name == database and event.command_name in ("find", "getMore", "update"):
                self.names.append(event.command_name)

        def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
            """Not asked."""

        def failed(self, event: monitoring.CommandFailedEvent) -> None:
            """Not asked."""

    watched = _client(store, Commands())[database]["boxes"]
    for number in range(300):
        store.create({"name": "a"}, id=new_id(), events=[rated(number)])
    relay = relay_of(store, Broker())
    relay._collections = {"boxes": watched}
    Commands.names.clear()
    assert relay.sweep() == 300
    assert len(Commands.names) <= 3  # find, update, and perhaps a last look


def test_the_broker_going_away_halfway_keeps_what_was_confirmed_marked(store: AggregateStore[Box]) -> None:
    id = new_id()
    store.create({"name": "a"}, id=id, events=[rated(1), rated(2)])

    class Leaving(Broker):
        def publish(self, messages: Sequence[Outgoing]) -> dict[str, str]:
            if self.calls:
                raise BrokerAway("gone")
            return super().publish(messages)

    with pytest.raises(BrokerAway):
        relay_of(store, Leaving()).sweep()
    (left,) = outbox.of(store.collection, [id])
    assert len(left.entries) == 1
    assert left.entries[0].body.count(b'"sequence":"2"') == 1


def test_a_nudge_names_the_aggregates_that_recorded_events_and_only_those(
    store: AggregateStore[Box], mongo_url: str
) -> None:
    quiet, loud = new_id(), new_id()
    store.create({"name": "quiet"}, id=quiet, events=[rated(1)])
    store.create({"name": "loud"}, id=loud, events=[rated(1)])
    nudges = Nudges(store.collection.database)
    with running(nudges):
        nudges.listen()
        assert nudges.wait(10) is None  # what was not heard before: look everywhere
        (loads,) = outbox.waiting(store.collection, 10)
        outbox.mark(store.collection, loads)
        store.change(quiet, 1, set={"name": "b"})
        store.change(loud, 1, set={"name": "b"}, events=[rated(2)])
        heard = wait_for(lambda: nudges.wait(1), what="the nudge")
    assert heard == {"boxes": {loud}}


def test_many_nudges_at_once_mean_look_everywhere(store: AggregateStore[Box]) -> None:
    nudges = Nudges(store.collection.database)
    nudges._hints = {"boxes": {new_id() for _ in range(FEW + 1)}}
    assert nudges.wait(0) is None
    assert nudges.wait(0) == {}


def test_events_of_another_process_go_out_long_before_the_next_poll(
    store: AggregateStore[Box], bus_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "POLL", 60)
    with running(relay_of(store, Publisher(bus_url, TABLE))):
        store.create({"name": "a"}, id=new_id(), events=[rated(1)])
        wait_for(lambda: waiting(store) == 0, what="the first event")
        for number in range(5):
            store.create({"name": "a"}, id=new_id(), events=[rated(number)])
            wait_for(lambda: waiting(store) == 0, what="an event heard by a nudge")


def _client(store: AggregateStore[Box], listener: Any) -> Any:
    from pymongo import MongoClient

    host, port = store.collection.database.client.address or ("127.0.0.1", 27017)
    return MongoClient(host, port, event_listeners=[listener], w="majority", journal=True)
