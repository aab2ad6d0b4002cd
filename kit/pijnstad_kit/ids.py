"""Identifiers: time-ordered ones for what is new, derived ones for what must be the same when it is done twice."""

from __future__ import annotations

import os
import time
import uuid

NAMESPACE = uuid.UUID("6f1b6c0a-5d5e-5f0e-9a55-7069676e7374")


def new_id() -> str:
    """Return a UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def age(id: str) -> float:
    """Return how many seconds ago a UUIDv7 was made; 0 for any other id."""
    try:
        found = uuid.UUID(id)
    except ValueError:
        return 0.0
    return max(0.0, time.time() - (found.int >> 80) / 1000) if found.version == 7 else 0.0


def derived_id(*parts: str) -> str:
    """Return the UUIDv5 of the parts: the same parts give the same id, on every machine."""
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(parts)))
