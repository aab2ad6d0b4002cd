"""Plain nameko 2.14 as its documentation shows it: an event dispatcher and `@event_handler`, with a prefetch of 100."""

import eventlet

eventlet.monkey_patch()

from typing import Any  # noqa: E402

import orjson  # noqa: E402
from eventlet.event import Event as Done  # noqa: E402
from nameko.events import event_handler  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402
from nameko.standalone.events import event_dispatcher  # noqa: E402

from bench.contenders.job import Job, Progress, Stopwatch, orders, ready, wait_for_go  # noqa: E402

SOURCE, EVENT = "bench_source", "happened"
PREFETCH = 100  # nameko's max_workers; its default of 10 is slower


class Listener:
    """Keep each event in a dictionary by its id."""

    name = "bench_listener"
    seen: dict[str, str] = {}
    progress: Progress
    done = Done()

    @event_handler(SOURCE, EVENT)
    def handle(self, payload: dict[str, Any]) -> None:
        """Keep the event."""
        self.seen.setdefault(payload["id"], payload["data"]["entry_id"])
        if self.progress.add(1):
            self.done.send()


def main() -> None:
    """Play one role."""
    role, job = orders()
    {"consume": consume, "publish": publish}[role](job)


def publish(job: Job) -> None:
    """Dispatch one event after the other; nameko encodes them."""
    payloads = [orjson.loads(line) for line in job.lines()]
    dispatch = event_dispatcher({"AMQP_URI": job.bus})
    for payload in payloads[: job.warmup]:
        dispatch(SOURCE, EVENT, payload)
    wait_for_go()
    watch = Stopwatch()
    watch.start()
    for payload in payloads[job.warmup :]:
        dispatch(SOURCE, EVENT, payload)
    watch.stop()
    watch.report(len(payloads))


def consume(job: Job) -> None:
    """Host the listener until it has seen every event."""
    Listener.progress = Progress(job)
    runner = ServiceRunner({"AMQP_URI": job.bus, "max_workers": PREFETCH})
    runner.add_service(Listener)
    runner.start()
    ready()
    Listener.done.wait()
    runner.stop()
    Listener.progress.watch.report(len(Listener.seen))


if __name__ == "__main__":
    main()
