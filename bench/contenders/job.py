"""What every contender's process shares: its orders, how it says that it is ready and what it did. Standard library only.

A process gets its orders as one JSON argument. It warms up, prints `ready`; sources then wait for a line on stdin. At the
end it prints one JSON object: when it began and ended (one monotonic clock for all processes) and the CPU it used.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Job:
    """Hold a process's orders. `events` are counted after `warmup` uncounted ones."""

    bus: str
    events: int
    warmup: int
    mongo: str = ""
    database: str = ""

    @property
    def total(self) -> int:
        """Return how many events pass in all."""
        return self.events + self.warmup

    def encoded(self) -> str:
        """Return the orders as the argument of a process."""
        return json.dumps(asdict(self))


def orders() -> tuple[str, Job]:
    """Read the role and the orders of this process."""
    return sys.argv[1], Job(**json.loads(sys.argv[2]))


def ready() -> None:
    """Say that the process is ready."""
    print("ready", flush=True)


def wait_for_go() -> None:
    """Say that a source is ready, and wait until it may begin."""
    ready()
    sys.stdin.readline()


class Stopwatch:
    """Measure wall time and this process's CPU from `start` to `stop`."""

    def __init__(self) -> None:
        self.started = self.ended = self._cpu = self._cpu_ended = 0.0

    def start(self) -> None:
        """Begin."""
        self.started, self._cpu = time.monotonic(), time.process_time()

    def stop(self) -> None:
        """End."""
        self.ended, self._cpu_ended = time.monotonic(), time.process_time()

    def report(self, handled: int) -> None:
        """Print what was done: `handled` counts distinct events, warm-up included."""
        cpu = self._cpu_ended - self._cpu
        done = {"started": self.started, "ended": self.ended, "cpu": cpu, "handled": handled}
        print(json.dumps(done), flush=True)


class Progress:
    """Start the stopwatch after the warm-up and stop it at the last event."""

    def __init__(self, job: Job) -> None:
        self.watch = Stopwatch()
        self._job = job
        self._seen = 0

    def add(self, number: int) -> bool:
        """Count events; return whether that was all of them."""
        if self._seen < self._job.warmup <= self._seen + number:
            self.watch.start()
        self._seen += number
        done = self._seen >= self._job.total
        if done:
            self.watch.stop()
        return done
