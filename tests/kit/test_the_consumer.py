"""The consumer's own promises: what was read waits in the right order, the next batch is read while one is handled, and a
connection that breaks never makes one process handle an event twice at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from pijnstad_contracts.content import SuggestionRated
from pijnstad_contracts.envelope import Event, encode
from pijnstad_kit.ids import new_id
from pijnstad_kit.messaging import topology
from pijnstad_kit.messaging.consumer import Consumer
from pijnstad_kit.messaging.handlers import DependencyAway
from pijnstad_kit.messaging.inbox import Delivery, Inbox
from pijnstad_kit.messaging.publisher import Outgoing, Publisher
from pijnstad_kit.store.documents import now
from pijnstad_kit.testing import wait_for

TABLE = topology.topology({"reader.all": [SuggestionRated.type]}, retry_seconds=(1,))


def consumer_of(bus_url: str, react: Callable[[Sequence[Event[Any]]], None], **sizes: int) -> Consumer:
    types = {SuggestionRated.type: SuggestionRated}
    return Consumer(bus_url, "reader.all", types, react, TABLE, retry_seconds=(1,), **sizes)


def publish(bus_url: str, numbers: range) -> None:
    publisher = Publisher(bus_url, TABLE)
    data = [SuggestionRated(suggestion_id=str(number), item_slug="x", rating="helps") for number in numbers]
    events = [Event(new_id(), one.source, one.type, "s", now(), 1, 1, one) for one in data]
    assert publisher.publish([Outgoing(one.id, topology.EVENTS, one.type, encode(one)) for one in events]) == {}
    publisher.close()


def number(event: Event[Any]) -> int:
    return int(event.data.suggestion_id)


@contextmanager
def running(consumer: Consumer) -> Iterator[None]:
    thread = threading.Thread(target=consumer.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        consumer.stop()
        thread.join(15)
        assert not thread.is_alive()


def delivery(tag: int) -> Delivery:
    message: Any = SimpleNamespace(delivery_tag=tag, headers={})
    event: Any = SimpleNamespace(subject=str(tag))
    return Delivery(message, event)


def test_redelivered_messages_are_taken_alone_and_first_and_fresh_ones_in_batches() -> None:
    inbox = Inbox(batch=3)
    for tag, again in ((1, False), (2, True), (3, False), (4, True), (5, False), (6, False)):
        inbox.put(delivery(tag), again=again)
    inbox.announce()
    assert not inbox.has_room()
    taken = [[one.tag for one in inbox.take(1)] for _ in range(5)]
    assert taken == [[2], [4], [1, 3, 5], [6], []]
    assert inbox.has_room()


def test_what_was_put_is_not_taken_before_it_is_announced_or_time_is_up() -> None:
    inbox = Inbox(batch=2)
    assert inbox.take(0.01) == []
    inbox.put(delivery(1), again=False)
    inbox.announce()
    assert [one.tag for one in inbox.take(10)] == [1]


def test_the_next_batch_is_read_while_the_handlers_are_busy_and_order_is_kept(bus_url: str) -> None:
    go, seen = threading.Event(), list[list[int]]()

    def react(events: Sequence[Event[Any]]) -> None:
        seen.append([number(event) for event in events])
        go.wait(10)

    publish(bus_url, range(30))
    consumer = consumer_of(bus_url, react, batch=10, prefetch=20)
    with running(consumer):
        wait_for(lambda: seen and not consumer._inbox.has_room(), what="a batch read ahead")
        assert len(seen) == 1
        go.set()
        wait_for(lambda: sum(map(len, seen)) == 30, what="all events")
    assert [one for batch in seen for one in batch] == list(range(30))


def test_a_connection_that_breaks_while_a_handler_runs_lets_it_end_before_the_event_comes_again(bus_url: str) -> None:
    go, lock, together = threading.Event(), threading.Lock(), list[bool]()
    handled: list[int] = []

    def react(events: Sequence[Event[Any]]) -> None:
        together.append(not lock.acquire(blocking=False))
        go.wait(10)
        handled.extend(number(event) for event in events)
        lock.release()

    publish(bus_url, range(1))
    consumer = consumer_of(bus_url, react)
    with running(consumer):
        wait_for(lambda: together, what="the handler")
        consumer._channel.connection.transport.sock.shutdown(2)
        wait_for(lambda: not consumer.state.connected, what="the break to be noticed")
        go.set()
        wait_for(lambda: len(handled) == 2, what="the event to come again")
    assert together == [False, False]


def test_a_connection_that_breaks_while_a_dependency_is_away_is_made_anew_without_waiting_for_it(bus_url: str) -> None:
    channels: list[int] = []
    consumer: Consumer

    def react(events: Sequence[Event[Any]]) -> None:
        channels.append(id(consumer._channel))
        raise DependencyAway("away")

    publish(bus_url, range(1))
    consumer = consumer_of(bus_url, react)
    with running(consumer):
        first = wait_for(lambda: channels and consumer._channel, what="the first try")
        first.connection.transport.sock.shutdown(2)
        wait_for(lambda: len(set(channels)) > 1, what="a try on a new connection")
        assert consumer.state.connected


def test_all_acknowledged_means_nothing_comes_again(bus_url: str) -> None:
    seen: list[int] = []
    publish(bus_url, range(250))
    with running(consumer_of(bus_url, lambda events: seen.extend(map(number, events)), batch=40, prefetch=70)):
        wait_for(lambda: len(seen) == 250, what="all events")
    publish(bus_url, range(250, 251))
    with running(consumer_of(bus_url, lambda events: seen.extend(map(number, events)))):
        wait_for(lambda: len(seen) > 250, what="the newest event")
    assert seen == list(range(251))
