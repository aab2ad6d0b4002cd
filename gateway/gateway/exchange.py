"""One request and its answer on their way through the gateway: ids, what the caller sent, and the ways to answer."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from gateway.answers import ALWAYS, HSTS, Header, described, problem_body, problem_headers
from gateway.networks import Callers
from gateway.routes import Route
from pijnstad_kit.ids import new_id
from pijnstad_kit.problems import Problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class Connection(Protocol):
    """Be what the data plane asks of the caller's connection (gateway.strict provides it)."""

    on_lost: Callable[[], None] | None
    on_drain: Callable[[], None] | None

    def answer_at_once(self, status: int, headers: list[Header], body: bytes) -> bool:
        """Write a whole answer at once; False when that is not possible now."""

    def abort(self) -> None:
        """Cut the connection."""


class CallerGone(Exception):
    """The caller left; there is nobody to answer."""


class Exchange:
    """Carry one request. `fields` are its headers by name, for looking up; `headers` as they came, for passing on."""

    __slots__ = (
        *(
            "_receive",
            "_send",
            "address",
            "broken",
            "correlation_id",
            "fields",
            "gone",
            "headers",
            "method",
            "path",
            "public_url",
            "query",
        ),
        *("production", "request_id", "route", "scope", "started", "status", "token"),
    )

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, callers: Callers, *, public_url: str, production: bool
    ) -> None:
        self.scope = scope
        self._receive = receive
        self._send = send
        self.public_url = public_url
        self.production = production
        self.started = time.perf_counter()
        self.method: str = scope["method"]
        self.path: bytes = scope["raw_path"]
        self.query: bytes = scope["query_string"]
        self.headers: list[Header] = scope["headers"]
        self.fields = dict(self.headers)
        client = scope.get("client")
        self.address = callers.address(client[0], self.fields) if client else "unknown"
        self.correlation_id = new_id()
        asked = self.fields.get(b"x-request-id")
        self.request_id = asked.decode() if asked and _ID.fullmatch(asked) else self.correlation_id
        self.route: Route | None = None
        self.token: bytes | None = None
        self.status = 0
        self.broken = False
        self.gone = False

    @property
    def connection(self) -> Connection:
        """Return the caller's connection."""
        connection: Connection = self.scope["state"]["connection"]
        return connection

    @property
    def body_length(self) -> int | None:
        """Return the announced length of the body, None when it comes in chunks."""
        if b"transfer-encoding" in self.fields:
            return None
        return int(self.fields.get(b"content-length", b"0"))

    @property
    def language(self) -> str:
        """Return nl or en, by Accept-Language."""
        return "nl" if self.fields.get(b"accept-language", b"").lower().startswith(b"nl") else "en"

    def traceparent(self) -> bytes:
        """Return a W3C trace context that starts here: nothing is taken over from outside."""
        trace = self.correlation_id.replace("-", "")
        return f"00-{trace}-{trace[16:]}-01".encode()

    async def receive(self) -> tuple[bytes, bool]:
        """Return the next piece of the body and whether there is more. Errors: CallerGone."""
        message = await self._receive()
        if message["type"] != "http.request":
            raise CallerGone()
        return message["body"], message["more_body"]

    async def raw_receive(self) -> Message:
        """Return the next ASGI message, for an application that speaks ASGI itself."""
        return await self._receive()

    async def pass_on(self, message: Message) -> None:
        """Send an ASGI message of such an application."""
        await self._send(message)

    async def start(self, status: int, headers: list[Header]) -> None:
        """Send status and headers as they are."""
        self.status = status
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def send(self, body: bytes, *, more: bool = False) -> None:
        """Send a piece of the body."""
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    async def answer(self, status: int, body: bytes, headers: list[Header]) -> None:
        """Answer from the gateway itself."""
        await self.answer_whole(status, headers + self.own_headers(), b"" if self.method == "HEAD" else body)

    async def answer_whole(self, status: int, headers: list[Header], body: bytes) -> None:
        """Send an answer that is here in full; its length is among the headers."""
        if self.connection.answer_at_once(status, headers, body):
            self.status = status
        else:
            await self.start(status, headers)
            await self.send(body)

    async def answer_json(self, status: int, body: bytes) -> None:
        """Answer JSON from the gateway itself."""
        await self.answer(status, body, described(b"application/json", body))

    async def answer_problem(self, problem: Problem) -> None:
        """Answer a problem, in the caller's language."""
        body = problem_body(
            problem,
            public_url=self.public_url,
            instance=self.scope["path"],
            request_id=self.request_id,
            language=self.language,
        )
        await self.answer(problem.status, body, problem_headers(problem, body))

    def own_headers(self) -> list[Header]:
        """Return the headers of every answer."""
        extra = (*ALWAYS, HSTS) if self.production else ALWAYS
        return [(b"x-request-id", self.request_id.encode()), *extra]

    def when_gone(self, stop: Callable[[], None]) -> None:
        """Call `stop` when the caller leaves before the answer is complete."""

        def lost() -> None:
            self.gone = True
            stop()

        self.connection.on_lost = lost

    def break_off(self) -> None:
        """Cut the caller's connection: an answer that began cannot be completed, and must not look complete."""
        self.broken = True
        self.connection.abort()
