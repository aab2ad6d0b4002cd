"""The nameko shell of content: subscriptions, the outbox relay, and a timer that mends the search index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nameko.timer import timer

from content.bootstrap import build_ports
from content.config import Settings
from content.handlers import handles
from content.ports import Ports
from content.projections import projections
from content.search.port import SearchAway
from content.store.items import ItemDocument
from content.store.moments import MomentDocument
from content.usecases.indexing import mend_index
from pijnstad_kit import logs
from pijnstad_kit.nameko_host import reconciliation, relay, run, subscriptions
from pijnstad_kit.settings import load

_LOOK_EVERY = 20  # seconds
_log = logs.get_logger("content.worker")
_ports: list[Ports] = []


class ContentWorker:
    """React to the city's events, carry content's own to the bus, keep the index right."""

    name = "content"

    @subscriptions(handles)
    def react(self, group: str, events: Sequence[Any], ports: Any) -> None:
        """Hand events to the functions of their group."""
        handles.react(group, events, ports)

    @relay([ItemDocument, MomentDocument])
    def relayed(self) -> None:
        """Relay the outboxes of items and moments."""

    @timer(interval=_LOOK_EVERY, eager=True)
    def mend(self) -> None:
        """Rebuild the index when it is missing, of an older make, or counts otherwise than the database."""
        try:
            reason = mend_index(_ports[0])
        except SearchAway as away:
            _log.warning("search_away", reason=str(away))
        else:
            if reason:
                _log.info("index_rebuilt", reason=reason)

    @reconciliation(projections=projections)
    def compared(self) -> None:
        """Compare what is kept of others' events, every night, and mend it."""


def main() -> None:
    """Run the worker until it is told to stop."""
    settings = load(Settings)  # the word lists are not loaded here: 70 MB that only a changed item needs
    _ports.append(build_ports(settings))
    run(ContentWorker, settings, _ports[0])
