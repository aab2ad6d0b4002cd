"""Clients that prove themselves by a signed assertion (RFC 7523, `private_key_jwt`): strict where Authlib is lenient.

One algorithm family each key was registered for, the issuer as the one audience, minutes of life, and each `jti` once. A key
named by the assertion itself (`jwk`, `jku`, `x5u`) is never looked at.
"""

from __future__ import annotations

import time
from typing import Any

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from identity.oauth.models import OAuthClient
from identity.ports import Ports

METHOD = "private_key_jwt"
ALGORITHMS = ["ES256", "PS256", "RS256", "Ed25519"]
LONGEST = 300  # seconds an assertion may live
LEEWAY = 60
_FORBIDDEN = {"jwk", "jku", "x5u", "x5c", "crit"}


class PrivateKeyJwt(JWTBearerClientAssertion):
    """Find out which client signed an assertion."""

    CLIENT_AUTH_METHOD = METHOD

    def __init__(self, ports: Ports) -> None:
        super().__init__(leeway=LEEWAY)
        self._ports = ports

    def resolve_client_public_key(self, client: OAuthClient) -> KeySet:
        """Return the keys the client registered. Errors: InvalidClientError when it has none, or another way."""
        keys = client.client.keys
        if client.client.auth_method != METHOD or not keys:
            raise InvalidClientError("The client proves itself in another way.")
        return KeySet.import_key_set({"keys": [dict(key) for key in keys]})

    def process_assertion_claims(self, assertion: str, resolve_key: Any) -> dict[str, Any]:
        """Return the claims of an assertion that is good in every respect. Errors: InvalidClientError."""
        try:
            decoded = jwt.decode(assertion, resolve_key, algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError, KeyError):
            raise InvalidClientError("The client assertion is not signed by a key of the client.") from None
        if _FORBIDDEN & set(decoded.header):
            raise InvalidClientError("The client assertion names a key or an extension of its own.")
        self._check(dict(decoded.claims))
        return dict(decoded.claims)

    def _check(self, claims: dict[str, Any]) -> None:
        now, numbers = time.time(), [claims.get("exp"), claims.get("iat", 0), claims.get("nbf", 0)]
        if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
            raise InvalidClientError("exp is missing, or a time of the client assertion is no number.")
        expires, issued, begins = numbers
        if not now - LEEWAY < expires <= now + LONGEST + LEEWAY or max(issued, begins) > now + LEEWAY:
            raise InvalidClientError(f"The client assertion has expired, or lives longer than {LONGEST} seconds.")
        if claims.get("iss") != claims.get("sub") or claims.get("aud") not in self._audiences():
            raise InvalidClientError("iss and sub are the client, and aud is the issuer.")
        self._spend(claims, expires)

    def _audiences(self) -> tuple[str, str]:
        return self._ports.issuer, f"{self._ports.issuer}/oauth/token"

    def _spend(self, claims: dict[str, Any], expires: float) -> None:
        id = claims.get("jti")
        if not isinstance(id, str) or not 8 <= len(id) <= 200:
            raise InvalidClientError("The client assertion has no jti of 8 to 200 characters.")
        if not self._ports.once.first(claims["sub"], id, expires + LEEWAY):
            raise InvalidClientError("The client assertion was used before.")
