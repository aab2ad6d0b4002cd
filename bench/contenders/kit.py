"""Ours: the kit's Publisher, Relay and Consumer as workers run them, under eventlet, with every guarantee on.

`memory` keeps effects in a dictionary by event id, `store` inserts them in bulk under an id derived from the event's,
`whole` starts one step earlier: aggregates with their outbox, the relay, the consumer, the effect in the store. `hops` has
two: one consumer keeps the event in memory and publishes one of its own before it acknowledges, another one hears that.
"""

import eventlet

eventlet.monkey_patch()

import signal  # noqa: E402
from collections.abc import Callable, Sequence  # noqa: E402
from typing import Any  # noqa: E402

import mongoengine as me  # noqa: E402
from pymongo.errors import BulkWriteError  # noqa: E402

from bench.contenders.job import Job, Progress, Stopwatch, orders, ready, wait_for_go  # noqa: E402
from bench.contenders.message import EVENT, bodies, event  # noqa: E402
from pijnstad_contracts.content import SuggestionMade  # noqa: E402
from pijnstad_contracts.envelope import Event, EventModel, encode  # noqa: E402
from pijnstad_kit import logs  # noqa: E402
from pijnstad_kit.ids import derived_id, new_id  # noqa: E402
from pijnstad_kit.messaging import topology  # noqa: E402
from pijnstad_kit.messaging.consumer import Consumer  # noqa: E402
from pijnstad_kit.messaging.handlers import Handles  # noqa: E402
from pijnstad_kit.messaging.publisher import Outgoing, Publisher  # noqa: E402
from pijnstad_kit.messaging.relay import Relay  # noqa: E402
from pijnstad_kit.settings import WorkerSettings  # noqa: E402
from pijnstad_kit.store import AggregateDocument, connect  # noqa: E402
from pijnstad_kit.store.aggregates import AggregateStore, NewAggregate, Recorded  # noqa: E402

SERVICE, GROUP = "bench", "reader"
HEARD = SuggestionMade
TABLE = topology.topology({f"{SERVICE}.{GROUP}": [EVENT.type], f"{SERVICE}.hearer": [HEARD.type]})
CALL = 1000  # messages a call of publish; it keeps its own window of confirms
BULK = 100
DUPLICATE_KEY = 11000

Effect = Callable[[Sequence[Event[Any]]], None]


class Diary(AggregateDocument):
    """Be the aggregate of the whole way."""

    note = me.StringField()
    meta = {"collection": "diary", "db_alias": SERVICE}


def main() -> None:
    """Play one role."""
    logs.configure(SERVICE, "json")
    role, job = orders()
    roles: dict[str, Callable[[Job], None]] = {
        "publish": publish,
        "consume_memory": _in_memory,
        "consume_store": _in_store,
        "forward": forward,
        "hear": hear,
        "insert": insert,
        "relay": relay,
        "write": write,
    }
    roles[role](job)


def publish(job: Job) -> None:
    """Publish events that were encoded beforehand, as they lie in an outbox."""
    publisher = Publisher(job.bus, TABLE)
    messages = [Outgoing(id, topology.EVENTS, EVENT.type, body) for id, body in bodies(job.total)]
    _publish(publisher, messages[: job.warmup])
    wait_for_go()
    watch = Stopwatch()
    watch.start()
    _publish(publisher, messages[job.warmup :])
    watch.stop()
    watch.report(len(messages))


def insert(job: Job) -> None:
    """Insert the same effects into the same store without any bus: what the store itself takes."""
    collection = _store(job)["effects"]
    events = [event() for _ in range(job.total)]
    _insert(collection, events[: job.warmup])
    wait_for_go()
    watch = Stopwatch()
    watch.start()
    for start in range(job.warmup, job.total, BULK):
        _insert(collection, events[start : start + BULK])
    watch.stop()
    watch.report(collection.count_documents({}))


def write(job: Job) -> None:
    """Create aggregates, each with one event in its outbox."""
    _store(job)
    store = AggregateStore(Diary)
    data = EVENT.model_validate(EVENT.example)
    news = [NewAggregate(new_id(), {"note": "x" * 100}, [Recorded(data, member="m")]) for _ in range(job.total)]
    store.create_many(news[: job.warmup])
    wait_for_go()
    watch = Stopwatch()
    watch.start()
    for start in range(job.warmup, job.total, BULK):
        store.create_many(news[start : start + BULK])
    watch.stop()
    watch.report(len(news))


def relay(job: Job) -> None:
    """Relay the outboxes until asked to stop."""
    database = _store(job)
    Diary.ensure_indexes()
    loop = Relay(SERVICE, database, ["diary"], Publisher(job.bus, TABLE))
    signal.signal(signal.SIGTERM, lambda *_: eventlet.spawn_n(loop.stop))
    watch = Stopwatch()
    watch.start()
    ready()
    loop.run()
    watch.stop()
    watch.report(job.total)


def forward(job: Job) -> None:
    """Answer each event with one of our own, confirmed before it is acknowledged, until asked to stop."""
    publisher, done, watch = Publisher(job.bus, TABLE), dict[str, str](), Stopwatch()

    def answer(events: Sequence[Event[Any]]) -> None:
        fresh = {one.id: one for one in events if one.id not in done}
        done.update((id, derived_id(id, "bench")) for id in fresh)
        _publish(publisher, [_answer(one, done[id]) for id, one in fresh.items()])
        if len(done) == job.warmup:
            watch.start()

    consumer = _consumer(job, EVENT, GROUP, answer)
    signal.signal(signal.SIGTERM, lambda *_: consumer.stop())
    watch.start()
    consumer.run()
    watch.stop()
    watch.report(len(done))


def hear(job: Job) -> None:
    """Count what was answered."""
    heard: dict[str, str] = {}
    _until_done(job, HEARD, "hearer", lambda events: heard.update((one.id, one.subject) for one in events))(
        heard.__len__
    )


def _in_memory(job: Job) -> None:
    done: dict[str, str] = {}

    def keep(events: Sequence[Event[Any]]) -> None:
        for one in events:
            done.setdefault(one.id, one.data.entry_id)

    _until_done(job, EVENT, GROUP, keep)(done.__len__)


def _in_store(job: Job) -> None:
    collection = _store(job)["effects"]
    report = _until_done(job, EVENT, GROUP, lambda events: _insert(collection, events))
    report(lambda: collection.count_documents({}))


def _until_done(job: Job, model: type[EventModel], group: str, effect: Effect) -> Callable[[Callable[[], int]], None]:
    """Consume until all events were seen, by us or by others of the same queue; return what reports it."""
    progress = Progress(job)

    def react(events: Sequence[Event[Any]]) -> None:
        effect(events)
        if progress.add(len(events)):
            consumer.stop()

    consumer = _consumer(job, model, group, react)
    if job.tally:
        eventlet.spawn_n(_stop_when_done, consumer, progress)
    consumer.run()
    return lambda count: progress.watch.report(count())


def _consumer(job: Job, model: type[EventModel], group: str, effect: Effect) -> Consumer:
    """Return a consumer as a worker hosts it: a batch handler of a group."""
    handles = Handles(SERVICE)
    handles.batch(model, group=group)(lambda events, ports: effect(events))
    consumer = Consumer(
        job.bus,
        handles.queue(group),
        handles.types(group),
        lambda events: handles.react(group, events, None),
        TABLE,
    )
    eventlet.spawn_n(_tell_when_connected, consumer)
    return consumer


def _stop_when_done(consumer: Consumer, progress: Progress) -> None:
    while not progress.done():
        eventlet.sleep(0.005)
    consumer.stop()


def _tell_when_connected(consumer: Consumer) -> None:
    while not consumer.state.connected:
        eventlet.sleep(0.01)
    ready()


def _answer(cause: Event[Any], id: str) -> Outgoing:
    data = HEARD(suggestion_id=id, item_slug="x", entry_id=cause.data.entry_id, reason_code="sleep_worse")
    made = Event(id, HEARD.source, HEARD.type, id, cause.time, 1, 1, data, member=cause.member, notify=cause.member)
    return Outgoing(id, topology.EVENTS, HEARD.type, encode(made))


def _publish(publisher: Publisher, messages: Sequence[Outgoing]) -> None:
    for start in range(0, len(messages), CALL):
        if failed := publisher.publish(messages[start : start + CALL]):
            raise RuntimeError(f"{len(failed)} events were not taken")


def _insert(collection: Any, events: Sequence[Event[Any]]) -> None:
    effects = [{"_id": derived_id(one.id, "bench"), "entry": one.data.entry_id, "member": one.member} for one in events]
    try:
        collection.insert_many(effects, ordered=False)
    except BulkWriteError as error:
        if any(item["code"] != DUPLICATE_KEY for item in error.details["writeErrors"]):
            raise


def _store(job: Job) -> Any:
    settings = WorkerSettings(
        service=SERVICE, listen="127.0.0.1:1", mongo_url=job.mongo, database=job.database, bus_url=job.bus
    )
    return connect(settings)


if __name__ == "__main__":
    main()
