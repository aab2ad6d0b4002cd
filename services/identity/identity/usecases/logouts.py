"""Telling clients that a session they stand on has ended (OpenID Connect Back-Channel Logout 1.0), until they heard it."""

from __future__ import annotations

import time

from joserfc import jwt

from identity import egress
from identity.domain.clients import Client
from identity.ports import Ports
from identity.store.authorizations import Authorization
from identity.store.keys import ALGORITHM
from pijnstad_kit import logs
from pijnstad_kit.ids import derived_id, new_id

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFE_SECONDS = 120
_log = logs.get_logger("identity.logouts")


def session_name(client: Client, session: str) -> str:
    """Return the `sid` under which one client knows a browser session: no two clients can compare theirs."""
    return derived_id("sid", client.id, session)


def tell_due(ports: Ports) -> int:
    """Tell every client whose time has come; return how many heard it."""
    return sum(_told(id, ports) for id in ports.authorizations.logouts_due())


def logout_token(client: Client, ended: Authorization, ports: Ports) -> str:
    """Return the signed token that says whose session ended, in the names this client knows."""
    now, key = int(time.time()), ports.keys.signing()
    claims = {
        "iss": ports.issuer,
        "aud": client.id,
        "iat": now,
        "exp": now + LIFE_SECONDS,
        "jti": new_id(),
        "sub": ports.subject(client, ended.member),
        "sid": session_name(client, ended.session or ""),
        "events": {EVENT: {}},
    }
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid, "typ": "logout+jwt"}, claims, key)


def _told(id: str, ports: Ports) -> bool:
    claimed = ports.authorizations.claim_logout(id)
    if claimed is None:
        return False
    ended, tries = claimed
    client = ports.clients.get(ended.client_id)
    if client is None or client.backchannel_logout_uri is None:
        ports.authorizations.logout_told(id)
        return False
    try:
        token = logout_token(client, ended, ports)
        egress.post(client.backchannel_logout_uri, {"logout_token": token}, loopback=not ports.settings.production)
    except egress.NoAnswer as reason:
        _log.warning("client_did_not_hear", client=client.id, tries=tries, reason=str(reason))
        ports.authorizations.logout_later(id, tries)
        return False
    except egress.Refused as reason:
        _log.error("client_address_refused", client=client.id, reason=str(reason))
        ports.authorizations.logout_told(id)
        return False
    ports.authorizations.logout_told(id)
    return True
