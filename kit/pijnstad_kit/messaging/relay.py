"""The relay: takes events from the outboxes of a service's aggregates to the broker, in order per aggregate.

An event leaves its outbox only after the broker confirmed it. Dying between the two sends it again with the same id, and
consumers do it once. A sweep walks over everything that waits, so an aggregate whose events are not taken keeps no other
waiting; it rests for a while itself. Nudged by a change stream, with a poll always underneath.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from pymongo.database import Database
from pymongo.errors import PyMongoError

from pijnstad_kit import logs
from pijnstad_kit.faults import failpoint
from pijnstad_kit.ids import age
from pijnstad_kit.messaging import metrics, topology
from pijnstad_kit.messaging.lease import Lease
from pijnstad_kit.messaging.nudges import Hints, Nudges
from pijnstad_kit.messaging.publisher import BrokerAway, Outgoing, Publisher
from pijnstad_kit.store import outbox
from pijnstad_kit.store.outbox import Documents, Entry, Load

POLL = 0.5
AGGREGATES = 500  # how many aggregates go to the broker together
EVENTS = 20  # how many of one aggregate's events go before the others have their turn again
RUSH = 500  # events in one turn from which on nobody listens for nudges
ALARM = 50  # events waiting in one aggregate
REST = 0.2, 30.0  # seconds an aggregate rests after its event was not taken: at first, at most

_log = logs.get_logger("pijnstad.relay")


@dataclass(slots=True)
class RelayState:
    """Tell how the relay is doing, for /readyz."""

    holds_lease: bool = False
    waiting_for: str | None = None


@dataclass(slots=True)
class _Resting:
    """Remember which aggregates rest, until when and how long next time. Only in memory: a new relay tries at once."""

    until: dict[str, float] = field(default_factory=dict)
    pause: dict[str, float] = field(default_factory=dict)

    def rests(self, id: str) -> bool:
        return self.until.get(id, 0.0) > time.monotonic()

    def put(self, id: str) -> None:
        pause = self.pause.get(id, REST[0])
        self.until[id] = time.monotonic() + pause
        self.pause[id] = min(pause * 2, REST[1])

    def wake(self, id: str) -> None:
        self.until.pop(id, None)
        self.pause.pop(id, None)


class Relay:
    """Publish what waits in the given collections until told to stop."""

    def __init__(
        self, service: str, database: Database[dict[str, Any]], collections: Sequence[str], publisher: Publisher
    ) -> None:
        self.state = RelayState()
        self._service, self._publisher = service, publisher
        self._collections = {name: database[name] for name in collections}
        self._lease = Lease(database["leases"], "relay")
        self._nudges = Nudges(database)
        self._resting = _Resting()
        self._looked = 0.0
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask the relay to finish the round in hand and end."""
        self._stop.set()
        self._nudges.stop()

    def run(self) -> None:
        """Relay until stopped; trouble is waited out."""
        threading.Thread(target=self._nudges.run, daemon=True).start()
        hints: Hints | None = None
        while not self._stop.is_set():
            self._turn(hints)
            hints = self._nudges.wait(POLL)
        self._leave()

    def sweep(self) -> int:
        """Walk once over everything that waits and publish it. Returns how many events were confirmed."""
        waiting = confirmed = 0
        oldest = 0.0
        for collection in self._collections.values():
            with closing(outbox.waiting(collection, AGGREGATES)) as found:
                for loads in found:
                    waiting += sum(len(load.entries) for load in loads)
                    oldest = max(oldest, *(age(load.entries[0].id) for load in loads if load.entries), 0.0)
                    self._tell(waiting, oldest)  # before the broker has its say: it may be away
                    confirmed += self._carry(collection, loads)
                    if not self._goes_on():
                        break
        self._tell(waiting, oldest)
        return confirmed

    def _tell(self, waiting: int, oldest: float) -> None:
        metrics.WAITING.labels(self._service).set(waiting)
        metrics.OLDEST.labels(self._service).set(oldest)

    def _turn(self, hints: Hints | None) -> None:
        try:
            if self._goes_on():
                self._go(hints)
                self._nudges.listen()
            else:
                self._nudges.rest()
            self.state.waiting_for = None
        except (BrokerAway, PyMongoError) as error:
            self._wait_for(error)

    def _go(self, hints: Hints | None) -> None:
        """Carry what was named, or everything when nothing certain is known or the poll is due."""
        if hints and time.monotonic() - self._looked < POLL:
            return self._named(hints)
        relayed = 0
        while self._goes_on() and (confirmed := self.sweep()):
            relayed += confirmed
            if relayed >= RUSH:
                self._nudges.rest()
        self._looked = time.monotonic()

    def _named(self, hints: Hints) -> None:
        for name, ids in hints.items():
            if (collection := self._collections.get(name)) is not None:
                self._carry(collection, outbox.of(collection, ids))

    def _goes_on(self) -> bool:
        self.state.holds_lease = self._lease.held()
        return self.state.holds_lease and not self._stop.is_set()

    def _carry(self, collection: Documents, loads: Sequence[Load]) -> int:
        """Publish what waits in these aggregates and mark what was confirmed. Returns how many events that were."""
        self._alarm(loads)
        going = [load for load in loads if not self._resting.rests(load.id)]
        try:
            self._publish([load for load in going if load.entries])
        finally:
            outbox.mark(collection, going)
        if confirmed := sum(len(load.sent) for load in going):
            failpoint("relay.between_writes")
            metrics.RELAYED.labels(self._service).inc(confirmed)
        return confirmed

    def _publish(self, going: list[Load]) -> None:
        """Publish in rounds: every aggregate's first event, then every second one, never past one that did not go."""
        for place in range(EVENTS):
            if not going:
                return
            failpoint("relay.before_publish")
            failed = self._publisher.publish([_outgoing(load.entries[place]) for load in going])
            failpoint("relay.before_pull")
            self._complain(failed)
            going = [load for load in going if self._went(load, load.entries[place], failed)]

    def _went(self, load: Load, entry: Entry, failed: Mapping[str, str]) -> bool:
        """Note how an event fared; return whether its aggregate has another one to publish."""
        if entry.id in failed:
            self._resting.put(load.id)
            return False
        self._resting.wake(load.id)
        load.sent.append(entry.id)
        return not load.empty

    def _alarm(self, loads: Sequence[Load]) -> None:
        for load in loads:
            if len(load.entries) >= ALARM:
                _log.error("outbox_long", aggregate=load.id, waiting=len(load.entries))

    def _complain(self, failed: Mapping[str, str]) -> None:
        if failed:
            metrics.UNROUTED.labels(self._service).inc(len(failed))
            _log.error("not_taken", events=len(failed), reasons=sorted(set(failed.values())))

    def _wait_for(self, error: Exception) -> None:
        if self.state.waiting_for is None:
            cause = str(error) if isinstance(error, BrokerAway) else ""
            _log.warning("relay_waits", waiting_for=type(error).__name__, cause=cause)
        self.state.waiting_for = type(error).__name__
        self._stop.wait(POLL)

    def _leave(self) -> None:
        self._publisher.close()
        try:
            self._lease.release()
        except PyMongoError:
            _log.warning("lease_kept")


def _outgoing(entry: Entry) -> Outgoing:
    return Outgoing(entry.id, topology.EVENTS, entry.type, entry.body)
