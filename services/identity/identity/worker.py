"""The nameko shell of identity: it relays what accounts recorded. The only file here that knows nameko."""

from __future__ import annotations

from typing import Any

from identity.bootstrap import build_ports
from identity.config import Settings
from identity.handlers import handles
from identity.store.accounts import AccountDocument
from pijnstad_kit.nameko_host import relay, run, subscriptions
from pijnstad_kit.settings import load


class IdentityWorker:
    """Relay the outboxes of accounts, and consume what identity subscribes to."""

    name = "identity"

    @subscriptions(handles)
    def react(self, group: str, events: Any, ports: Any) -> None:
        """Let the handlers of a group react."""
        handles.react(group, events, ports)

    @relay([AccountDocument])
    def relayed(self) -> None:
        """Do nothing here: the relay works by itself."""


def main() -> None:
    """Run the worker until it is told to stop."""
    settings = load(Settings)
    run(IdentityWorker, settings, build_ports(settings))
