"""What a token is worth right now: for the gateway, for userinfo, for its own client's revocation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from identity.domain import consents
from identity.domain.clients import Client
from identity.ports import Ports
from identity.store.accounts import Account
from identity.store.authorizations import Authorization
from identity.store.tokens import Token


@dataclass(frozen=True, slots=True)
class Active:
    """Hold a token that works, and what it stands on: all four must be alive."""

    token: Token
    authorization: Authorization
    account: Account
    client: Client


def active(token: str, ports: Ports) -> Active | None:
    """Return what an access token stands on, None when any of it is gone: expired, revoked, disabled, closed."""
    found = ports.tokens.access(token)
    if found is None or found.own or not found.alive:
        return None
    authorization = ports.authorizations.get(found.authorization)
    if authorization is None or not authorization.alive:
        return None
    account, client = ports.accounts.get(authorization.member), ports.clients.get(found.client_id)
    if account is None or account.disabled or client is None:
        return None
    return Active(found, authorization, account, client)


def described(found: Active, ports: Ports) -> dict[str, Any]:
    """Return what the gateway is told (RFC 7662). `client_sub` is there when the client knows the person by another name."""
    told: dict[str, Any] = {
        "active": True,
        "sub": found.account.id,
        "client_id": found.client.id,
        "scope": found.token.scope,
        **_kind(found.token),
        "iss": ports.issuer,
        "exp": int(found.token.expires_at.timestamp()),
        # A role is for the city's own apps: a partner's client in somebody's hands moderates, edits and redrives nothing.
        "roles": list(found.account.roles) if found.client.first_party else [],
        "consents": list(consents.given(found.account.receipts)),
        "language": found.account.language,
        "audience_kind": found.account.audience,
    }
    if found.client.subject_type == "pairwise":
        told["client_sub"] = ports.subject(found.client, found.account.id)
    return told


def introspected(token: str, ports: Ports) -> dict[str, Any] | None:
    """Return what the gateway is told of any access token that works, None when it does not."""
    found = active(token, ports)
    return described(found, ports) if found else _own(token, ports)


def _own(token: str, ports: Ports) -> dict[str, Any] | None:
    """Return what is told of a token that a client got for itself: it is the subject, and has no role and no consent."""
    found = ports.tokens.access(token)
    if found is None or not found.own or not found.alive:
        return None
    client = ports.clients.get(found.client_id)
    if client is None or "client_credentials" not in client.grant_types:
        return None
    told: dict[str, Any] = {"active": True, "sub": client.id, "client_id": client.id, "scope": found.scope}
    told |= {**_kind(found), "iss": ports.issuer, "exp": int(found.expires_at.timestamp())}
    return told | {"roles": [], "consents": []}


def _kind(token: Token) -> dict[str, Any]:
    """Return what shows a token: itself, or a proof of the key it is bound to besides (RFC 9449 section 6)."""
    return {"token_type": "DPoP", "cnf": {"jkt": token.key}} if token.key else {"token_type": "Bearer"}


def claims(found: Active, ports: Ports) -> dict[str, Any]:
    """Return what the client may know about the person (OpenID Connect Core 5.4)."""
    granted, account = set(found.token.scope.split()), found.account
    told: dict[str, Any] = {"sub": ports.subject(found.client, account.id)}
    if "profile" in granted:
        told |= {"name": account.name, "locale": account.language, "updated_at": int(account.updated_at.timestamp())}
    if "email" in granted:
        told |= {"email": account.email, "email_verified": account.email_verified}
    return told


def revoke(token: Token, ports: Ports) -> None:
    """Revoke an access token alone; with a refresh token everything of its family ends."""
    if token.kind == "refresh":
        ports.authorizations.revoke(token.authorization, "revoked by its client")
    else:
        ports.tokens.revoke(token.id)
