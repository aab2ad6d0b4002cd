"""The nameko shell of decision: its subscriptions, and its outbox relay once there is an aggregate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from decision.bootstrap import build_ports
from decision.config import Settings
from decision.handlers import handles
from decision.projections import projections
from pijnstad_kit.nameko_host import reconciliation, run, subscriptions
from pijnstad_kit.settings import load


class DecisionWorker:
    """Carry the city's events to decision's handlers."""

    name = "decision"

    @subscriptions(handles)
    def react(self, group: str, events: Sequence[Any], ports: Any) -> None:
        """Hand events to the functions of their group."""
        handles.react(group, events, ports)

    @reconciliation(projections=projections)
    def compared(self) -> None:
        """Compare what is kept of others' events, every night, and mend it."""


def main() -> None:
    """Run the worker until it is told to stop."""
    settings = load(Settings)
    run(DecisionWorker, settings, build_ports(settings))
