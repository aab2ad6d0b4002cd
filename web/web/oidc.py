"""Our side of OpenID Connect: code with PKCE (S256), the id token checked, refresh, revocation, logout. No cookies here.

OpenID Connect Core 3.1.2–3.1.3, RFC 7636, RFC 9207 (`iss` in the answer), RP-Initiated Logout 1.0. The provider is found
through discovery; its endpoints are reached through the gateway like everything else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from web.api import PublicApi
from web.errors import ApiAway, SessionEnded, SignInFailed

SCOPE = "openid profile diary content"
ALGORITHMS = ["RS256", "ES256"]  # allow-list; never none, never a shared secret
LEEWAY = 30
DISCOVERY_SECONDS = 600
KEYS_SECONDS = 300
KEYS_AGAIN_SECONDS = 10  # an unknown key id may be a new key: look again, but not at every request


@dataclass(frozen=True, slots=True)
class Request:
    """Hold one authorization request: where to send the browser, and what must come back."""

    url: str
    state: str
    nonce: str
    verifier: str


class OidcClient:
    """Be the confidential client of the city's own provider."""

    def __init__(self, api: PublicApi, issuer: str, client_id: str, client_secret: str, redirect_uri: str) -> None:
        self._api = api
        self._issuer = issuer
        self._client_id = client_id
        self._basic = base64.b64encode(f"{quote_plus(client_id)}:{quote_plus(client_secret)}".encode()).decode()
        self._redirect_uri = redirect_uri
        self._provider = _Cached(self._discover, DISCOVERY_SECONDS)
        self._keys = _Cached(self._fetch_keys, KEYS_SECONDS)

    def begin(self, language: str) -> Request:
        """Make an authorization request with fresh state, nonce and verifier. Errors: ApiAway."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        return Request(f"{self._endpoint('authorization_endpoint')}?{urlencode(query)}", state, nonce, verifier)

    def redeem(self, answer: Mapping[str, str], nonce: str, verifier: str) -> tuple[str, dict[str, Any]]:
        """Turn the answer into tokens; return the member's id and the tokens. Errors: SignInFailed, ApiAway."""
        if answer.get("iss") != self._issuer:
            raise SignInFailed("the answer does not name our issuer (RFC 9207)")
        if answer.get("error"):
            raise SignInFailed("the provider sent an error back")
        form = {
            "grant_type": "authorization_code",
            "code": answer.get("code", ""),
            "redirect_uri": self._redirect_uri,
            "code_verifier": verifier,
        }
        status, body = self._post("token_endpoint", form)
        if status != 200:
            raise SignInFailed("the code was not redeemed")
        claims = self.claims(str(body.get("id_token", "")), nonce)
        return str(claims["sub"]), _tokens(body, {})

    def refresh(self, tokens: Mapping[str, Any]) -> dict[str, Any]:
        """Return renewed tokens. Errors: SessionEnded when the provider refuses, ApiAway."""
        status, body = self._post(
            "token_endpoint", {"grant_type": "refresh_token", "refresh_token": tokens.get("refresh_token", "")}
        )
        if status in (400, 401):
            raise SessionEnded()
        if status != 200:
            raise ApiAway(str(status))
        return _tokens(body, tokens)

    def revoke(self, tokens: Mapping[str, Any]) -> None:
        """Revoke the refresh token (and with it the family) and the access token; what is away stays for its short life."""
        for hint in ("refresh_token", "access_token"):
            if tokens.get(hint):
                try:
                    self._post("revocation_endpoint", {"token": tokens[hint], "token_type_hint": hint})
                except ApiAway:
                    return

    def logout_url(self, tokens: Mapping[str, Any], back: str) -> str:
        """Return where the browser ends the session at identity. Errors: ApiAway."""
        query = {"client_id": self._client_id, "post_logout_redirect_uri": back}
        if tokens.get("id_token"):
            query["id_token_hint"] = tokens["id_token"]
        return f"{self._endpoint('end_session_endpoint')}?{urlencode(query)}"

    def claims(self, id_token: str, nonce: str) -> Mapping[str, Any]:
        """Return the claims of a valid id token of this sign-in. Errors: SignInFailed."""
        try:
            token = self._decode(id_token)
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY,
                iss={"essential": True, "value": self._issuer},
                aud={"essential": True, "value": self._client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
            ).validate(token.claims)
        except (JoseError, ValueError) as error:
            raise SignInFailed(f"the id token is not valid: {type(error).__name__}") from None
        claims = token.claims
        if claims["aud"] not in (self._client_id, [self._client_id]):
            raise SignInFailed("the id token is for others too")
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise SignInFailed("the id token is not of this sign-in")
        return claims

    def _decode(self, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, self._keys.get(), algorithms=ALGORITHMS)
        except JoseError:
            if not self._keys.older_than(KEYS_AGAIN_SECONDS):
                raise
        self._keys.forget()
        return jwt.decode(id_token, self._keys.get(), algorithms=ALGORITHMS)

    def _endpoint(self, name: str) -> str:
        return str(self._provider.get()[name])

    def _post(self, endpoint: str, form: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
        headers = {
            "Authorization": f"Basic {self._basic}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        response = self._api.send("POST", self._path(self._endpoint(endpoint)), headers, urlencode(form).encode())
        if response.status >= 500:
            raise ApiAway(str(response.status))
        return response.status, _object(response.data)

    def _path(self, url: str) -> str:
        if not url.startswith(f"{self._issuer}/"):
            raise ApiAway("an endpoint outside the city")
        return url[len(self._issuer) :]

    def _discover(self) -> Mapping[str, Any]:
        found = self._api.call("GET", "/.well-known/openid-configuration").json
        if not isinstance(found, dict) or found.get("issuer") != self._issuer:
            raise ApiAway("the provider names another issuer")
        return found

    def _fetch_keys(self) -> KeySet:
        return KeySet.import_key_set(self._api.call("GET", self._path(self._endpoint("jwks_uri"))).json)


class _Cached:
    def __init__(self, fetch: Any, seconds: float) -> None:
        self._fetch = fetch
        self._seconds = seconds
        self._value: Any = None
        self._at = float("-inf")
        self._lock = threading.Lock()

    def get(self) -> Any:
        with self._lock:
            if self.older_than(self._seconds):
                self._value, self._at = self._fetch(), time.monotonic()
            return self._value

    def older_than(self, seconds: float) -> bool:
        return time.monotonic() - self._at > seconds

    def forget(self) -> None:
        with self._lock:
            self._at = float("-inf")


def _tokens(body: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "access_token": str(body["access_token"]),
        "refresh_token": str(body.get("refresh_token") or before.get("refresh_token") or ""),
        "id_token": str(body.get("id_token") or before.get("id_token") or ""),
        "expires_at": time.time() + float(body.get("expires_in", 60)),
    }


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data) if data else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
