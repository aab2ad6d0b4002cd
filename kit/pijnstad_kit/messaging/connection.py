"""Connections to the broker. After any publish error a connection is thrown away: a late ack on it would lie."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from kombu import Connection

HEARTBEAT = 20  # seconds; the broker closes after three missed ones
CONNECT_TIMEOUT = 4
GULP = 16384  # bytes asked for at a read

# What says "the broker or the way to it is away".
CONNECTION_ERRORS: tuple[type[BaseException], ...] = (OSError, *Connection("amqp://").connection_errors)


def connect(url: str, *, heartbeat: int = HEARTBEAT) -> Connection:
    """Return an open connection. Errors: one of CONNECTION_ERRORS."""
    connection = Connection(url, heartbeat=heartbeat, connect_timeout=CONNECT_TIMEOUT)
    connection.connect()
    _read_in_gulps(connection.connection.transport)
    return connection


def send(connection: Any, data: bytes, timeout: float) -> None:
    """Write whole frames in one go. Errors: TimeoutError when the broker does not read, as it does with a disk alarm."""
    transport = connection.connection.transport
    with transport.having_timeout(timeout):
        transport.write(data)


def throw_away(connection: Any) -> None:
    """Drop a connection without a word to the broker."""
    with suppress(Exception):
        connection.collect(1)


def _read_in_gulps(transport: Any) -> None:
    """Let py-amqp read what is there; by itself it asks for seven bytes, then a frame's, then one: nine calls a message.

    Its `_read` keeps what it did not need in its own buffer, as it does with TLS, where it already reads in gulps.
    """
    receive = getattr(transport, "_quick_recv", None)
    if receive is not None:
        transport._quick_recv = lambda wanted: receive(max(wanted, GULP))
