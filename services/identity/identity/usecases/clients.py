"""The city's own clients, as the settings describe them, stored at every start."""

from __future__ import annotations

from identity.config import Settings
from identity.domain import redirects
from identity.domain.clients import FIRST_PARTY, Client, hashed_secret
from identity.ports import Ports

DEMO = "pijnstad-demo"
_SERVICES = ("identity", "selfcare", "content", "decision", "community")
_SCOPES = ("openid", "profile", "email", "diary", "content", "decision", "community")
_GRANTS = ("authorization_code", "refresh_token")


def seed_clients(ports: Ports) -> None:
    """Store the first-party clients; outside development there is no demo client."""
    for client in first_party(ports.settings):
        for uri in client.redirect_uris:
            redirects.check_registrable(uri, native=client.native, development=not ports.settings.production)
        ports.clients.put(client)
    if ports.settings.production:
        ports.clients.remove(DEMO)


def first_party(settings: Settings) -> list[Client]:
    """Return the clients the settings ask for."""
    clients = [_web(settings), _gateway(settings)]
    return clients if settings.production else [*clients, _demo()]


def _web(settings: Settings) -> Client:
    return Client(
        id="pijnstad-web",
        names={"nl": "de website van Pijnstad", "en": "the Pijnstad website"},
        owner=FIRST_PARTY,
        audience=_SERVICES,
        scopes=_SCOPES,
        redirect_uris=(f"{settings.public_url}/signed-in",),
        post_logout_redirect_uris=(settings.public_url, f"{settings.public_url}/"),
        grant_types=_GRANTS,
        auth_method="client_secret_basic",
        secret_hash=hashed_secret(settings.web_client_secret.get_secret_value()),
        subject_type="public",
    )


def _gateway(settings: Settings) -> Client:
    return Client(
        id="pijnstad-gateway",
        names={"nl": "de poort van Pijnstad", "en": "the Pijnstad gateway"},
        owner=FIRST_PARTY,
        audience=(),
        scopes=(),
        auth_method="client_secret_basic",
        secret_hash=hashed_secret(settings.introspection_secret.get_secret_value()),
        subject_type="public",
        may_introspect=True,
    )


def _demo() -> Client:
    return Client(
        id=DEMO,
        names={"nl": "de proef-app van Pijnstad", "en": "the Pijnstad demo app"},
        owner=FIRST_PARTY,
        audience=_SERVICES,
        scopes=_SCOPES,
        redirect_uris=("http://127.0.0.1/callback", "http://[::1]/callback"),
        post_logout_redirect_uris=("http://127.0.0.1/signed-out",),
        grant_types=_GRANTS,
        native=True,
        subject_type="public",
    )
