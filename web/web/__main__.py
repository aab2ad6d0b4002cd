"""`python -m web serve`: the pages of the city."""

from __future__ import annotations

import click

from pijnstad_kit import logs
from pijnstad_kit.http import server
from pijnstad_kit.settings import load
from web.config import WebSettings


@click.group()
def main() -> None:
    """Run the web client of Pijnstad."""


@main.command()
def serve() -> None:
    """Serve the pages on PIJNSTAD_LISTEN until SIGTERM."""
    settings = load(WebSettings)
    logs.configure(settings.service, settings.log_format)
    server.serve("web.bootstrap:create_app()", settings)


if __name__ == "__main__":
    main()
