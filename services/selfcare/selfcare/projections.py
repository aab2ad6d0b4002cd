"""EVERYTHING selfcare keeps that must agree with something else: nothing of others' events yet.

Who keeps something of another's stream adds it here, and reconciliation finds and mends what goes wrong with it.
"""

from __future__ import annotations

from pijnstad_kit.reconciling import Projection
from selfcare.ports import Ports


def projections(ports: Ports) -> list[Projection]:
    """Return all of them."""
    return []
