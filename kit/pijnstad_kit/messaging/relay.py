"""The relay: takes events from the outboxes of a service's aggregates to the broker, in order per aggregate.

An event leaves its outbox only after the broker confirmed it. Dying between the two sends it again with the same id, and
consumers do it once. Nudged by a change stream, so that whichever process wrote is heard; a poll always runs underneath.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import PyMongoError

from pijnstad_kit import logs
from pijnstad_kit.faults import failpoint
from pijnstad_kit.messaging import metrics, topology
from pijnstad_kit.messaging.lease import Lease
from pijnstad_kit.messaging.publisher import BrokerAway, Outgoing, Publisher

POLL = 0.5
AGGREGATES = 200  # how many aggregates one sweep takes from a collection
ALARM = 50  # events waiting in one aggregate

_log = logs.get_logger("pijnstad.relay")


@dataclass(slots=True)
class RelayState:
    """Tell how the relay is doing, for /readyz."""

    holds_lease: bool = False
    waiting_for: str | None = None


@dataclass(slots=True)
class _Load:
    """Hold one aggregate's waiting events and how far they got."""

    id: str
    entries: list[dict[str, Any]]
    confirmed: list[str] = field(default_factory=list)
    stuck: bool = False


class Relay:
    """Publish what waits in the given collections until told to stop."""

    def __init__(
        self, service: str, database: Database[dict[str, Any]], collections: Sequence[str], publisher: Publisher
    ) -> None:
        self.state = RelayState()
        self._service, self._database, self._publisher = service, database, publisher
        self._collections = [database[name] for name in collections]
        self._lease = Lease(database["leases"], "relay")
        self._stop = threading.Event()
        self._nudge = threading.Event()

    def stop(self) -> None:
        """Ask the relay to finish the sweep in hand and end."""
        self._stop.set()
        self._nudge.set()

    def run(self) -> None:
        """Relay until stopped; trouble is waited out."""
        threading.Thread(target=self._listen, daemon=True).start()
        while not self._stop.is_set():
            self._nudge.wait(POLL)
            self._nudge.clear()
            self._turn()
        self._leave()

    def sweep(self) -> int:
        """Publish what waits now, one round over all collections. Returns how many events were confirmed."""
        return sum(self._sweep(collection) for collection in self._collections)

    def _turn(self) -> None:
        try:
            self.state.holds_lease = self._lease.held()
            while self.state.holds_lease and not self._stop.is_set() and self.sweep():
                self.state.holds_lease = self._lease.held()
            self.state.waiting_for = None
        except (BrokerAway, PyMongoError) as error:
            if self.state.waiting_for is None:
                _log.warning(
                    "relay_waits",
                    waiting_for=type(error).__name__,
                    cause=str(error) if isinstance(error, BrokerAway) else "",
                )
            self.state.waiting_for = type(error).__name__
            self._stop.wait(POLL)

    def _sweep(self, collection: Collection[dict[str, Any]]) -> int:
        found = collection.find({"waiting": True}, {"outbox": 1}).limit(AGGREGATES)
        loads = [_Load(document["_id"], document.get("outbox") or []) for document in found]
        if not loads:
            return 0
        self._measure(loads)
        try:
            self._publish(loads)
        finally:
            confirmed = self._forget(collection, loads)
        return confirmed

    def _publish(self, loads: Sequence[_Load]) -> None:
        """Publish in rounds: every aggregate's first event, then every second one, never past one that did not go."""
        place = 0
        while going := [load for load in loads if not load.stuck and len(load.entries) > place]:
            failpoint("relay.before_publish")
            failed = self._publisher.publish([_outgoing(load.entries[place]) for load in going])
            failpoint("relay.before_pull")
            for load in going:
                id = load.entries[place]["id"]
                load.stuck = id in failed
                if not load.stuck:
                    load.confirmed.append(id)
            self._complain(failed)
            place += 1

    def _forget(self, collection: Collection[dict[str, Any]], loads: Sequence[_Load]) -> int:
        """Take confirmed events out of their outboxes, in two writes for all aggregates together."""
        # An empty outbox that still waits was left by a death between the two writes.
        done = [load for load in loads if load.confirmed or not load.entries]
        ids = [id for load in done for id in load.confirmed]
        if not done:
            return 0
        aggregates = {"_id": {"$in": [load.id for load in done]}}
        collection.update_many(aggregates, {"$pull": {"outbox": {"id": {"$in": ids}}}})
        failpoint("relay.between_writes")
        collection.update_many({**aggregates, "outbox": {"$size": 0}}, {"$unset": {"waiting": ""}})
        metrics.RELAYED.labels(self._service).inc(len(ids))
        return len(ids)

    def _measure(self, loads: Sequence[_Load]) -> None:
        metrics.WAITING.labels(self._service).set(sum(len(load.entries) for load in loads))
        for load in loads:
            if len(load.entries) >= ALARM:
                _log.error("outbox_long", aggregate=load.id, waiting=len(load.entries))

    def _complain(self, failed: dict[str, str]) -> None:
        if failed:
            metrics.UNROUTED.labels(self._service).inc(len(failed))
            _log.error("not_taken", events=len(failed), reasons=sorted(set(failed.values())))
            self._stop.wait(POLL)

    def _listen(self) -> None:
        """Wake the relay when any process writes an event. Without change streams the poll does it alone."""
        match = {"$match": {"operationType": {"$in": ["insert", "update", "replace"]}}}
        while not self._stop.is_set():
            try:
                with self._database.watch([match], max_await_time_ms=1000) as stream:
                    self._follow(stream)
            except PyMongoError:
                self._stop.wait(2)

    def _follow(self, stream: Any) -> None:
        while not self._stop.is_set() and stream.alive:
            change = stream.try_next()
            if change is not None and _brings_events(change):
                self._nudge.set()

    def _leave(self) -> None:
        self._publisher.close()
        try:
            self._lease.release()
        except PyMongoError:
            _log.warning("lease_kept")


def _outgoing(entry: dict[str, Any]) -> Outgoing:
    return Outgoing(entry["id"], topology.EVENTS, entry["type"], bytes(entry["body"]))


def _brings_events(change: dict[str, Any]) -> bool:
    whole = change.get("fullDocument") or {}
    updated = (change.get("updateDescription") or {}).get("updatedFields") or {}
    return bool(whole.get("waiting") or updated.get("waiting") or any(name.startswith("outbox") for name in updated))
