"""Connections to one service, kept and used again. A clean place for breaker and bulkhead: `open` is the one way in."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from gateway.deadlines import Watch
from gateway.upstream import Refused, UpstreamConnection

CONNECT_SECONDS = 2.0
IDLE_SECONDS = 30.0  # below the 75 s the services keep a connection open
FRESH_SECONDS = 2.0  # what may not be repeated only goes over a connection that was used this recently
MAX_IDLE = 64


class Pool:
    """Open, lend, take back and close the connections to one upstream."""

    def __init__(self, name: str, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"the address of {name} must be http://host:port")
        self.name = name
        self.url = url
        self.host, self.port = parts.hostname, parts.port or 80
        self.authority = parts.netloc.encode()
        self.base = parts.path.rstrip("/").encode()
        self._idle: list[UpstreamConnection] = []
        self._busy: set[UpstreamConnection] = set()
        self._watch: Watch | None = None

    def __len__(self) -> int:
        return len(self._idle) + len(self._busy)

    def kept(self, *, repeatable: bool) -> UpstreamConnection | None:
        """Return a connection that is open already, None when there is none young enough."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle[-1]
            if not connection.alive:
                self._idle.pop()
            elif repeatable or now - connection.idle_since < FRESH_SECONDS:
                self._busy.add(self._idle.pop())
                return connection
            else:
                return None
        return None

    async def open(self) -> UpstreamConnection:
        """Return a new connection. Errors: Refused."""
        loop = asyncio.get_running_loop()
        if self._watch is None:
            self._watch = Watch(loop, self._watched)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, connection = await loop.create_connection(lambda: UpstreamConnection(loop), self.host, self.port)
        except OSError:  # TimeoutError is one
            raise Refused() from None
        self._busy.add(connection)
        return connection

    def give_back(self, connection: UpstreamConnection) -> None:
        """Take a connection back: keep it when it is clean, close it otherwise."""
        self._busy.discard(connection)
        connection.busy = False
        if connection.reusable and len(self._idle) < MAX_IDLE:
            now = asyncio.get_running_loop().time()
            connection.idle_since, connection.deadline = now, now + IDLE_SECONDS
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close everything."""
        if self._watch is not None:
            self._watch.stop()
        for connection in self._watched():
            connection.close()
        self._idle.clear()
        self._busy.clear()

    def _watched(self) -> list[UpstreamConnection]:
        self._idle = [connection for connection in self._idle if connection.alive]
        return [*self._idle, *self._busy]
