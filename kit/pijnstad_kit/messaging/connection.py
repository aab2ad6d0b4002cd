"""Connections to the broker. After any publish error a connection is thrown away: a late ack on it would lie."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from kombu import Connection

HEARTBEAT = 20  # seconds; the broker closes after three missed ones
CONNECT_TIMEOUT = 4

# What says "the broker or the way to it is away".
CONNECTION_ERRORS: tuple[type[BaseException], ...] = (OSError, *Connection("amqp://").connection_errors)


def connect(url: str, *, heartbeat: int = HEARTBEAT) -> Connection:
    """Return an open connection. Errors: one of CONNECTION_ERRORS."""
    connection = Connection(url, heartbeat=heartbeat, connect_timeout=CONNECT_TIMEOUT)
    connection.connect()
    return connection


def throw_away(connection: Any) -> None:
    """Drop a connection without a word to the broker."""
    with suppress(Exception):
        connection.collect(1)
