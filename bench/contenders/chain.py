"""Two hops with content's own code and rules: a diary entry's event, the suggestion made of it, and somebody who hears that.

`react` is what content's worker does for suggestions: its handler group, its stores, the relay of its moments. Before it is
ready it loads the library and as many members as it is told, who all agreed to suggestions. `decide` is the first half
alone: without relay, ended when every event has its moment.
"""

import eventlet

eventlet.monkey_patch()

import signal  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from typing import Any  # noqa: E402

from bench.contenders.job import Job, Progress, Stopwatch, orders, ready, wait_for_go  # noqa: E402
from bench.contenders.message import EVENT, event  # noqa: E402
from content.bootstrap import build_ports  # noqa: E402
from content.config import Settings  # noqa: E402
from content.handlers import handles  # noqa: E402
from content.library import read_library  # noqa: E402
from content.ports import Ports  # noqa: E402
from content.store.moments import MomentDocument  # noqa: E402
from content.usecases.loading import load_items  # noqa: E402
from pijnstad_contracts.content import SuggestionMade  # noqa: E402
from pijnstad_contracts.envelope import Event, encode  # noqa: E402
from pijnstad_kit import logs  # noqa: E402
from pijnstad_kit.messaging import topology  # noqa: E402
from pijnstad_kit.messaging.consumer import Consumer  # noqa: E402
from pijnstad_kit.messaging.publisher import Outgoing, Publisher  # noqa: E402
from pijnstad_kit.messaging.relay import Relay  # noqa: E402
from pijnstad_kit.store import database, ensure_indexes  # noqa: E402

GROUP, HEARD = "suggestions", "bench.hearer"
TABLE = topology.table({HEARD: [SuggestionMade.type]})
SEED = 1000  # members an insert
CALL = 1000  # messages a call of publish


def main() -> None:
    """Play one role."""
    logs.configure("content", "json")
    role, job = orders()
    {"react": react, "decide": decide, "hear": hear, "publish": publish}[role](job)


def react(job: Job) -> None:
    """Suggest and relay until asked to stop."""
    ports, watch, seen = _ready_ports(job), Stopwatch(), [0]

    def handle(events: Sequence[Event[Any]]) -> None:
        handles.react(GROUP, events, ports)
        seen[0] += len(events)
        if seen[0] == job.warmup:
            watch.start()

    consumer = _consumer(job, handle)
    relay = Relay("content", database("content"), ["moments"], Publisher(job.bus, TABLE))
    signal.signal(signal.SIGTERM, lambda *_: (consumer.stop(), relay.stop()))
    relaying = eventlet.spawn(relay.run)
    watch.start()
    _tell_when_connected(consumer)
    consumer.run()
    relaying.wait()
    watch.stop()
    watch.report(ports.moments.aggregates.collection.count_documents({}))


def decide(job: Job) -> None:
    """Suggest until every event has its moment."""
    ports, progress = _ready_ports(job), Progress(job)

    def handle(events: Sequence[Event[Any]]) -> None:
        handles.react(GROUP, events, ports)
        if progress.add(len(events)):
            consumer.stop()

    consumer = _consumer(job, handle)
    _tell_when_connected(consumer)
    consumer.run()
    progress.watch.report(ports.moments.aggregates.collection.count_documents({}))


def hear(job: Job) -> None:
    """Hear of each suggestion, once."""
    progress, heard = Progress(job), set[str]()

    def handle(events: Sequence[Event[Any]]) -> None:
        heard.update(one.id for one in events)
        if progress.add(len(events)):
            consumer.stop()

    consumer = Consumer(job.bus, HEARD, {SuggestionMade.type: SuggestionMade}, handle, TABLE)
    _tell_when_connected(consumer)
    consumer.run()
    progress.watch.report(len(heard))


def publish(job: Job) -> None:
    """Publish entries of all members in turn; with more entries than members they come back."""
    publisher = Publisher(job.bus, TABLE)
    messages = [_outgoing(number % job.members) for number in range(job.total)]
    _publish(publisher, messages[: job.warmup])
    wait_for_go()
    watch = Stopwatch()
    watch.start()
    _publish(publisher, messages[job.warmup :])
    watch.stop()
    watch.report(len(messages))


def _outgoing(member: int) -> Outgoing:
    made = event(member=_member(member))
    return Outgoing(made.id, topology.EVENTS, EVENT.type, encode(made))


def _publish(publisher: Publisher, messages: Sequence[Outgoing]) -> None:
    for start in range(0, len(messages), CALL):
        if failed := publisher.publish(messages[start : start + CALL]):
            raise RuntimeError(f"{len(failed)} events were not taken")


def _ready_ports(job: Job) -> Ports:
    """Return content's ports on a database with the library and all members."""
    settings = Settings(
        listen="127.0.0.1:1",
        mongo_url=job.mongo,
        database=job.database,
        bus_url=job.bus,
        search_url="tantivy:///nonexistent",
    )
    ports = build_ports(settings)
    ensure_indexes(MomentDocument)
    load_items(read_library(settings.library_dir).items, ports)
    known = {"epoch": 1, "sequence": 2, "audience": "person_in_pain", "language": "nl", "suggestions": True}
    for start in range(0, job.members, SEED):
        some = range(start, min(start + SEED, job.members))
        ports.members.collection.insert_many([{"_id": _member(number), **known} for number in some], ordered=False)
    return ports


def _consumer(job: Job, handle: Any) -> Consumer:
    return Consumer(job.bus, handles.queue(GROUP), handles.types(GROUP), handle, TABLE)


def _member(number: int) -> str:
    return f"01912f4e-0000-7000-8000-{number:012d}"


def _tell_when_connected(consumer: Consumer) -> None:
    def tell() -> None:
        while not consumer.state.connected:
            eventlet.sleep(0.01)
        ready()

    eventlet.spawn_n(tell)


if __name__ == "__main__":
    main()
