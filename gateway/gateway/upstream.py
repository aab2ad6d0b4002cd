"""The side that faces our own services: one HTTP/1.1 connection as an asyncio protocol on httptools.

A connection serves one exchange at a time and is used again only when request and answer both ended cleanly. Whatever else
happens (leftover bytes, a broken answer, a cancelled body, a deadline) closes it: no answer can reach the wrong caller.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from typing import TYPE_CHECKING, Any, cast

import httptools

from gateway.answers import Header
from gateway.failures import Broken, Stale, TimedOut, Unheard, UpstreamError

if TYPE_CHECKING:
    from gateway.pool import Address

HIGH_WATER = 256 * 1024  # bytes of an answer kept here before the service is made to wait
SMALL = 64 * 1024  # answers up to this size are handed over whole: one wake-up instead of two
HEAD_LIMIT = 64 * 1024
CHUNKED = math.inf  # a body whose length is told piece by piece


class UpstreamConnection(asyncio.Protocol):
    """Speak HTTP/1.1 with one service over one connection."""

    address: Address  # where it leads; the pool sets it

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._parser: Any = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._write_paused = self._read_paused = False
        self.deadline = 0.0
        self.idle_since = 0.0
        self.uses = 0
        self.busy = False
        self._spoiled = False
        self._reset(head_only=False)

    def _reset(self, *, head_only: bool) -> None:
        self.status = 0
        self.headers: list[Header] = []
        self.ended = False
        self._head_only = head_only
        self._head_done = False
        self._framed = False
        self.announced = False  # whether the answer told its length
        self._whole = False  # a small answer with a known length: wake the caller once, at its end
        self._heard = False
        self._head_bytes = 0
        self._chunks: deque[bytes] = deque()
        self._held = 0
        self._error: UpstreamError | None = None
        self._reusable = False

    # For the pool

    @property
    def alive(self) -> bool:
        """Return whether this connection can be written to."""
        return self._transport is not None and not self._transport.is_closing() and self._error is None

    @property
    def reusable(self) -> bool:
        """Return whether request and answer ended so cleanly that the next exchange may follow."""
        return self._reusable and self.ended and self.alive and not self._spoiled

    @property
    def let_down(self) -> bool:
        """Return whether the service took too long or hung up without a word; a connection gone stale is no sign of that."""
        return isinstance(self._error, (TimedOut, Unheard)) and not isinstance(self._error, Stale)

    def spoil(self) -> None:
        """Never use this connection again: its request was not sent to the end."""
        self._spoiled = True

    def close(self) -> None:
        """Close at once; an exchange under way is broken by it."""
        if self.busy and not self.ended and self._error is None:
            self._error = Broken()
        if self._transport is not None:
            self._transport.abort()

    def expire(self) -> None:
        """End an exchange that passed its deadline."""
        self._fail(TimedOut())

    # One exchange

    def begin(self, head: bytes, *, head_only: bool = False) -> None:
        """Write the head of a request, with its body when that is small. Errors: UpstreamError."""
        self._reset(head_only=head_only)
        self.busy = True
        self.deadline = 0
        self.uses += 1
        self._sink().write(head)

    async def write(self, data: bytes, seconds: float) -> None:
        """Write a piece of the body; wait when the service reads slowly. Nothing is written once it answered."""
        if self._head_done:
            return
        self._sink().write(data)
        if self._write_paused:
            self.deadline = self._loop.time() + seconds
            self._drained = self._loop.create_future()
            await self._drained
            self.deadline = 0
        if self._error is not None:
            raise self._error

    async def head(self, seconds: float) -> tuple[int, list[Header]]:
        """Return status and headers (lower case) once they are here. Errors: UpstreamError."""
        self.deadline = self._loop.time() + seconds
        while not self._ready():
            await self._wait()
        self.deadline = 0
        return self.status, self.headers

    async def read(self, seconds: float) -> bytes:
        """Return what has come of the body, empty at its end. Errors: UpstreamError."""
        self.deadline = self._loop.time() + seconds
        while not self._chunks and not self.ended:
            await self._wait()
        self.deadline = 0
        data = self._chunks.popleft() if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks.clear()
        self._held = 0
        self._read_on()
        return data

    def body_at_once(self) -> bytes | None:
        """Return the whole body when it is already here, None when more will come."""
        if not self.ended:
            return None
        return self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)

    @property
    def answered(self) -> bool:
        """Return whether the head of an answer is here."""
        return self._head_done

    def _ready(self) -> bool:
        if self._error is not None:
            raise self._error
        return self.ended if self._whole else self._head_done

    async def _wait(self) -> None:
        if self._error is not None:
            raise self._error
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _sink(self) -> asyncio.Transport:
        if self._transport is None or self._transport.is_closing():
            raise self._error or self._lost()
        return self._transport

    def _lost(self) -> UpstreamError:
        if self._heard:
            return Broken()
        return Stale() if self.uses > 1 else Unheard()

    # Transport callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; bytes that nobody asked for end the connection."""
        if not self.busy or self.ended:
            self._reusable = False
            self.close()
            return
        self._heard = True
        if not self._head_done:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._misread()
            return
        if not self._head_done and self._head_bytes > HEAD_LIMIT:
            self._fail(Broken())
        elif self.ended or (self._head_done and not self._whole):
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the exchange: well when the body ran until the end of the connection, as broken otherwise."""
        if self.busy and not self.ended:
            if exc is None and self._error is None and self._head_done and not self._framed:
                self.ended = True
            elif self._error is None:
                self._error = self._lost()
        self._reusable = False
        self._wake()
        self.resume_writing()

    def pause_writing(self) -> None:
        """Remember that the service reads slowly."""
        self._write_paused = True

    def resume_writing(self) -> None:
        """Let the writer go on."""
        self._write_paused = False
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)

    # Parser callbacks

    def on_message_begin(self) -> None:
        """Refuse a second answer: it belongs to nobody."""
        if self.ended or (self._head_done and self.status >= 200):
            raise ValueError("an answer behind the answer")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header; trailers are dropped."""
        if not self._head_done:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Note how the answer is framed."""
        status = self._parser.get_status_code()
        if status < 200:
            if status == 101:
                raise ValueError("an upgrade nobody asked for")
            return
        self.status, self._head_done = status, True
        self.resume_writing()  # whoever still writes the body may stop
        length = _length(self.headers)
        self.announced = length is not None and length is not CHUNKED
        self._framed = length is not None or status in (204, 304)
        self._whole = length is not None and length <= SMALL
        if self._head_only:
            self.ended = True

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body; make a fast service wait for a slow caller."""
        if self.ended:
            raise ValueError("a body where there is none")
        self._chunks.append(body)
        self._held += len(body)
        if self._held > HIGH_WATER and not self._read_paused and self._transport is not None:
            self._read_paused = True
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        """End the answer, or forget an interim one."""
        if not self._head_done:
            self.headers = []
            return
        self._read_on()  # a connection that goes back to the pool must hear its next answer
        if not self._head_only:
            self.ended = True
            self._reusable = bool(self._parser.should_keep_alive())

    def _read_on(self) -> None:
        if self._read_paused and self._transport is not None and not self._transport.is_closing():
            self._read_paused = False
            self._transport.resume_reading()

    def _misread(self) -> None:
        if self.ended:  # the answer was whole; what came behind it is nobody's
            self._reusable = False
            self.close()
            self._wake()
        else:
            self._fail(Broken())

    def _fail(self, error: UpstreamError) -> None:
        if self._error is None:
            self._error = error
        self._reusable = False
        self.close()
        self._wake()
        self.resume_writing()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _length(headers: list[Header]) -> float | None:
    """Return the announced length, CHUNKED, or None for a body that runs until the end of the connection."""
    found: float | None = None
    for name, value in headers:
        if name == b"transfer-encoding":
            return CHUNKED
        if name == b"content-length":
            found = int(value)
    return found
