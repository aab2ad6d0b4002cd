"""The rooms a fault test runs in: selfcare and content as real processes on a broker and a store of their own.

The gateway is not on the event path, so a stand-in only publishes the key that signs members' tokens; everything else is
real. `probe` is a queue bound to every event, read by the checker: an observer that no process under test knows of.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import urllib3

from pijnstad_contracts.envelope import Event, decode, encode
from pijnstad_contracts.identity import AccountRegistered, ConsentGiven
from pijnstad_contracts.registry import event_types
from pijnstad_kit.ids import new_id
from pijnstad_kit.messaging import topology
from pijnstad_kit.messaging.connection import connect
from pijnstad_kit.messaging.publisher import Outgoing, Publisher
from pijnstad_kit.testing import Gateway, wait_for
from pijnstad_local.ports import free_port
from pijnstad_local.rabbitmq import RabbitNode
from pijnstad_local.secantus import SecantusServer

RETRY_SECONDS = (1, 1)
PROBE = "test.probe"
START = 40.0


@dataclass
class Room:
    """Hold one process of a service: started, killed and started again under the same address."""

    name: str
    word: str
    env: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, faults: str = "", *, ready: bool = True) -> None:
        """Start the process with failpoints armed, and wait until it is ready."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-W", "ignore", "-m", self.name, self.word]
            env = {**os.environ, **self.env, "PIJNSTAD_FAULTS": faults}
            self.process = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
        if ready:
            wait_for(self.ready, timeout=START, what=f"{self.name} {self.word} to be ready")

    def ready(self) -> bool:
        """Return whether it says it is ready. Errors: AssertionError when it ended instead."""
        assert self.running, f"{self.name} {self.word} ended:\n{self.log.read_text()[-2000:]}"
        return http_status(self.env["PIJNSTAD_LISTEN"], "/readyz") == 200

    @property
    def running(self) -> bool:
        """Return whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """Kill it and its children as a crash would (SIGKILL)."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self._signal(signal.SIGTERM)

    def dies(self) -> None:
        """Wait until a failpoint killed it; gunicorn's master must go too, so it is killed then."""
        if self.word == "worker":
            wait_for(lambda: not self.running, timeout=30, what=f"{self.name} {self.word} to die")

    def _signal(self, number: int) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            self.process.wait(35)


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
        self.databases = {name: f"{name}_{self.vhost}" for name in ("selfcare", "content")}
        self._keys = _KeyServer(self.gateway)
        self.selfcare_api = self._room("selfcare", "api")
        self.selfcare_worker = self._room("selfcare", "worker")
        self.content_worker = self._room("content", "worker")
        self._told: list[tuple[Event[Any], bytes]] = []
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=20), retries=False, maxsize=16)
        self._declare_probe()

    @property
    def rooms(self) -> list[Room]:
        """Return all processes."""
        return [self.selfcare_api, self.selfcare_worker, self.content_worker]

    def open(self) -> None:
        """Fill the library and start every process."""
        env = {**os.environ, **self.content_worker.env}
        command = [sys.executable, "-W", "ignore", "-m", "content", "load-library"]
        subprocess.run(command, env=env, check=True, capture_output=True)
        for room in self.rooms:
            room.start(ready=False)
        for room in self.rooms:
            wait_for(room.ready, timeout=START, what=f"{room.name} {room.word} to be ready")

    def close(self) -> None:
        """Stop everything that was started here."""
        for room in self.rooms:
            room.kill()
        self._keys.shutdown()
        if self.rabbit.running:
            self.rabbit.remove_vhost(self.vhost)

    def welcome(self, members: list[str]) -> None:
        """Say on the bus, as identity would, that these members exist and want suggestions."""
        events = [event for member in members for event in _arrival(member)]
        publisher = Publisher(self.bus_url, self.table)
        assert publisher.publish([Outgoing(e.id, topology.EVENTS, e.type, encode(e)) for e in events]) == {}
        publisher.close()

    def write(self, member: str, key: str, entry: dict[str, Any] | None = None) -> tuple[int, str | None]:
        """Write an entry as a member does. Returns (status, entry id); status 0 when the connection broke."""
        headers = self.gateway.headers(member, "selfcare", scope="diary", consents=["diary"])
        body = json.dumps(entry or {"sleep": {"quality": 2}, "pain": [{"intensity": 6}]}).encode()
        headers |= {"Idempotency-Key": key, "Content-Type": "application/json"}
        try:
            answer = self._http.request(
                "POST",
                f"http://{self.selfcare_api.env['PIJNSTAD_LISTEN']}/selfcare/v1/diary",
                body=body,
                headers=headers,
            )
        except urllib3.exceptions.HTTPError:
            return 0, None
        return answer.status, answer.json()["id"] if answer.status == 201 else None

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

    def queue_lengths(self) -> dict[str, int]:
        """Return how many messages each queue of the table holds, retries and dead letters too."""
        names = [queue.name for queue in self.table.queues if queue.name != topology.UNCLAIMED]
        with connect(self.bus_url) as connection:
            channel = connection.connection.channel()
            return {name: channel.queue_declare(name, passive=True).message_count for name in names}

    def logs(self) -> str:
        """Return everything the processes logged."""
        return "".join(path.read_text() for path in self.folder.glob("*.log"))

    def _room(self, name: str, word: str) -> Room:
        env = {
            "PIJNSTAD_BUS_URL": self.bus_url,
            "PIJNSTAD_MONGO_URL": self.store.url,
            "PIJNSTAD_DATABASE": self.databases[name],
            "PIJNSTAD_SEARCH_URL": f"tantivy://{self.folder / 'index'}",
            "PIJNSTAD_GATEWAY_URL": self._keys.url,
            "PIJNSTAD_PUBLIC_URL": self.gateway.issuer,
            "PIJNSTAD_LISTEN": f"127.0.0.1:{free_port()}",
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
            channel.queue_bind(PROBE, topology.EVENTS, "nl.pijnstad.selfcare.#")
            channel.queue_bind(PROBE, topology.EVENTS, "nl.pijnstad.content.suggestion.#")


def http_status(listen: str, path: str) -> int:
    """Return the status of a GET, 0 when nobody answers."""
    try:
        return urllib3.PoolManager(timeout=2, retries=False).request("GET", f"http://{listen}{path}").status
    except urllib3.exceptions.HTTPError:
        return 0


def _arrival(member: str) -> list[Event[Any]]:
    now = datetime.now(UTC)
    registered = AccountRegistered(account_id=member, audience="person_in_pain", language="nl")
    agreed = ConsentGiven(purpose="suggestions", text_version="test")
    return [
        Event(new_id(), data.source, data.type, member, now, number, 1, data, member=member)
        for number, data in enumerate((registered, agreed), start=1)
    ]


class _KeyServer:
    """Serve the key of the stand-in gateway."""

    def __init__(self, gateway: Gateway) -> None:
        body = json.dumps({"keys": [gateway.key.as_dict(private=False)]}).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def shutdown(self) -> None:
        self._server.shutdown()
