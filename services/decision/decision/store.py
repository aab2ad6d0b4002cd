"""The database of decision: its own, and nobody else's. Documents move in with the first aggregate."""

from __future__ import annotations

from pijnstad_kit.store import ping


def ready() -> None:
    """Raise when the database does not answer."""
    ping("decision")
