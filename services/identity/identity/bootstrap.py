"""The composition root: settings to ports, ports to app."""

from __future__ import annotations

import hashlib
import hmac

from flask import Flask
from pymongo.errors import PyMongoError

from identity.config import Settings
from identity.hashing import Passwords
from identity.mail.post import NoPost, Smtp
from identity.oauth.provider import Provider
from identity.passkeys import Passkeys
from identity.permissions import PERMISSIONS
from identity.ports import Ports
from identity.routes import routes
from identity.store.accounts import AccountDocument, Accounts
from identity.store.authorizations import AuthorizationDocument, Authorizations
from identity.store.caught import CaughtMailDocument, CaughtMails
from identity.store.clients import ClientDocument, Clients
from identity.store.counters import CounterDocument, Counters
from identity.store.deliveries import Deliveries, DeliveryDocument
from identity.store.fields import ALIAS
from identity.store.grants import GrantDocument, Grants, PairwiseSubjectDocument, PairwiseSubjects
from identity.store.keys import SigningKeyDocument, SigningKeys
from identity.store.once import Once, OnceDocument
from identity.store.proofs import ProofDocument, Proofs
from identity.store.pushed import PushedRequestDocument, PushedRequests
from identity.store.sessions import SessionDocument, Sessions, WaitingRequestDocument, WaitingRequests
from identity.store.tokens import TokenDocument, Tokens
from identity.usecases.clients import seed_clients
from pijnstad_kit import logs
from pijnstad_kit.http.app import create_app as kit_app
from pijnstad_kit.http.auth import KeySource
from pijnstad_kit.settings import load
from pijnstad_kit.store import connect, ready
from pijnstad_kit.vault import Vault

DOCUMENTS = (
    AccountDocument,
    AuthorizationDocument,
    CaughtMailDocument,
    ClientDocument,
    CounterDocument,
    DeliveryDocument,
    GrantDocument,
    OnceDocument,
    PairwiseSubjectDocument,
    ProofDocument,
    PushedRequestDocument,
    SessionDocument,
    SigningKeyDocument,
    TokenDocument,
    WaitingRequestDocument,
)
_prepared: list[Ports] = []
_log = logs.get_logger("identity.bootstrap")


def build_ports(settings: Settings) -> Ports:
    """Connect to the database (lazily) and return the ports."""
    connect(settings)
    vault = Vault(settings.master_key_bytes)
    smtp_url = settings.smtp_url.get_secret_value()
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
        keys=SigningKeys(vault, settings.signing_key_lead_seconds),
        passwords=Passwords(),
        deliveries=Deliveries(vault),
        once=Once(),
        pushed=PushedRequests(),
        proofs=Proofs(vault),
        caught=CaughtMails(),
        post=Smtp(smtp_url) if smtp_url else NoPost(),
        passkeys=Passkeys(settings.public_url, _derived(settings.master_key_bytes, b"identity passkeys")),
        vault=vault,
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
        readiness={"database": lambda: prepare(ports)},
        keys=keys,
    )
    app.extensions["provider"] = Provider(ports)
    try:
        prepare(ports)
    except PyMongoError as error:  # not ready, and asked again: the database may come later than we do
        _log.warning("database_away_at_start", error=type(error).__name__)
    return app


def prepare(ports: Ports) -> None:
    """Make what must be in the database before anybody knocks, once per process; raises while the database is away."""
    ready(ALIAS, *DOCUMENTS)
    if ports not in _prepared:
        seed_clients(ports)
        ports.keys.ensure()
        _prepared.append(ports)


def _derived(master: bytes, purpose: bytes) -> bytes:
    return hmac.new(master, purpose, hashlib.sha256).digest()
