"""What every contender's process shares: its orders, how it says that it is ready and what it did. Standard library only.

A process gets its orders as one JSON argument. It warms up, prints `ready`; sources then wait for a line on stdin. At the
end it prints one JSON object: when it began and ended (one monotonic clock for all processes) and the CPU it used.
"""

from __future__ import annotations

import json
import mmap
import struct
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

PLACES = 16  # processes that may count together


@dataclass(frozen=True)
class Job:
    """Hold a process's orders. `events` are counted after `warmup` uncounted ones.

    `bodies` is a file with an encoded event a line, `tally` one in which several consumers of a queue count together,
    each in its own `place`; `members` is for the contender that knows people.
    """

    bus: str
    events: int
    warmup: int
    mongo: str = ""
    database: str = ""
    bodies: str = ""
    tally: str = ""
    place: int = 0
    members: int = 0

    @property
    def total(self) -> int:
        """Return how many events pass in all."""
        return self.events + self.warmup

    def encoded(self) -> str:
        """Return the orders as the argument of a process."""
        return json.dumps(asdict(self))

    def lines(self) -> list[bytes]:
        """Return the encoded events."""
        return Path(self.bodies).read_bytes().splitlines()


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
    """Start the stopwatch after the warm-up and stop it at the last event, whoever of us sees that."""

    def __init__(self, job: Job) -> None:
        self.watch = Stopwatch()
        self.seen = 0
        self._job = job
        self._tally = Tally(job.tally, job.place) if job.tally else None

    def add(self, number: int) -> bool:
        """Count events; return whether that was all of them."""
        self.seen += number
        together = self._tally.add(number) if self._tally else self.seen
        if not self.watch.started and together >= self._job.warmup:
            self.watch.start()
        return self.done()

    def done(self) -> bool:
        """Return whether all events were seen; the watch stops then."""
        done = (self._tally.sum() if self._tally else self.seen) >= self._job.total
        if done and not self.watch.ended:
            self.watch.stop()
        return done


class Tally:
    """Count together with other processes, in a file they all map."""

    def __init__(self, file: str, place: int) -> None:
        with open(file, "r+b") as opened:
            self._map = mmap.mmap(opened.fileno(), 8 * PLACES)
        self._place = place

    def add(self, number: int) -> int:
        """Count, and return what all have counted."""
        (mine,) = struct.unpack_from("<q", self._map, 8 * self._place)
        struct.pack_into("<q", self._map, 8 * self._place, mine + number)
        return self.sum()

    def sum(self) -> int:
        """Return what all have counted."""
        return sum(struct.unpack_from(f"<{PLACES}q", self._map))

    @staticmethod
    def make(file: Path) -> str:
        """Make the file, with nothing counted."""
        file.write_bytes(bytes(8 * PLACES))
        return str(file)
