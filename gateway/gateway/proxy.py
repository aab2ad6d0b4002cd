"""Passing a request to a service and its answer back: streaming both ways, deadlines, retries, never a mixed-up answer.

Routes and tokens are decided before; here bytes move. Small bodies are gathered first, so that a slow caller never holds a
thread of a service.
"""

from __future__ import annotations

import asyncio

from gateway.answers import Header
from gateway.errors import BadGateway, Problem, TooLarge, UpstreamAway, UpstreamTimeout
from gateway.exchange import CallerGone, Exchange
from gateway.failures import Full, Refused, Stale, TimedOut, Unheard, UpstreamError
from gateway.headers import Policy
from gateway.pool import Pool
from gateway.upstream import UpstreamConnection

GATHERED = 64 * 1024  # bodies up to this size are here in full before a service hears of them
SLOW_READER_SECONDS = 30.0
REPEATABLE = frozenset({"GET", "HEAD"})
ATTEMPTS = 3  # a kept connection that went stale, a new one, and one to another address
BODILESS = frozenset({204, 304})


class Proxy:
    """Carry the exchanges of one route to its upstream."""

    def __init__(self, pool: Pool, policy: Policy, scheme: str) -> None:
        self._pool = pool
        self._policy = policy
        self._route = policy.route
        self._scheme = scheme.encode()

    async def carry(self, exchange: Exchange, authorization: bytes) -> None:
        """Answer the exchange from the service. Errors: Problem (nothing was answered yet), CallerGone."""
        length = exchange.body_length
        if length is not None and length > self._route.body_limit:
            raise self._too_large()
        request = self._head(exchange, authorization) + _framing(exchange.method, length)
        streams = length is None or length > GATHERED
        if length and not streams:
            request += await _gathered(exchange)
        try:
            await self._pass(exchange, request, streams)
        except UpstreamError as error:
            if exchange.gone:
                raise CallerGone() from None
            raise _problem(error) from None

    async def _pass(self, exchange: Exchange, request: bytes, streams: bool) -> None:
        """Try a connection that is open already, then a new one; where repeating is harmless, once more somewhere else."""
        connection = self._pool.kept(repeatable=exchange.method in REPEATABLE) or await self._pool.open()
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._over(connection, exchange, request, streams)
            except Unheard as error:
                alone = len(self._pool.addresses) == 1 and not isinstance(error, Stale)
                if alone or exchange.gone or exchange.method not in REPEATABLE:
                    raise
            connection = await self._pool.open(avoid=connection.address)
        await self._over(connection, exchange, request, streams)

    async def _over(self, connection: UpstreamConnection, exchange: Exchange, request: bytes, streams: bool) -> None:
        exchange.when_gone(connection.close)
        try:
            connection.begin(request, head_only=exchange.method == "HEAD")
            if streams:
                await self._send_body(exchange, connection)
            status, received = await connection.head(self._route.head_seconds)
            await self._answer(exchange, connection, status, received)
        finally:
            exchange.connection.on_lost = None
            self._pool.give_back(connection)

    async def _send_body(self, exchange: Exchange, connection: UpstreamConnection) -> None:
        chunked, sent, more = exchange.body_length is None, 0, True
        while more and not connection.answered:
            piece, more = await exchange.receive()
            sent += len(piece)
            if sent > self._route.body_limit:
                raise self._too_large()
            if piece:
                await connection.write(_chunk(piece) if chunked else piece, self._route.idle_seconds)
        if connection.answered:
            connection.spoil()
        elif chunked:
            await connection.write(b"0\r\n\r\n", self._route.idle_seconds)

    async def _answer(
        self, exchange: Exchange, connection: UpstreamConnection, status: int, received: list[Header]
    ) -> None:
        headers = self._policy.answer_headers(status, received, exchange.request_id.encode())
        body = connection.body_at_once()
        if body is None and exchange.scope["http_version"] == "1.0" and not connection.announced:
            body = await self._whole(connection)  # HTTP/1.0 knows no chunks
        if body is None:
            await exchange.start(status, headers)
            await self._stream(exchange, connection)
            return
        if not connection.announced and status not in BODILESS and exchange.method != "HEAD":
            headers.append((b"content-length", b"%d" % len(body)))
        await exchange.answer_whole(status, headers, body)

    async def _stream(self, exchange: Exchange, connection: UpstreamConnection) -> None:
        """Pass the body on as it comes; what cannot be completed is cut off, visibly."""
        try:
            while piece := await connection.read(self._route.idle_seconds):
                async with asyncio.timeout(SLOW_READER_SECONDS):
                    await exchange.send(piece, more=True)
                if exchange.gone:
                    raise CallerGone()
            await exchange.send(b"")
        except (UpstreamError, TimeoutError):
            if exchange.gone:
                raise CallerGone() from None
            exchange.break_off()

    async def _whole(self, connection: UpstreamConnection) -> bytes:
        parts = []
        while piece := await connection.read(self._route.idle_seconds):
            parts.append(piece)
        return b"".join(parts)

    def _head(self, exchange: Exchange, authorization: bytes) -> bytes:
        """Return the request head up to its framing: our own line, what may pass, who asks, and our ids."""
        pool, request_id, correlation_id = self._pool, exchange.request_id.encode(), exchange.correlation_id.encode()
        target = exchange.path + b"?" + exchange.query if exchange.query else exchange.path
        lines = [
            b"%b %b%b HTTP/1.1\r\nhost: %b\r\n" % (exchange.method.encode(), pool.base, target, pool.authority),
            *self._policy.request_lines(exchange.headers),
            self._policy.cookie_line(exchange.fields.get(b"cookie")),
            authorization,
            b"x-request-id: %b\r\nx-correlation-id: %b\r\n" % (request_id, correlation_id),
            b"traceparent: %b\r\nforwarded: %b\r\n" % (exchange.traceparent(), self._forwarded(exchange)),
        ]
        return b"".join(lines)

    def _forwarded(self, exchange: Exchange) -> bytes:
        """Return RFC 7239 about who is calling; what the caller claims about itself is dropped."""
        address = exchange.address
        node = f'"[{address}]"' if ":" in address else address
        return b'for=%b;host="%b";proto=%b' % (node.encode(), exchange.fields[b"host"], self._scheme)

    def _too_large(self) -> TooLarge:
        return TooLarge(f"A request body may be {self._route.body_limit} bytes at most.")


async def ask(pool: Pool, path: bytes, body: bytes, headers: bytes, seconds: float = 3.0) -> tuple[int, bytes]:
    """Post a form on our own behalf, once more on a stale connection; return status and body. Errors: UpstreamError."""
    head = b"POST %b%b HTTP/1.1\r\nhost: %b\r\n%bcontent-length: %d\r\n\r\n%b"
    request = head % (pool.base, path, pool.authority, headers, len(body), body)
    kept = pool.kept(repeatable=True)
    if kept is not None:
        try:
            return await _asked(pool, kept, request, seconds)
        except Stale:
            pass
    return await _asked(pool, await pool.open(), request, seconds)


async def _asked(pool: Pool, connection: UpstreamConnection, request: bytes, seconds: float) -> tuple[int, bytes]:
    try:
        connection.begin(request)
        status, _ = await connection.head(seconds)
        parts = []
        while piece := await connection.read(seconds):
            parts.append(piece)
        return status, b"".join(parts)
    finally:
        pool.give_back(connection)


async def _gathered(exchange: Exchange) -> bytes:
    body, more = await exchange.receive()
    if not more:
        return body
    parts = [body]
    while more:
        piece, more = await exchange.receive()
        parts.append(piece)
    return b"".join(parts)


def _framing(method: str, length: int | None) -> bytes:
    if length is None:
        return b"transfer-encoding: chunked\r\n\r\n"
    if length or method not in REPEATABLE:
        return b"content-length: %d\r\n\r\n" % length
    return b"\r\n"


def _chunk(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)


def _problem(error: UpstreamError) -> Problem:
    if isinstance(error, Refused):
        return UpstreamAway(retry_after=1 if isinstance(error, Full) else 5)
    return UpstreamTimeout() if isinstance(error, TimedOut) else BadGateway()
