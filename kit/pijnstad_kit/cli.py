"""The command line of a service: `python -m <service> api | worker | topology | dead-letters | …`, the same for all.

Paths are given as text, so that the worker can patch the standard library for eventlet before anything is imported.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from pijnstad_kit import cli_deadletters, cli_reconciling


def service_cli(service: str) -> click.Group:
    """Return the commands every service has; the service adds its own to the group."""

    @click.group(help=f"The {service} service of Pijnstad.", context_settings={"help_option_names": ["-h", "--help"]})
    def main() -> None:
        pass

    @main.command(help="Serve the HTTP API (gunicorn).")
    def api() -> None:
        from pijnstad_kit.http.server import serve

        serve(f"{service}.bootstrap:create_app()", _settings(service))

    @main.command(help="Consume events, relay the outbox, run timers (nameko).")
    def worker() -> None:
        import eventlet

        eventlet.monkey_patch()
        import_module(f"{service}.worker").main()

    @main.command(help="Declare the exchanges and queues of the whole city on the broker.")
    def topology() -> None:
        _apply_topology(_settings(service))

    cli_deadletters.add_to(main, service)
    cli_reconciling.add_to(main, service)
    return main


def _settings(service: str) -> Any:
    from pijnstad_kit.settings import load

    return load(import_module(f"{service}.config").Settings)


def _apply_topology(settings: Any) -> None:
    from pijnstad_kit.messaging import topology
    from pijnstad_kit.messaging.connection import connect

    declared = topology.table(retry_seconds=settings.retry_steps)
    with connect(settings.bus_url) as connection:
        topology.apply(connection.connection.channel(), declared)
    click.echo(f"{len(declared.exchanges)} exchanges and {len(declared.queues)} queues stand as declared.")
