"""Open streams: thin notices as server-sent events, fanned out to the members they are for.

A notice is encoded once, whoever reads it. Nothing waits for a slow reader: who does not take what is there is cut off and
comes back. A stream lives as long as its token; that is looked at whenever identity's answer about it grows too old.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TypeVar

from gateway.answers import ALWAYS, HSTS, Header
from gateway.errors import Unauthenticated, Unavailable
from gateway.exchange import Exchange
from gateway.introspection import Introspector, Known
from pijnstad_kit import logs

KEEP_ALIVE_SECONDS = 15.0
CHECK_SECONDS = 1.0
CHECKS_AT_ONCE = 16
MAX_WAITING = 256  # notices
OPENING = b"retry: 3000\n: open\n\n"
KEEP_ALIVE = b": still here\n\n"

K = TypeVar("K", str, bytes)
_log = logs.get_logger("gateway.stream")
_HEADERS: list[Header] = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Stream:
    """Be one open stream of one member."""

    __slots__ = ("ended", "member", "sending", "sent", "sent_before", "stuck", "task", "token", "waiting", "wake")

    def __init__(self, member: str, token: bytes) -> None:
        self.member = member
        self.token = token
        self.waiting: list[bytes] = []
        self.wake = asyncio.Event()
        self.sent = self.sent_before = 0
        self.ended = self.sending = False
        self.stuck = False
        self.task = asyncio.current_task()

    def push(self, frame: bytes) -> None:
        """Put a frame in line; cut the stream off when the line grows while its reader takes nothing."""
        if self.sending and len(self.waiting) >= MAX_WAITING:
            self.cut()
        else:
            self.waiting.append(frame)
            self.wake.set()

    def stay_awake(self) -> None:
        """Say that the stream is open; cut it off when since the last time nothing could be sent of what waits."""
        if self.waiting and self.sent == self.sent_before:
            self.cut()
        elif not self.waiting:
            self.push(KEEP_ALIVE)
        self.sent_before = self.sent

    def end(self) -> None:
        """End the stream in order."""
        self.ended = True
        self.wake.set()

    def cut(self) -> None:
        """End the stream at once: its reader does not take what is there."""
        self.stuck = True
        if self.task is not None:
            self.task.cancel()


class Hub:
    """Know all open streams of this process."""

    def __init__(self, introspector: Introspector) -> None:
        self._introspector = introspector
        self._members: defaultdict[str, set[Stream]] = defaultdict(set)
        self._tokens: defaultdict[bytes, set[Stream]] = defaultdict(set)
        self.draining = False

    def __len__(self) -> int:
        return sum(len(streams) for streams in self._tokens.values())

    def has(self, member: str) -> bool:
        """Return whether a member has a stream here. May be asked from any thread."""
        return member in self._members

    def count(self, member: str) -> int:
        """Return how many streams a member has here."""
        return len(self._members.get(member, ()))

    def publish(self, member: str, frame: bytes) -> None:
        """Push a frame to all streams of a member. Only from the loop's thread."""
        for stream in tuple(self._members.get(member, ())):
            stream.push(frame)

    async def serve(self, exchange: Exchange, known: Known, token: bytes) -> None:
        """Answer an exchange with a stream, until it ends."""
        if exchange.scope["http_version"] == "1.0" or self.draining:
            raise Unavailable("Streams need HTTP/1.1 and a gateway that is not stopping.")
        stream = Stream(known.member, token)
        self._members[stream.member].add(stream)
        self._tokens[token].add(stream)
        exchange.connection.on_lost = stream.end
        exchange.connection.on_drain = stream.end
        try:
            await exchange.start(200, [*_HEADERS, (b"x-request-id", exchange.request_id.encode()), *_safety(exchange)])
            await _run(exchange, stream)
        except asyncio.CancelledError:
            exchange.break_off()
            if not stream.stuck:
                raise
        finally:
            exchange.connection.on_lost = exchange.connection.on_drain = None
            self._leave(stream)

    async def keep_alive(self) -> None:
        """Say now and then that a stream is open, and cut off who did not even take the last word."""
        while True:
            await asyncio.sleep(KEEP_ALIVE_SECONDS)
            for stream in self._all():
                stream.stay_awake()

    async def check_tokens(self) -> None:
        """End the streams of tokens that ended, were revoked, or cannot be checked any more."""
        gate = asyncio.Semaphore(CHECKS_AT_ONCE)
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            due = [token for token in tuple(self._tokens) if self._introspector.remembered(token) is None]
            await asyncio.gather(*(self._check(token, gate) for token in due))

    def end_all(self) -> None:
        """End every stream: this process stops."""
        self.draining = True
        for stream in self._all():
            stream.end()

    async def _check(self, token: bytes, gate: asyncio.Semaphore) -> None:
        async with gate:
            try:
                await self._introspector.known(token)
            except (Unauthenticated, Unavailable):
                for stream in tuple(self._tokens.get(token, ())):
                    stream.end()
            except Exception as error:
                _log.error("stream_check_failed", error=type(error).__name__)

    def _all(self) -> list[Stream]:
        return [stream for streams in self._tokens.values() for stream in streams]

    def _leave(self, stream: Stream) -> None:
        _take_out(self._members, stream.member, stream)
        _take_out(self._tokens, stream.token, stream)


async def _run(exchange: Exchange, stream: Stream) -> None:
    await exchange.send(OPENING, more=True)
    while not stream.ended:
        await stream.wake.wait()
        stream.wake.clear()
        if stream.waiting:
            count = len(stream.waiting)
            stream.sending = True
            await exchange.send(b"".join(stream.waiting), more=True)
            stream.sending = False
            del stream.waiting[:count]
            stream.sent += count
    await exchange.send(b"")


def _take_out(table: defaultdict[K, set[Stream]], key: K, stream: Stream) -> None:
    streams = table.get(key, set())
    streams.discard(stream)
    if not streams:
        table.pop(key, None)


def _safety(exchange: Exchange) -> tuple[Header, ...]:
    return (*ALWAYS, HSTS) if exchange.production else ALWAYS
