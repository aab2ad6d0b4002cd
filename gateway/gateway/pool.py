"""Connections to one upstream, which may be several addresses: kept, lent, taken back, and kept away from what is broken.

Each address has a breaker; the upstream as a whole has a bulkhead, so that one that hangs takes no more than its share.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from gateway.breaker import Breaker
from gateway.deadlines import Watch
from gateway.failures import Full, Refused
from gateway.upstream import UpstreamConnection

CONNECT_SECONDS = 2.0
IDLE_SECONDS = 30.0  # below the 75 s the services keep a connection open
FRESH_SECONDS = 2.0  # what may not be repeated only goes over a connection that was used this recently
MAX_IDLE = 64  # per address
MAX_BUSY = 256  # exchanges with one upstream at the same moment


class Address:
    """Be one address of an upstream, with the connections to it that wait for work."""

    __slots__ = ("breaker", "host", "idle", "port")

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self.breaker = Breaker()
        self.idle: list[UpstreamConnection] = []

    def kept(self, now: float, *, repeatable: bool) -> UpstreamConnection | None:
        """Take a connection that is open already, None when there is none young enough."""
        while self.idle:
            connection = self.idle[-1]
            if not connection.alive:
                self.idle.pop()
            elif repeatable or now - connection.idle_since < FRESH_SECONDS:
                return self.idle.pop()
            else:
                return None
        return None


class Pool:
    """Open, lend, take back and close the connections to one upstream."""

    def __init__(self, name: str, urls: str, max_busy: int = MAX_BUSY) -> None:
        """Take one or more addresses, http://host:port with commas between them."""
        self.name = name
        self.url = urls.partition(",")[0]
        first = _parts(name, self.url)
        self.authority, self.base = first.netloc.encode(), first.path.rstrip("/").encode()
        self.addresses = [_address(name, url) for url in urls.split(",")]
        self._max_busy = max_busy
        self._busy: set[UpstreamConnection] = set()
        self._opening = 0
        self._turn = 0
        self._watch: Watch | None = None

    def __len__(self) -> int:
        return len(self._busy) + sum(len(address.idle) for address in self.addresses)

    @property
    def well(self) -> bool:
        """Return whether at least one address is not kept away by its breaker."""
        return any(not address.breaker.open for address in self.addresses)

    def kept(self, *, repeatable: bool) -> UpstreamConnection | None:
        """Return a connection that is open already to the next address in turn, None when it has none. Errors: Full."""
        self._look_for_room()
        self._turn = (self._turn + 1) % len(self.addresses)
        address = next((one for one in self._in_turn() if not one.breaker.failures), None)
        connection = address.kept(asyncio.get_running_loop().time(), repeatable=repeatable) if address else None
        if connection is not None:
            self._busy.add(connection)
        return connection

    async def open(self, avoid: Address | None = None) -> UpstreamConnection:
        """Return a new connection, to another address than `avoid` where there is one. Errors: Refused, Full."""
        self._look_for_room()
        loop = asyncio.get_running_loop()
        if self._watch is None:
            self._watch = Watch(loop, self._watched)
        in_turn = sorted(self._in_turn(), key=lambda address: address is avoid)
        for address in in_turn:
            if address.breaker.admits(loop.time()):
                connection = await self._opened(loop, address)
                if connection is not None:
                    return connection
        raise Refused()

    def give_back(self, connection: UpstreamConnection) -> None:
        """Take a connection back: keep it when it is clean, close it otherwise; its address learns how it went."""
        self._busy.discard(connection)
        connection.busy = False
        address = connection.address
        if connection.answered:
            address.breaker.well()
        elif connection.let_down:
            address.breaker.failed(asyncio.get_running_loop().time())
        if connection.reusable and len(address.idle) < MAX_IDLE:
            now = asyncio.get_running_loop().time()
            connection.idle_since, connection.deadline = now, now + IDLE_SECONDS
            address.idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close everything."""
        if self._watch is not None:
            self._watch.stop()
        for connection in self._watched():
            connection.close()
        for address in self.addresses:
            address.idle.clear()
        self._busy.clear()

    def _look_for_room(self) -> None:
        if len(self._busy) + self._opening >= self._max_busy:
            raise Full()

    def _in_turn(self) -> Iterator[Address]:
        yield from self.addresses[self._turn :]
        yield from self.addresses[: self._turn]

    async def _opened(self, loop: asyncio.AbstractEventLoop, address: Address) -> UpstreamConnection | None:
        self._opening += 1
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, connection = await loop.create_connection(
                    lambda: UpstreamConnection(loop), address.host, address.port
                )
        except OSError:  # TimeoutError is one
            address.breaker.failed(loop.time())
            return None
        finally:
            self._opening -= 1
        connection.address = address
        self._busy.add(connection)
        return connection

    def _watched(self) -> list[UpstreamConnection]:
        for address in self.addresses:
            address.idle = [connection for connection in address.idle if connection.alive]
        return [*(one for address in self.addresses for one in address.idle), *self._busy]


def _parts(name: str, url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(f"the address of {name} must be http://host:port")
    return parts


def _address(name: str, url: str) -> Address:
    parts = _parts(name, url)
    return Address(parts.hostname or "", parts.port or 80)
