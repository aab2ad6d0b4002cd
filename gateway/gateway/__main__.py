"""python -m gateway serve · rotate-key · routes"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from gateway.config import GatewaySettings
from pijnstad_kit.settings import load

ANNOUNCED = timedelta(seconds=60)  # a new key is published this long before it signs


@click.group()
def main() -> None:
    """Be the one door of Pijnstad."""


@main.command()
def serve() -> None:
    """Serve until SIGTERM."""
    settings = load(GatewaySettings)
    from gateway.server import serve as serve_gateway

    serve_gateway(settings, metrics=bool(settings.metrics_listen))


@main.command("rotate-key")
def rotate_key() -> None:
    """Make a new signing key. It is published at once and signs a minute later; the old one fades after its last token."""
    from gateway.store import KeyStore
    from pijnstad_kit.store import connect
    from pijnstad_kit.vault import Vault

    settings = load(GatewaySettings)
    connect(settings)
    keys = KeyStore(Vault(settings.master_key_bytes))
    newest = keys.load()[-1]
    keys.add(newest.generation + 1, signs_from=datetime.now(UTC) + ANNOUNCED)
    click.echo(f"key {newest.generation + 1} signs from a minute from now")


@main.command("routes")
def show_routes() -> None:
    """Print the route table."""
    from gateway.routes import ROUTES

    for route in ROUTES:
        methods = ",".join(sorted(route.methods))
        click.echo(f"{route.prefix:36} {route.to:10} {route.auth:9} {methods}")


if __name__ == "__main__":
    main()
