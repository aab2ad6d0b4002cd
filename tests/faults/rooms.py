"""The rooms a fault test runs in: selfcare and content as real processes on a broker and a store of their own.

The gateway is not on the event path, so a stand-in only publishes the key that signs members' tokens; everything else is
real. `probe` is a queue bound to every event, read by the checker: an observer that no process under test knows of.
The rooms live on from test to test, as a city does; what a test left in an unusual state is put right before the next.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import urllib3
from broker import Broker
from pymongo import MongoClient
from room import Room, http_status
from stand_ins import KeyServer, arrival

from pijnstad_contracts.envelope import Event, decode, encode
from pijnstad_contracts.registry import event_types
from pijnstad_kit.messaging import topology
from pijnstad_kit.messaging.connection import connect
from pijnstad_kit.messaging.publisher import Outgoing, Publisher
from pijnstad_kit.testing import Gateway
from pijnstad_local.ports import free_port
from pijnstad_local.rabbitmq import RabbitNode
from pijnstad_local.secantus import SecantusServer

__all__ = ["PROBE", "PROBED", "RETRY_SECONDS", "Room", "Rooms", "http_status"]

RETRY_SECONDS = (1, 1, 1)
PROBE = "test.probe"
PROBED = ("nl.pijnstad.selfcare.#", "nl.pijnstad.content.suggestion.#")


@dataclass
class Rooms:
    """Be a small city: broker, store, the rooms, and one who writes diaries in it."""

    rabbit: RabbitNode
    store: SecantusServer
    folder: Path
    vhost: str = field(default_factory=lambda: secrets.token_hex(6))
    gateway: Gateway = field(default_factory=Gateway)

    def __post_init__(self) -> None:
        self.bus_url = self.rabbit.add_vhost(self.vhost)
        self.broker = Broker(self.rabbit, self.vhost)
        self.databases = {name: f"{name}_{self.vhost}" for name in ("selfcare", "content")}
        self._keys = KeyServer(self.gateway)
        self.selfcare_api = self._room("selfcare", "api")
        self.selfcare_worker = self._room("selfcare", "worker")
        self.content_worker = self._room("content", "worker")
        self.rooms = [self.selfcare_api, self.selfcare_worker, self.content_worker]
        self.guests: list[Room] = []
        self.welcomed: dict[str, int] = {}
        self._told: list[tuple[Event[Any], bytes]] = []
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=20), retries=False, maxsize=16)
        self._declare_probe()

    def open(self) -> None:
        """Fill the library and start every process."""
        env = {**os.environ, **self.content_worker.env}
        command = [sys.executable, "-W", "ignore", "-m", "content", "load-library"]
        subprocess.run(command, env=env, check=True, capture_output=True)
        self.as_usual()

    def as_usual(self) -> None:
        """Bring every process into its usual state: running, nothing armed, nothing switched, no guests."""
        for guest in self.guests:
            guest.kill()
        self.guests.clear()
        for room in self.rooms:
            if not (room.usual and room.running):
                room.stop()
                room.start(ready=False)
        for room in self.rooms:
            room.wait_ready()

    def close(self) -> None:
        """Stop everything that was started here."""
        for room in (*self.rooms, *self.guests):
            room.kill()
        self._keys.shutdown()
        if self.rabbit.running:
            self.rabbit.remove_vhost(self.vhost)

    def another(self, room: Room) -> Room:
        """Return a second process of the same kind with an address of its own; it leaves when the test ends."""
        number = len(self.guests) + 2
        stem = f"{room.name}-{room.word}-{number}"
        own = {"PIJNSTAD_LISTEN": _address(), "PIJNSTAD_FAULTS_SPENT": str(self.folder / f"{stem}.spent")}
        guest = replace(room, env={**room.env, **own}, log=self.folder / f"{stem}.log", process=None, usual=True)
        self.guests.append(guest)
        return guest

    def welcome(self, members: list[str]) -> None:
        """Say on the bus, as identity would, that these members exist and want suggestions."""
        events = [event for member in members for event in arrival(member)]
        self.say(events)
        self.welcomed |= {event.subject: event.sequence for event in events}

    def say(self, events: Sequence[Event[Any]], queue: str | None = None) -> None:
        """Publish events to whoever subscribed, or into one queue alone."""
        publisher = Publisher(self.bus_url, self.table)
        where = ("", queue) if queue else (topology.EVENTS, None)
        assert publisher.publish([Outgoing(e.id, where[0], where[1] or e.type, encode(e)) for e in events]) == {}
        publisher.close()

    def write(self, member: str, key: str, entry: dict[str, Any] | None = None) -> tuple[int, str | None]:
        """Write an entry as a member does. Returns (status, entry id); status 0 when the connection broke."""
        body = entry or {"sleep": {"quality": 2}, "pain": [{"intensity": 6}]}
        status, answer, _ = self.ask("POST", "/selfcare/v1/diary", member, body, {"Idempotency-Key": key})
        return status, answer["id"] if status == 201 else None

    def ask(
        self,
        method: str,
        path: str,
        member: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        of: Room | None = None,
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Ask an api as a member does. Returns (status, JSON, headers); status 0 when the connection broke."""
        token = self.gateway.headers(member, "selfcare", scope="diary", consents=["diary"])
        content = "application/merge-patch+json" if method == "PATCH" else "application/json"
        sent = {**token, "Content-Type": content, **(headers or {})}
        address = (of or self.selfcare_api).env["PIJNSTAD_LISTEN"]
        data = None if body is None else json.dumps(body).encode()
        try:
            answer = self._http.request(method, f"http://{address}{path}", body=data, headers=sent)
        except urllib3.exceptions.HTTPError:
            return 0, None, {}
        return answer.status, json.loads(answer.data) if answer.data else None, dict(answer.headers)

    @property
    def table(self) -> topology.Topology:
        """Return the city's topology with quick retries."""
        return topology.table(retry_seconds=RETRY_SECONDS)

    def probed(self) -> list[tuple[Event[Any], bytes]]:
        """Return every event the broker has delivered to the probe so far, with its bytes, in order."""
        with connect(self.bus_url) as connection:
            channel = connection.connection.channel()
            while (message := channel.basic_get(PROBE, no_ack=True)) is not None:
                body = message.body if isinstance(message.body, bytes) else message.body.encode()
                self._told.append((decode(body, event_types()), body))
        return self._told

    def projected(self, members: Sequence[str]) -> list[dict[str, Any]]:
        """Return what content knows of these members."""
        with MongoClient[dict[str, Any]](self.store.url) as client:
            return list(client[self.databases["content"]]["members"].find({"_id": {"$in": list(members)}}))

    def queue_lengths(self) -> dict[str, int]:
        """Return how many messages each queue of these services holds, retries and dead letters and those in hand too."""
        ours = (*self.databases, "pijnstad")
        lengths = self.broker.lengths()
        names = [name for name in lengths if name.partition(".")[0] in ours and name != topology.UNCLAIMED]
        return {name: lengths[name] for name in names}

    def bury_dead(self) -> None:
        """Throw the dead letters of a test away."""
        with connect(self.bus_url) as connection:
            for name, number in self.queue_lengths().items():
                if number and name.endswith(".dead"):
                    connection.connection.channel().queue_purge(name)

    def logs(self) -> str:
        """Return everything the processes logged."""
        return "".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))

    def _room(self, name: str, word: str) -> Room:
        env = {
            "PIJNSTAD_BUS_URL": self.bus_url,
            "PIJNSTAD_MONGO_URL": self.store.url,
            "PIJNSTAD_DATABASE": self.databases[name],
            "PIJNSTAD_SEARCH_URL": f"tantivy://{self.folder / 'index'}",
            "PIJNSTAD_GATEWAY_URL": self._keys.url,
            "PIJNSTAD_PUBLIC_URL": self.gateway.issuer,
            "PIJNSTAD_LISTEN": _address(),
            "PIJNSTAD_MASTER_KEY": base64.urlsafe_b64encode(bytes(32)).decode(),
            "PIJNSTAD_RETRY_SECONDS": ",".join(map(str, RETRY_SECONDS)),
            "PIJNSTAD_FAULTS_SPENT": str(self.folder / f"{name}-{word}.spent"),
        }
        return Room(name, word, env, self.folder / f"{name}-{word}.log")

    def _declare_probe(self) -> None:
        with connect(self.bus_url) as connection:
            channel = connection.connection.channel()
            topology.apply(channel, self.table)
            channel.queue_declare(PROBE, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
            for key in PROBED:
                channel.queue_bind(PROBE, topology.EVENTS, key)


def _address() -> str:
    return f"127.0.0.1:{free_port()}"
