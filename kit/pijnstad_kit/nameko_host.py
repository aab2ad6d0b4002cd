"""The only file of the kit that knows nameko: it hosts consumers, the relay and timers as entrypoints of one service class.

nameko gives lifecycle, configuration and timers; our entrypoints carry the data themselves, because its own acknowledge
before an effect is durable. Replacing nameko by kombu's ConsumerMixin is a change to this file alone (docs/adr/0001).
A worker.py looks like this:

    class ContentWorker:
        name = "content"

        @subscriptions(handles)
        def react(self, group, events, ports):
            handles.react(group, events, ports)

        @relay(DOCUMENTS)
        def relayed(self):
            ...
"""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import eventlet
import eventlet.wsgi
from nameko.extensions import Entrypoint
from nameko.runners import ServiceRunner

from pijnstad_kit import faults, logs
from pijnstad_kit.http.metrics import exposition
from pijnstad_kit.messaging import metrics, topology
from pijnstad_kit.messaging.consumer import Consumer
from pijnstad_kit.messaging.gaps import Gaps, StreamGap
from pijnstad_kit.messaging.handlers import Handles
from pijnstad_kit.messaging.lengths import Measuring
from pijnstad_kit.messaging.publisher import Publisher
from pijnstad_kit.messaging.questions import Answers, Asker
from pijnstad_kit.messaging.relay import Relay
from pijnstad_kit.reconciling.shapes import Projection
from pijnstad_kit.reconciling.sources import answers
from pijnstad_kit.reconciling.watch import Watch
from pijnstad_kit.settings import WorkerSettings
from pijnstad_kit.store import AggregateDocument, database, ping

GRACE = 30  # seconds to stop; then the kernel ends the process
AGAIN = 1  # seconds until the health server is begun again

_log = logs.get_logger("pijnstad.worker")
_gaps = Gaps()


class _Loops(Entrypoint):
    """Run loops (things with run() and stop()) in green threads for the life of the container."""

    def __init__(self, **kwargs: Any) -> None:
        self.loops: list[Any] = []
        self._threads: list[Any] = []
        super().__init__(expected_exceptions=(), sensitive_arguments=(), **kwargs)

    def start(self) -> None:
        """Start every loop."""
        self._threads = [self.container.spawn_managed_thread(loop.run) for loop in self.loops]

    def stop(self) -> None:
        """Ask every loop to end and wait for it."""
        for loop in self.loops:
            loop.stop()
        for thread in self._threads:
            with suppress(Exception):
                thread.wait()

    @property
    def settings(self) -> WorkerSettings:
        """Return the settings of the process."""
        return self.container.config["settings"]


class Subscriptions(_Loops):
    """Consume the queue of every handler group of a service; the method gets (group, events, ports)."""

    def __init__(self, handles: Handles, **kwargs: Any) -> None:
        self.handles = handles
        super().__init__(**kwargs)

    def setup(self) -> None:
        """Make one consumer a group, and what measures their queues."""
        queues = [self.handles.queue(group) for group in self.handles.groups]
        measuring = Measuring(self.settings.bus_url, self.settings.service, queues)
        self.loops = [*(self._consumer(group) for group in self.handles.groups), measuring]

    def _consumer(self, group: str) -> Consumer:
        service = self.container.service_cls()
        method: Callable[..., None] = getattr(service, self.method_name)
        ports = self.container.config["ports"]
        return Consumer(
            self.settings.bus_url,
            self.handles.queue(group),
            self.handles.types(group),
            lambda events: _noting_gaps(lambda: method(group, events, ports)),
            topology.table(self.handles.queues(), self.settings.retry_steps),
            retry_seconds=self.settings.retry_steps,
        )


def _noting_gaps(react: Callable[[], None]) -> None:
    try:
        react()
    except StreamGap as gap:
        _gaps.note(gap)
        raise


class OutboxRelay(_Loops):
    """Relay the outboxes of a service's aggregates, and answer what others ask about these streams."""

    def __init__(self, documents: Sequence[type[AggregateDocument]], **kwargs: Any) -> None:
        self.documents = documents
        super().__init__(**kwargs)

    def setup(self) -> None:
        """Make the relay and the answering side."""
        names = [document._get_collection_name() for document in self.documents]
        publisher = Publisher(self.settings.bus_url, topology.table(retry_seconds=self.settings.retry_steps))
        opened = database(self.settings.service)
        relay = Relay(self.settings.service, opened, names, publisher)
        self.loops = [relay, Answers(self.settings.bus_url, self.settings.service, answers(opened, names))]


class Reconciliation(_Loops):
    """Compare what a service keeps of others' events once a night, and when a hole in a stream stays open."""

    def __init__(self, projections: Callable[[Any], Sequence[Projection]], **kwargs: Any) -> None:
        self.projections = projections
        super().__init__(**kwargs)

    def setup(self) -> None:
        """Make the watch, if there is anything to compare."""
        settings, compared = self.settings, self.projections(self.container.config["ports"])
        if compared:
            opened, asker = database(settings.service), Asker(settings.bus_url)
            watch = Watch(settings.service, opened, compared, asker, _gaps, hour=settings.reconcile_hour)
            self.loops = [watch]


subscriptions = Subscriptions.decorator
relay = OutboxRelay.decorator
reconciliation = Reconciliation.decorator


def run(worker: type, settings: WorkerSettings, ports: Any) -> None:
    """Host the worker class until SIGTERM or SIGINT, within GRACE seconds of which the process is gone."""
    logs.configure(settings.service, settings.log_format)
    faults.arm(settings.faults)
    runner = ServiceRunner({"settings": settings, "ports": ports})
    runner.add_service(worker)
    stopping = threading.Event()

    def stop(*_: Any) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(GRACE)
        if not stopping.is_set():
            stopping.set()
            eventlet.spawn_n(runner.stop)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    eventlet.spawn_n(_serve_health, settings, runner)
    runner.start()
    _log.info("worker_started")
    runner.wait()


def _serve_health(settings: WorkerSettings, runner: ServiceRunner) -> None:
    """Answer for ever: a server ends when it cannot accept, as with all file handles in use, and is begun again."""
    while True:
        try:
            listener = eventlet.listen((settings.host, settings.port))
            eventlet.wsgi.server(listener, _health(settings, runner), log_output=False)
        except OSError as error:
            _log.warning("health_begins_again", error=type(error).__name__)
            eventlet.sleep(AGAIN)


def _health(settings: WorkerSettings, runner: ServiceRunner) -> Callable[..., Sequence[bytes]]:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Sequence[bytes]:
        path = environ.get("PATH_INFO")
        status, kind, body = "404 Not Found", "application/json", b"{}"
        if path == "/healthz":
            status, body = "200 OK", b'{"status": "ok"}'
        elif path == "/readyz":
            broken = sorted(set(_broken(settings, runner)))
            status = "503 Service Unavailable" if broken else "200 OK"
            said = {"status": "not ready" if broken else "ready", "broken": broken, "numbers": metrics.told()}
            body = json.dumps(said).encode()
        elif path == "/metrics":
            body, kind = exposition()
            status = "200 OK"
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    return app


def _broken(settings: WorkerSettings, runner: ServiceRunner) -> Iterator[str]:
    try:
        ping(settings.service)
    except Exception:
        yield "database"
    for loop in _loops(runner):
        state = loop.state
        if isinstance(loop, Consumer) and not state.connected:
            yield "bus"
        if state.waiting_for is not None:
            yield "bus" if state.waiting_for == "BrokerAway" else f"waiting for {state.waiting_for}"


def _loops(runner: ServiceRunner) -> Iterator[Any]:
    for container in runner.containers:
        for extension in container.extensions:
            yield from getattr(extension, "loops", ())
