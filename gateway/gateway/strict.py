"""The side that faces the world: uvicorn's httptools protocol, made strict.

What a lenient parser lets through and a service behind it may read differently is refused here, before any of our code
sees it (shared/design/security.md has the list of what the parser accepts). Routing, tokens and bodies are not decided here.
"""

from __future__ import annotations

from asyncio import BaseTransport
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from gateway.answers import wire_problem
from gateway.deadlines import Watch
from gateway.judgement import Headers, Refusal, judge

DRAIN_SECONDS = 1  # in which a connection of a stopping process may still ask
LINGER = 2  # seconds in which a refused client may read why


@dataclass(frozen=True, slots=True)
class Limits:
    """Say how much and how long a request may be. Bytes and seconds."""

    head_bytes: int = 16 * 1024
    headers: int = 64
    url_bytes: int = 8 * 1024
    chunk_overhead: int = 16 * 1024
    idle_seconds: float = 10
    head_seconds: float = 10
    body_seconds: float = 15


class _Refused(Exception):
    """Stop the parser. The refusal itself waits in the protocol."""


class StrictProtocol(HttpToolsProtocol):
    """Accept plain HTTP/1.1 (and 1.0) requests in origin form; refuse everything two parsers could disagree about."""

    limits = Limits()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # uvicorn's parser tolerates data after `Connection: close`; a fresh one does not.
        self.parser = httptools.HttpRequestParser(self)
        self.deadline = 0.0
        self.on_lost: Callable[[], None] | None = None
        self.on_drain: Callable[[], None] | None = None
        self._running: RequestResponseCycle | None = None
        self._refusal: Refusal | None = None
        self._closed_ears = self._draining = False
        self._in_head = False
        self._in_body = False
        self._head_bytes = 0
        self._fed_in_head = 0
        self._body_bytes = 0
        self._fed_in_body = 0

    # The connection

    def connection_made(self, transport: BaseTransport) -> None:
        """Start the clock: a connection that says nothing is closed."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self.deadline = self.loop.time() + self.limits.idle_seconds
        if not hasattr(self.server_state, "deadlines"):
            self.server_state.deadlines = Watch(self.loop, self._all)  # type: ignore[attr-defined]

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever works on an answer that nobody waits for it any more."""
        self.deadline = 0
        running = self._running
        super().connection_lost(exc)
        if running is not None and not running.response_complete:
            running.disconnected = True
            running.message_event.set()
        if self.on_lost is not None:
            self.on_lost()

    def shutdown(self) -> None:
        """Let the answer under way finish; streams, which never do, are told to.

        uvicorn closes a connection without an answer at once, and resets a request that has arrived but was not read yet.
        Here it may still be asked once, within a second.
        """
        self._draining = True
        if self._running is not None:
            self._running.keep_alive = False
        elif not self._in_head:
            self.deadline = self.loop.time() + DRAIN_SECONDS
        if self.on_drain is not None:
            self.on_drain()

    def answer_at_once(self, status: int, headers: Headers, body: bytes) -> bool:
        """Write a whole answer (its length is among the headers) with one system call, where uvicorn makes two.

        Return False, with nothing written, when the usual way must be taken: an answer began, or the caller reads slowly.
        """
        cycle = self._running
        if cycle is None or cycle.response_started or cycle.disconnected or self.flow.write_paused:
            return False
        closing = b"" if cycle.keep_alive else b"connection: close\r\n"
        lines = [b"%b: %b\r\n" % header for header in (*self.server_state.default_headers, *headers)]
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        self.transport.write(b"".join((STATUS_LINE[status], *lines, closing, b"\r\n", body)))
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
        return True

    def abort(self) -> None:
        """Cut the connection: the only honest end of an answer that cannot be completed."""
        self.transport.abort()

    def expire(self) -> None:
        """Refuse what takes too long: an idle connection silently, half a request with 408."""
        if (self._in_head or self._in_body) and not self._closed_ears:
            self._refuse(Refusal(408, "request-timeout", "The request took too long to arrive."))
        elif not self.transport.is_closing():
            self.transport.close()

    def _all(self) -> Iterable[Any]:
        return self.server_state.connections

    # Bytes in

    def data_received(self, data: bytes) -> None:
        """Feed the parser, in pieces while it reads a head, so that no header can grow without being counted."""
        if self._closed_ears or self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        try:
            self._feed(data)
        except httptools.HttpParserUpgrade:
            self._refuse(Refusal(400, "bad-request", "Upgrades are not supported."))
        except httptools.HttpParserError:
            self._refuse(self._refusal or Refusal(400, "bad-request", "The request is not valid HTTP/1.1."))

    def _feed(self, data: bytes) -> None:
        piece = self.limits.head_bytes
        while data:
            now, data = (data, b"") if self._in_body and not self._in_head else (data[:piece], data[piece:])
            self.parser.feed_data(now)
            if self._closed_ears:
                return
            if self._in_head:
                self._fed_in_head += len(now)
                if self._fed_in_head > 2 * self.limits.head_bytes:
                    self._stop(431, "headers-too-large", "The request head is too large.")
            elif self._in_body:
                self._fed_in_body += len(now)
                if self._fed_in_body > self.limits.chunk_overhead + 8 * self._body_bytes + piece:
                    self._stop(400, "bad-request", "The chunks carry more overhead than content.")

    def _stop(self, status: int, slug: str, detail: str) -> None:
        self._refusal = Refusal(status, slug, detail)
        raise httptools.HttpParserError(slug)

    # Parser callbacks

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self.scope["state"]["connection"] = self
        self._in_head, self._in_body = True, False
        self._head_bytes = self._fed_in_head = self._body_bytes = self._fed_in_body = 0
        self.deadline = self.loop.time() + self.limits.head_seconds

    def on_url(self, url: bytes) -> None:
        """Collect the target, up to its limit."""
        super().on_url(url)
        if len(self.url) > self.limits.url_bytes:
            self._deny(414, "url-too-long", "The address is too long.")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header. After the head there are none: a trailer would arrive behind the sign-in check."""
        if not self._in_head:
            self._deny(400, "bad-request", "Trailers are not supported.")
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > self.limits.head_bytes or len(self.headers) >= self.limits.headers:
            self._deny(431, "headers-too-large", "The request has too many headers, or too large ones.")
        if b"_" in name:
            self._deny(400, "bad-request", "Header names with an underscore are not accepted.")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Judge the head as a whole; only then does the application hear of it."""
        refusal = judge(self.parser.get_method(), self.parser.get_http_version(), self.url, self.headers)
        if refusal is not None:
            self._refusal = refusal
            raise _Refused
        self._in_head, self._in_body = False, True
        self.deadline = self.loop.time() + self.limits.body_seconds
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count what really is body."""
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop the clock: from here on the time is ours."""
        self._in_body = False
        self.deadline = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Start the idle clock, unless the rest of a body, or another request, is already arriving."""
        self.on_lost = self.on_drain = None
        self._running = None
        super().on_response_complete()
        if self._running is None and not self._in_head and not self._in_body:
            self.deadline = self.loop.time() + self.limits.idle_seconds

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        if self._draining:
            cycle.keep_alive = False
        super()._start_asgi_task(cycle, app)

    # Refusing

    def _deny(self, status: int, slug: str, detail: str) -> None:
        self._refusal = Refusal(status, slug, detail)
        raise _Refused

    def _refuse(self, refusal: Refusal) -> None:
        """Answer with a problem and close, without ever speaking between or before earlier answers."""
        self._closed_ears = True
        self.deadline = 0
        self._count(refusal)
        running = self._running
        if running is None and self._in_body:  # its answer went out before its body was in
            self.transport.close()
        elif running is None:
            self._say(refusal)
        elif running is not self.cycle or not self._in_body:
            self._let_finish(running)
        elif running.response_started:
            self.transport.abort()
        else:
            running.disconnected = True
            running.message_event.set()
            self._say(refusal)

    def _let_finish(self, running: RequestResponseCycle) -> None:
        running.keep_alive = False
        self.pipeline.clear()
        self.flow.pause_reading()

    def _say(self, refusal: Refusal) -> None:
        """Answer, close our half, and listen a moment longer: closing at once would make the system discard the answer."""
        if self.transport.is_closing():
            return
        public_url = self.app_state.get("public_url", "")
        self.transport.write(wire_problem(refusal.status, refusal.slug, refusal.detail, public_url))
        self.transport.write_eof()
        self.deadline = self.loop.time() + LINGER

    def _count(self, refusal: Refusal) -> None:
        count = self.app_state.get("count_refusal")
        if count is not None:
            count(refusal.status, refusal.slug)
