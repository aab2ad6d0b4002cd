"""The real api and worker, as the city starts them: entries by HTTP, events on RabbitMQ, nothing said in any log."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import urllib3
from kombu import Connection, Exchange, Queue

from pijnstad_contracts.envelope import Event, decode
from pijnstad_contracts.registry import event_types
from pijnstad_kit.ids import new_id
from pijnstad_kit.messaging.topology import EVENTS
from pijnstad_kit.testing import Gateway, wait_for
from pijnstad_local.ports import free_port

MASTER_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
MEMBERS, ENTRIES = 5, 8
WORD = "kanariewoord"


@dataclass
class City:
    """Hold what a test needs of running selfcare processes."""

    gateway: Gateway
    bus_url: str
    url: str
    worker_url: str
    logs: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(maxsize=10, retries=False))

    def ask(self, member: str, method: str, path: str = "", body: Any = None, **headers: str) -> Any:
        token = self.gateway.headers(member, "selfcare", scope="diary", consents=["diary"])
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.request(method, f"{self.url}/selfcare/v1/diary{path}", json=body, headers=token | sent)

    def answers(self, address: str) -> bool:
        try:
            return self.http.request("GET", address, timeout=1).status == 200
        except urllib3.exceptions.HTTPError:
            return False


@contextmanager
def served_keys(gateway: Gateway) -> Iterator[str]:
    """Serve the gateway's JWKS where services look for it."""
    import json

    body = json.dumps(gateway.keys(None).as_dict(private=False)).encode()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def city(bus_url: str, mongo_url: str, database: str, tmp_path: Path) -> Iterator[City]:
    gateway, api, worker = Gateway(), free_port(), free_port()
    with served_keys(gateway) as gateway_url:
        found = City(gateway, bus_url, f"http://127.0.0.1:{api}", f"http://127.0.0.1:{worker}", tmp_path)
        shared = {
            "PATH": os.environ["PATH"],
            "PIJNSTAD_BUS_URL": bus_url,
            "PIJNSTAD_MONGO_URL": mongo_url,
            "PIJNSTAD_DATABASE": database,
            "PIJNSTAD_GATEWAY_URL": gateway_url,
            "PIJNSTAD_MASTER_KEY": MASTER_KEY,
        }
        run("topology", shared, api)
        for role, port in (("api", api), ("worker", worker)):
            with open(tmp_path / f"{role}.log", "wb") as log:
                found.processes[role] = start(role, shared, port, log)
        try:
            for address in (found.url, found.worker_url):
                wait_for(lambda address=address: found.answers(f"{address}/readyz"), timeout=30, what=address)
            yield found
        finally:
            for process in found.processes.values():
                process.terminate()
            for process in found.processes.values():
                process.wait(35)


def start(role: str, env: dict[str, str], port: int, log: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "selfcare", role]
    return subprocess.Popen(command, env=env | {"PIJNSTAD_LISTEN": f"127.0.0.1:{port}"}, stdout=log, stderr=log)


def run(word: str, env: dict[str, str], port: int) -> None:
    subprocess.run(
        [sys.executable, "-m", "selfcare", word], env=env | {"PIJNSTAD_LISTEN": f"127.0.0.1:{port}"}, check=True
    )


@contextmanager
def listening(bus_url: str) -> Iterator[tuple[Connection, list[bytes]]]:
    """Collect every message of selfcare from now on, as any subscriber would get it."""
    bodies: list[bytes] = []
    with Connection(bus_url) as connection:
        channel = connection.channel()
        queue = Queue(
            "test.listener", Exchange(EVENTS, "topic", passive=True), "nl.pijnstad.selfcare.#", exclusive=True
        )

        def take(message: Any) -> None:
            bodies.append(bytes(message.body) if not isinstance(message.body, str) else message.body.encode())
            message.ack()

        with connection.Consumer([queue], channel=channel, on_message=take):
            yield connection, bodies


def collected(connection: Connection, bodies: list[bytes], number: int) -> dict[str, list[Event[Any]]]:
    """Return the events by entry, once there are `number` and nothing comes after them."""

    def drained() -> bool:
        try:
            connection.drain_events(timeout=1.0)
        except TimeoutError:
            return len(bodies) >= number
        return False

    wait_for(drained, timeout=30, every=0, what=f"{number} events")
    streams: dict[str, list[Event[Any]]] = defaultdict(list)
    for body in bodies:
        event = decode(body, event_types())
        streams[event.subject].append(event)
    return streams


def live(city: City, member: str, number: int) -> str:
    """Write, change and remove one entry over real HTTP, each as somebody would."""
    key = f"{member}-{number}"
    first, again = (
        city.ask(member, "POST", "", {"mood": 3, "note": f"{WORD} {number}"}, Idempotency_Key=key) for _ in range(2)
    )
    entry = first.json()
    assert (first.status, again.status, again.json()) == (201, 201, entry)
    changed = city.ask(member, "PATCH", f"/{entry['id']}", {"mood": 8}, If_Match='"1"')
    assert (changed.status, changed.json()["version"]) == (200, 2)
    assert city.ask(member, "PATCH", f"/{entry['id']}", {"mood": 1}, If_Match='"1"').status == 412
    if number % 2:
        assert city.ask(member, "DELETE", f"/{entry['id']}").status == 204
    return str(entry["id"])


def test_what_members_do_becomes_events_on_the_bus_in_order_once_and_without_words(city: City) -> None:
    members = [new_id() for _ in range(MEMBERS)]
    work = [(member, number) for member in members for number in range(ENTRIES)]
    with listening(city.bus_url) as (connection, bodies):
        with ThreadPoolExecutor(8) as pool:
            ids = list(pool.map(lambda item: live(city, *item), work))
        streams = collected(connection, bodies, len(work) * 2 + len(work) // 2)
    assert set(streams) == set(ids)
    for (member, number), entry_id in zip(work, ids, strict=True):
        words = ["recorded", "amended", *(["removed"] if number % 2 else [])]
        told = streams[entry_id]
        assert [event.type.split(".")[-2] for event in told] == words
        assert [event.sequence for event in told] == list(range(1, len(words) + 1))
        assert {event.member for event in told} == {member}
    assert WORD.encode() not in b"".join(bodies)
    for member in members:
        mine = city.ask(member, "GET", "?limit=100").json()["items"]
        assert len(mine) == ENTRIES // 2
        assert all(item["note"].startswith(WORD) and item["written_by"] == member for item in mine)
    assert WORD not in "".join(log.read_text() for log in city.logs.glob("*.log"))


def test_both_processes_tell_their_health_and_stop_when_told(city: City) -> None:
    for address in (city.url, city.worker_url):
        assert city.answers(f"{address}/healthz")
        assert city.answers(f"{address}/metrics")
    for process in city.processes.values():
        process.terminate()
    assert {role: process.wait(30) for role, process in city.processes.items()} == {"api": 0, "worker": 0}


def test_a_missing_setting_stops_the_start_and_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "selfcare", "api"],
        env={"PATH": os.environ["PATH"], "PIJNSTAD_LISTEN": "127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    for name in ("PIJNSTAD_MASTER_KEY", "PIJNSTAD_MONGO_URL", "PIJNSTAD_BUS_URL"):
        assert f"{name} is missing" in done.stderr
