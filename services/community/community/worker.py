"""The nameko shell of community: its subscriptions, and its outbox relay once there is an aggregate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from community.bootstrap import build_ports
from community.config import Settings
from community.handlers import handles
from community.projections import projections
from pijnstad_kit.nameko_host import reconciliation, run, subscriptions
from pijnstad_kit.settings import load


class CommunityWorker:
    """Carry the city's events to community's handlers."""

    name = "community"

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
    run(CommunityWorker, settings, build_ports(settings))
