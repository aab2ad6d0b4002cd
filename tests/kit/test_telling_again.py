"""What a source says of its streams, and telling it again: the same ids and numbers, in order, with the epoch of today."""

from __future__ import annotations

from typing import Any

import mongoengine as me
import orjson
import pytest

from pijnstad_contracts.content import SuggestionRated
from pijnstad_kit.ids import new_id
from pijnstad_kit.settings import WorkerSettings
from pijnstad_kit.store import AggregateDocument, epoch, outbox, telling
from pijnstad_kit.store import connect as connect_store
from pijnstad_kit.store.aggregates import AggregateStore, Recorded


class Crate(AggregateDocument):
    name = me.StringField()
    meta = {"collection": "crates", "db_alias": "kit-telling"}


@pytest.fixture
def store(mongo_url: str, database: str) -> AggregateStore[Crate]:
    settings = WorkerSettings(
        service="kit-telling", listen="127.0.0.1:1", mongo_url=mongo_url, database=database, bus_url="amqp://nowhere"
    )
    connect_store(settings)
    Crate.ensure_indexes()
    return AggregateStore(Crate)


def rated(number: int) -> Recorded:
    return Recorded(SuggestionRated(suggestion_id=str(number), item_slug="x", rating="helps"), member="m")


def filled(store: AggregateStore[Crate], events: int) -> str:
    """Create a crate, let it record events one by one, and send them all."""
    id = new_id()
    crate = store.create({"name": "full"}, id=id, events=[rated(1)])
    for number in range(2, events + 1):
        crate = store.change(id, crate.version, events=[rated(number)])
    send(store)
    return id


def send(store: AggregateStore[Crate]) -> list[dict[str, Any]]:
    """Be the relay: mark what waits as sent, and return its envelopes in order."""
    sent = []
    for loads in outbox.waiting(store.collection, 100):
        for load in loads:
            load.sent = [entry.id for entry in load.entries]
            sent += [orjson.loads(entry.body) for entry in load.entries]
        outbox.mark(store.collection, loads)
    return sent


def test_what_was_sent_can_be_told_again_with_its_ids_and_numbers(store: AggregateStore[Crate]) -> None:
    id = filled(store, 4)
    (told,) = telling.page(store.collection)
    assert (told.aggregate, told.epoch, told.sequence, told.first) == (id, 1, 4, 1)
    assert not send(store)
    assert telling.tell_again(store.collection, {id: 3}) == 2
    again = send(store)
    assert [(one["id"], one["sequence"]) for one in again] == [(e.id, str(e.sequence)) for e in told.events[2:]]
    assert not send(store)


def test_after_a_restore_everything_is_told_again_under_a_higher_epoch(store: AggregateStore[Crate]) -> None:
    ids = [filled(store, 2) for _ in range(3)]
    assert epoch.advance(store.collection.database) == 2
    heard: list[int] = []
    assert telling.tell_all_again(store.collection, heard.append) == 6
    again = send(store)
    assert sorted({one["subject"] for one in again}) == sorted(ids)
    assert {one["epoch"] for one in again} == {2}
    assert heard == [6]
    store.create({"name": "new"}, id=new_id(), events=[rated(1)])
    assert [one["epoch"] for one in send(store)] == [2]


def test_an_event_that_still_waits_gets_the_new_epoch_too(store: AggregateStore[Crate]) -> None:
    store.create({"name": "waits"}, id=new_id(), events=[rated(1)])
    epoch.advance(store.collection.database)
    assert telling.tell_all_again(store.collection) == 1
    assert [(one["epoch"], one["sequence"]) for one in send(store)] == [(2, "1")]


def test_what_was_let_go_keeps_only_its_last_event(store: AggregateStore[Crate]) -> None:
    id = filled(store, 3)
    crate = store.get(id)
    assert crate is not None
    store.change(id, crate.version, events=[rated(4)], keeps=1)
    send(store)
    (told,) = telling.page(store.collection)
    assert (told.sequence, told.first) == (4, 4)


def test_what_is_let_go_while_events_wait_keeps_one_as_soon_as_they_are_sent(store: AggregateStore[Crate]) -> None:
    crate = store.create({"name": "x"}, id=new_id(), events=[rated(1), rated(2)])
    store.change(crate.id, crate.version, events=[rated(3)], keeps=1)
    assert [one["sequence"] for one in send(store)] == ["1", "2", "3"]
    found = store.collection.find_one({"_id": crate.id})
    assert found is not None
    assert (len(found["outbox"]), found["relayed"], "waiting" in found) == (1, 3, False)


def test_an_outbox_does_not_grow_for_ever(store: AggregateStore[Crate], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "KEPT", 5)
    id = filled(store, 4)
    for number in range(5, 9):
        crate = store.get(id)
        assert crate is not None
        store.change(id, crate.version, events=[rated(number)])
        send(store)
    (told,) = telling.page(store.collection)
    assert (told.sequence, told.first) == (8, 4)
    assert telling.tell_again(store.collection, {id: 1}) == 5


def test_a_mark_that_comes_after_telling_again_was_asked_does_not_undo_it(store: AggregateStore[Crate]) -> None:
    id = filled(store, 2)
    crate = store.get(id)
    assert crate is not None
    store.change(id, crate.version, events=[rated(3)])
    (loads,) = outbox.waiting(store.collection, 10)
    loads[0].sent = [entry.id for entry in loads[0].entries]
    telling.tell_again(store.collection, {id: 1})
    outbox.mark(store.collection, loads)
    assert [one["sequence"] for one in send(store)] == ["1", "2", "3"]


def test_a_document_written_before_outboxes_were_kept_is_sent_and_told(store: AggregateStore[Crate]) -> None:
    id = filled(store, 2)
    crate = store.get(id)
    assert crate is not None
    store.change(id, crate.version, events=[rated(3)])
    found = store.collection.find_one({"_id": id})
    assert found is not None
    store.collection.update_one({"_id": id}, {"$set": {"outbox": found["outbox"][-1:]}, "$unset": {"relayed": ""}})
    assert [one["sequence"] for one in send(store)] == ["3"]
    assert not send(store)
