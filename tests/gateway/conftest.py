"""A real gateway (gunicorn, own process) in front of small scripted upstreams on real sockets, and raw clients for it."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import urllib3

from pijnstad_kit.testing import wait_for

NAMES = ("identity", "selfcare", "content", "decision", "community", "web")
SECRET = "introspection-secret-of-the-tests"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Request:
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    connection: int

    def __getitem__(self, name: str) -> str:
        return dict(self.headers)[name]

    def __contains__(self, name: str) -> bool:
        return name in dict(self.headers)

    @property
    def claims(self) -> dict[str, Any]:
        part = self["authorization"].split(" ")[1].split(".")[1]
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def http(status: str = "200 OK", body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class Upstream:
    """Answer on a real socket what a test says. A script gets (request, socket); what it returns is sent; None closes."""

    scripts: dict[str, Callable[[Request, socket.socket], bytes | None]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.open: list[socket.socket] = []
        self.listener: socket.socket | None = None
        self.port = free_port()
        self.start()

    def start(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def stop(self) -> None:
        if self.listener is not None:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None
        self.hang_up()

    def hang_up(self) -> None:
        """Close every open connection, as a restarting service would."""
        with self.lock:
            for one in self.open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()
            self.open.clear()

    @property
    def last(self) -> Request:
        return self.requests[-1]

    def seen(self, target: str) -> list[Request]:
        return [request for request in self.requests if request.target == target]

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                number = self.connections
                self.open.append(connection)
            threading.Thread(target=self._talk, args=(connection, number), daemon=True).start()

    def _talk(self, connection: socket.socket, number: int) -> None:
        reader = connection.makefile("rb")
        try:
            while (request := _read(reader, number)) is not None:
                self.requests.append(request)
                script = self.scripts.get(request.target) or self.scripts.get(request.target.partition("?")[0]) or _echo
                answer = script(request, connection)
                if answer is None:
                    break
                connection.sendall(answer)
        except (OSError, ValueError):
            return
        finally:
            with_suppress(lambda: connection.shutdown(socket.SHUT_RDWR))
            connection.close()


def with_suppress(work: Callable[[], Any]) -> None:
    with suppress(OSError):
        work()


def _read(reader: Any, number: int) -> Request | None:
    line = reader.readline()
    if not line:
        return None
    method, target, _ = line.decode("latin-1").split(" ")
    headers = []
    while (line := reader.readline().decode("latin-1").rstrip("\r\n")) != "":
        name, _, value = line.partition(":")
        headers.append((name, value.strip()))
    fields = dict(headers)
    if "transfer-encoding" in fields:
        body = b""
        while size := int(reader.readline(), 16):
            body += reader.read(size)
            reader.readline()
        reader.readline()
    else:
        body = reader.read(int(fields.get("content-length", 0)))
    return Request(method, target, headers, body, number)


def _echo(request: Request, _: socket.socket) -> bytes:
    said = {"method": request.method, "target": request.target, "body": request.body.decode("latin-1")}
    return http(
        "200 OK", b"" if request.method == "HEAD" else json.dumps(said).encode(), "content-type: application/json"
    )


class Identity(Upstream):
    """Answer introspection from a table of tokens."""

    def __post_init__(self) -> None:
        self.tokens: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.scripts["/oauth/introspect"] = self._introspect
        super().__post_init__()

    def give(self, token: str, member: str = "member-1", **claims: Any) -> str:
        self.tokens[token] = {
            "active": True,
            "sub": member,
            "client_id": "pijnstad-web",
            "scope": "openid diary content",
            "exp": int(time.time()) + 600,
            "roles": [],
            "consents": ["diary"],
            "language": "nl",
        } | claims
        return token

    def _introspect(self, request: Request, _: socket.socket) -> bytes:
        basic = base64.b64encode(f"pijnstad-gateway:{SECRET}".encode()).decode()
        assert request["authorization"] == f"Basic {basic}"
        token = parse_qs(request.body.decode())["token"][0]
        self.asked.append(token)
        return http(
            "200 OK", json.dumps(self.tokens.get(token, {"active": False})).encode(), "content-type: application/json"
        )


@dataclass
class City:
    """Hold one running gateway and what stands behind it."""

    upstreams: dict[str, Upstream]
    environment: dict[str, str]
    log: Path
    port: int
    metrics_port: int
    process: subprocess.Popen[bytes] | None = None
    tokens: int = 0

    def __post_init__(self) -> None:
        self.http = urllib3.PoolManager(retries=False, timeout=30)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def identity(self) -> Identity:
        found = self.upstreams["identity"]
        assert isinstance(found, Identity)
        return found

    def __getattr__(self, name: str) -> Upstream:
        if name in NAMES:
            return self.upstreams[name]
        raise AttributeError(name)

    def start(self) -> City:
        with open(self.log, "ab") as log:
            command = [sys.executable, "-m", "gateway", "serve"]
            self.process = subprocess.Popen(
                command, env=self.environment, stderr=log, stdout=log, start_new_session=True
            )
        wait_for(self.ready, timeout=30)
        return self

    def ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.get("/readyz").status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def stop(self) -> float:
        """Stop in good order; return how long it took."""
        assert self.process is not None
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(40)
        return time.monotonic() - started

    def token(self, member: str = "member-1", **claims: Any) -> str:
        self.tokens += 1
        return self.identity.give(f"token-{os.getpid()}-{self.tokens:06d}", member, **claims)

    def request(self, method: str, path: str, token: str | None = None, **more: Any) -> urllib3.BaseHTTPResponse:
        headers = dict(more.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return self.http.request(method, self.url + path, headers=headers, redirect=False, **more)

    def get(self, path: str, token: str | None = None, **more: Any) -> urllib3.BaseHTTPResponse:
        return self.request("GET", path, token, **more)

    def raw(self, data: bytes, *later: bytes, seconds: float = 3, port: int | None = None) -> Heard:
        """Send bytes as they are and return everything that comes until the other side closes or is silent."""
        with socket.create_connection(("127.0.0.1", port or self.port)) as client:
            client.settimeout(seconds)
            return talk(client, data, *later)

    def metrics(self) -> str:
        return self.http.request("GET", f"http://127.0.0.1:{self.metrics_port}/metrics").data.decode()

    def open_stream(self, path: str, token: str | None = None) -> SseClient:
        return SseClient(self.port, path, token)

    def lines(self, event: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in found if line.get("event") == event]


@dataclass
class Heard:
    data: bytes
    closed: bool

    @property
    def statuses(self) -> list[int]:
        parts = self.data.split(b"HTTP/1.1 ")[1:]
        return [int(part[:3]) for part in parts]

    @property
    def problem(self) -> dict[str, Any]:
        return json.loads(self.data.rsplit(b"\r\n\r\n", 1)[1])


def talk(client: socket.socket, *pieces: bytes) -> Heard:
    heard = b""
    try:
        for piece in pieces:
            client.sendall(piece)
        while True:
            data = client.recv(65536)
            if not data:
                return Heard(heard, True)
            heard += data
    except TimeoutError:
        return Heard(heard, False)
    except OSError:
        return Heard(heard, True)


class SseClient:
    """Read one stream in a thread."""

    def __init__(self, port: int, path: str, token: str | None) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        line = f"authorization: Bearer {token}\r\n" if token else ""
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n{line}\r\n".encode()
        )
        self.heard = b""
        self.closed = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            while data := self.socket.recv(65536):
                self.heard += data
                if self.heard.endswith(b"\r\n0\r\n\r\n"):
                    break
        except OSError:
            pass
        self.closed.set()

    @property
    def status(self) -> int:
        return int(wait_for(lambda: b"\r\n\r\n" in self.heard and self.heard[9:12]))

    @property
    def open(self) -> bool:
        return b": open" in self.heard and not self.closed.is_set()

    def notices(self) -> list[dict[str, Any]]:
        return [json.loads(line[6:]) for line in self.heard.decode().splitlines() if line.startswith("data: ")]

    def close(self) -> None:
        with_suppress(lambda: self.socket.shutdown(socket.SHUT_RDWR))
        self.socket.close()


MakeCity = Callable[..., City]


@pytest.fixture(scope="session")
def make_city(tmp_path_factory: pytest.TempPathFactory, mongo_url: str) -> Iterator[MakeCity]:
    """Return a function that starts a gateway with its own upstreams; all of them stop at the end."""
    cities: list[City] = []

    def make(*, upstreams: dict[str, Upstream] | None = None, start: bool = True, **variables: str) -> City:
        folder = tmp_path_factory.mktemp("gateway")
        behind = upstreams or {name: Identity() if name == "identity" else Upstream() for name in NAMES}
        port, metrics_port = free_port(), free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "PIJNSTAD_MONGO_URL": mongo_url,
            "PIJNSTAD_DATABASE": f"gateway{os.urandom(6).hex()}",
            "PIJNSTAD_BUS_URL": "amqp://guest:guest@127.0.0.1:1/",
            "PIJNSTAD_MASTER_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
            "PIJNSTAD_INTROSPECTION_SECRET": SECRET,
            "PIJNSTAD_PUBLIC_URL": "http://localhost:8000",
            "PIJNSTAD_HOSTS": "a",
            "PIJNSTAD_LIMIT_TOKEN": "100000",
            "PIJNSTAD_LIMIT_ACCOUNT": "100000",
            "PIJNSTAD_LISTEN": f"127.0.0.1:{port}",
            "PIJNSTAD_METRICS_LISTEN": f"127.0.0.1:{metrics_port}",
            **{f"PIJNSTAD_{name.upper()}_URL": f"http://127.0.0.1:{one.port}" for name, one in behind.items()},
            **{f"PIJNSTAD_{name.upper()}": value for name, value in variables.items()},
        }
        city = City(behind, environment, folder / "gateway.log", port, metrics_port)
        cities.append(city)
        return city.start() if start else city

    yield make
    for city in cities:
        if city.process is not None and city.process.poll() is None:
            os.killpg(city.process.pid, signal.SIGKILL)
            city.process.wait()
        for upstream in city.upstreams.values():
            upstream.stop()


@pytest.fixture(scope="session")
def shared_city(make_city: MakeCity) -> City:
    """One gateway for all tests that leave it as they found it."""
    return make_city()


@pytest.fixture
def city(shared_city: City) -> Iterator[City]:
    """The shared gateway, with upstreams that answer by echo again."""
    yield shared_city
    for name, upstream in shared_city.upstreams.items():
        kept = upstream.scripts.get("/oauth/introspect") if name == "identity" else None
        upstream.scripts.clear()
        if kept is not None:
            upstream.scripts["/oauth/introspect"] = kept


@pytest.fixture
def twins(make_city: MakeCity) -> Iterator[tuple[City, Upstream]]:
    """A gateway whose content service has two addresses; the second one beside it."""
    other = Upstream()
    behind = {name: Identity() if name == "identity" else Upstream() for name in NAMES}
    urls = f"http://127.0.0.1:{behind['content'].port},http://127.0.0.1:{other.port}"
    yield make_city(upstreams=behind, content_url=urls), other
    other.stop()
