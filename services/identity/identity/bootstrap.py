"""The composition root: settings to ports, ports to app."""

from __future__ import annotations

import hashlib
import hmac

from flask import Flask

from identity.config import Settings
from identity.hashing import Passwords
from identity.oauth.provider import Provider
from identity.permissions import PERMISSIONS
from identity.ports import Ports
from identity.routes import routes
from identity.store.accounts import Accounts
from identity.store.authorizations import Authorizations
from identity.store.clients import Clients
from identity.store.counters import Counters
from identity.store.fields import ALIAS
from identity.store.grants import Grants, PairwiseSubjects
from identity.store.keys import SigningKeys
from identity.store.sessions import Sessions, WaitingRequests
from identity.store.tokens import Tokens
from identity.usecases.clients import seed_clients
from pijnstad_kit.http.app import create_app as kit_app
from pijnstad_kit.http.auth import KeySource
from pijnstad_kit.settings import load
from pijnstad_kit.store import connect, ping
from pijnstad_kit.vault import Vault


def build_ports(settings: Settings) -> Ports:
    """Connect to the database (lazily) and return the ports."""
    connect(settings)
    return Ports(
        settings=settings,
        accounts=Accounts(),
        clients=Clients(),
        authorizations=Authorizations(settings.code_seconds, settings.refresh_token_days),
        tokens=Tokens(settings.access_token_seconds),
        sessions=Sessions(settings.session_hours),
        waiting=WaitingRequests(),
        grants=Grants(),
        subjects=PairwiseSubjects(),
        counters=Counters(),
        keys=SigningKeys(Vault(settings.master_key_bytes), settings.signing_key_lead_seconds),
        passwords=Passwords(),
        csrf_key=_derived(settings.master_key_bytes, b"identity form tokens"),
    )


def create_app(settings: Settings | None = None, keys: KeySource | None = None) -> Flask:
    """Return the app for gunicorn. Seeds the city's own clients and the first signing key."""
    settings = settings or load(Settings)
    ports = build_ports(settings)
    app = kit_app(
        settings,
        routes,
        PERMISSIONS,
        ports,
        title="Pijnstad identity",
        readiness={"database": lambda: ping(ALIAS)},
        keys=keys,
    )
    app.extensions["provider"] = Provider(ports)
    seed_clients(ports)
    ports.keys.ensure()
    return app


def _derived(master: bytes, purpose: bytes) -> bytes:
    return hmac.new(master, purpose, hashlib.sha256).digest()
