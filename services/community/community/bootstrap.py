"""The composition root: settings in, ports and app out. Nothing connects before it is asked to."""

from __future__ import annotations

from community import store
from community.config import Settings
from community.permissions import PERMISSIONS
from community.ports import Ports
from community.routes import routes
from pijnstad_kit.http.app import create_app as create_kit_app
from pijnstad_kit.http.auth import KeySource
from pijnstad_kit.http.openapi import Api
from pijnstad_kit.settings import load
from pijnstad_kit.store import connect


def build_ports(settings: Settings) -> Ports:
    """Open the database of community."""
    connect(settings)
    return Ports()


def create_app(settings: Settings | None = None, *, keys: KeySource | None = None) -> Api:
    """Return the api of community; tests give settings and keys of their own."""
    settings = settings or load(Settings)
    return create_kit_app(
        settings,
        routes,
        PERMISSIONS,
        build_ports(settings),
        title="Pijnstad community: peers",
        readiness={"database": store.ready},
        keys=keys,
    )
