"""The nameko shell of identity: it relays what accounts recorded, and sends mail. The only file here that knows nameko."""

from __future__ import annotations

from typing import Any

from nameko.timer import timer
from pymongo.errors import PyMongoError

from identity.bootstrap import build_ports
from identity.config import Settings
from identity.handlers import handles
from identity.ports import Ports
from identity.projections import projections
from identity.store.accounts import AccountDocument
from identity.usecases.logouts import tell_due
from identity.usecases.mail import send_due
from pijnstad_kit import logs
from pijnstad_kit.nameko_host import reconciliation, relay, run, subscriptions
from pijnstad_kit.settings import load

_MAIL_EVERY = 0.5  # seconds
_LOGOUTS_EVERY = 1  # second
_log = logs.get_logger("identity.worker")
_ports: list[Ports] = []


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

    @timer(interval=_MAIL_EVERY, eager=True)
    def send_mail(self) -> None:
        """Send the mail that is due."""
        try:
            send_due(_ports[0])
        except PyMongoError as error:
            _log.warning("mail_waits", reason=type(error).__name__)

    @timer(interval=_LOGOUTS_EVERY)
    def tell_clients(self) -> None:
        """Tell clients which sessions ended."""
        try:
            tell_due(_ports[0])
        except PyMongoError as error:
            _log.warning("logouts_wait", reason=type(error).__name__)

    @reconciliation(projections=projections)
    def compared(self) -> None:
        """Compare what is kept of others' events, every night, and mend it."""


def main() -> None:
    """Run the worker until it is told to stop."""
    settings = load(Settings)
    _ports.append(build_ports(settings))
    run(IdentityWorker, settings, _ports[0])
