"""The nameko shell of selfcare: its outbox relay and its subscriptions. The service's only file that nameko runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pijnstad_kit.nameko_host import reconciliation, relay, run, subscriptions
from pijnstad_kit.settings import load
from selfcare.bootstrap import build_ports
from selfcare.config import Settings
from selfcare.handlers import handles
from selfcare.projections import projections
from selfcare.store.diary import DiaryEntryDocument


class SelfcareWorker:
    """Carry selfcare's events to the bus, and the city's events to selfcare's handlers."""

    name = "selfcare"

    @subscriptions(handles)
    def react(self, group: str, events: Sequence[Any], ports: Any) -> None:
        """Hand events to the functions of their group."""
        handles.react(group, events, ports)

    @relay([DiaryEntryDocument])
    def relayed(self) -> None:
        """Relay the diary's outboxes."""

    @reconciliation(projections=projections)
    def compared(self) -> None:
        """Compare what is kept of others' events, every night, and mend it."""


def main() -> None:
    """Run the worker until it is told to stop."""
    settings = load(Settings)
    run(SelfcareWorker, settings, build_ports(settings))
