"""What a supervisor asks, and the static files."""

from __future__ import annotations

from typing import Any

import flask
from pymongo.errors import PyMongoError
from werkzeug.wrappers import Response

from pijnstad_kit.http import metrics
from web import assets
from web.ports import ports

pages = flask.Blueprint("operations", __name__)


@pages.get("/healthz")
def healthz() -> dict[str, str]:
    """Say that the process runs."""
    return {"status": "ok"}


@pages.get("/readyz")
def readyz() -> tuple[dict[str, Any], int]:
    """Say whether sessions can be read; the gateway has its own answer."""
    try:
        ports().sessions.ping()
    except PyMongoError:
        return {"status": "not ready", "broken": ["database"]}, 503
    return {"status": "ready", "broken": []}, 200


@pages.get("/metrics")
def prometheus() -> flask.Response:
    """Give the numbers of this process; the gateway lets nobody from outside here."""
    body, content_type = metrics.exposition()
    return flask.Response(body, content_type=content_type)


@pages.get("/static/<path:name>")
def static_file(name: str) -> Response:
    """Give a static file."""
    return assets.serve(ports().assets, name)


@pages.get("/favicon.ico")
def favicon() -> Response:
    """Give the icon to browsers that ask at the old place."""
    return assets.serve(ports().assets, "icon.svg")
