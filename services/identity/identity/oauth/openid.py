"""What OpenID Connect adds: discovery, reading an ID token that comes back as a hint, and RP-initiated logout."""

from __future__ import annotations

from typing import Any

from authlib.common.urls import add_params_to_uri
from joserfc import jwt
from joserfc.errors import JoseError

from identity.domain import scopes
from identity.domain.clients import Client
from identity.oauth.assertions import ALGORITHMS
from identity.oauth.grants import CLIENT_AUTH, PROVEN
from identity.ports import Ports
from identity.store.keys import ALGORITHM
from identity.usecases.sessions import Person
from pijnstad_kit.dpop import ALGORITHMS as PROOF_ALGORITHMS


class BadHint(ValueError):
    """Say that an id_token_hint is none of ours."""


def discovery(ports: Ports) -> dict[str, Any]:
    """Return the provider's metadata (OpenID Connect Discovery, RFC 8414, RFC 9207)."""
    issuer = ports.issuer
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "userinfo_endpoint": f"{issuer}/oauth/userinfo",
        "jwks_uri": f"{issuer}/oauth/jwks",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "introspection_endpoint": f"{issuer}/oauth/introspect",
        "pushed_authorization_request_endpoint": f"{issuer}/oauth/par",
        "dpop_signing_alg_values_supported": PROOF_ALGORITHMS,
        "end_session_endpoint": f"{issuer}/oauth/logout",
        "scopes_supported": list(scopes.ALL),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": CLIENT_AUTH,
        "revocation_endpoint_auth_methods_supported": CLIENT_AUTH,
        "introspection_endpoint_auth_methods_supported": PROVEN,
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": [
            "sub",
            "iss",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "sid",
            "nonce",
            "name",
            "locale",
            "updated_at",
            "email",
            "email_verified",
        ],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": ["nl", "en"],
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
    }


def read_hint(hint: str, ports: Ports) -> dict[str, Any]:
    """Return the claims of an ID token we issued, expired or not. Errors: BadHint."""
    try:
        decoded = jwt.decode(hint, ports.keys.verifying(), algorithms=[ALGORITHM])
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise BadHint from None
    told = decoded.claims
    ours = told.get("iss") == ports.issuer and isinstance(told.get("aud"), str) and isinstance(told.get("sub"), str)
    if not ours or decoded.header.get("typ") != "JWT":
        raise BadHint
    return dict(told)


def is_about(hinted: dict[str, Any], person: Person, ports: Ports) -> bool:
    """Return whether a hint is about the person who is signed in, under the name its client knows them by."""
    client = ports.clients.get(hinted["aud"])
    return client is not None and ports.subject(client, person.account.id) == hinted["sub"]


def after_logout(parameters: dict[str, str], hinted: dict[str, Any] | None, ports: Ports) -> str | None:
    """Return where to go after signing out, None for our own page.

    Without a hint no address is followed; with one, only what its client registered, letter for letter. Errors: BadHint.
    """
    client_id = parameters.get("client_id")
    if hinted is not None and client_id not in (None, hinted["aud"]):
        raise BadHint
    wanted = parameters.get("post_logout_redirect_uri")
    if wanted is None or hinted is None:
        return None
    client: Client | None = ports.clients.get(hinted["aud"])
    if client is None or wanted not in client.post_logout_redirect_uris:
        raise BadHint
    state = parameters.get("state")
    return add_params_to_uri(wanted, [("state", state)]) if state else wanted
