"""What the pages work with, put together once in bootstrap.py."""

from __future__ import annotations

from dataclasses import dataclass

import flask

from web.api import PublicApi
from web.assets import Assets
from web.oidc import OidcClient
from web.sessions import SessionStore


@dataclass(frozen=True)
class Ports:
    """Hold the API client, the OpenID client, the session store and the static files."""

    api: PublicApi
    oidc: OidcClient
    sessions: SessionStore
    assets: Assets


def ports() -> Ports:
    """Return the ports of the app that answers the current request."""
    return flask.current_app.extensions["ports"]
