"""Who is asking, and may they: the bearer check against the gateway's keys, and the permissions table of a service.

Tokens are the gateway's: RFC 9068 JWTs of 60 seconds, ES256, one audience. Nothing else is believed.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import flask
import urllib3
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from pijnstad_kit.problems import Forbidden, NotFound, Unauthenticated, Unavailable

LEEWAY = 10  # seconds a clock may differ
_CACHE = 4096


@dataclass(frozen=True, slots=True)
class Principal:
    """Hold who a request speaks for."""

    member: str
    client: str
    scopes: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    consents: frozenset[str] = frozenset()
    expires: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """Say what a route asks of its caller."""

    scope: str | None = None
    role: str | None = None
    open: bool = False
    own: bool = False


def allow(*, scope: str) -> Rule:
    """Ask for a member whose token has this scope."""
    return Rule(scope=scope)


def role(name: str) -> Rule:
    """Ask for a member with this role; for all others the route is not there."""
    return Rule(role=name)


def anonymous() -> Rule:
    """Let everybody in; a token, when there is one, is still checked."""
    return Rule(open=True)


def own_check() -> Rule:
    """Leave the check to the route: its credentials are no gateway tokens (OAuth's endpoints, pages with a cookie)."""
    return Rule(open=True, own=True)


class KeySource(Protocol):
    """Give the keys that sign the gateway's tokens."""

    def keys(self, kid: str | None) -> KeySet:
        """Return a key set that holds `kid` if there is such a key."""


class GatewayKeys:
    """Fetch the gateway's JWKS when first needed, again for an unknown kid (at most every 5 s) and after 5 minutes."""

    def __init__(self, gateway_url: str) -> None:
        self._url = f"{gateway_url}/.well-known/gateway-jwks.json"
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=3), retries=False)
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._fetched = 0.0

    def keys(self, kid: str | None) -> KeySet:
        """Return the keys. Errors: Unavailable when the gateway does not answer and none are known."""
        with self._lock:
            age = time.monotonic() - self._fetched
            known = self._keys is not None and any(key.kid == kid for key in self._keys.keys)
            if self._keys is None or age > 300 or (not known and age > 5):
                self._fetch()
            if self._keys is None:
                raise Unavailable()
            return self._keys

    def _fetch(self) -> None:
        self._fetched = time.monotonic()
        try:
            answer = self._http.request("GET", self._url)
            if answer.status == 200:
                self._keys = KeySet.import_key_set(answer.json())
        except (urllib3.exceptions.HTTPError, ValueError, JoseError):
            if self._keys is None:
                self._fetched = 0.0


class BearerCheck:
    """Verify the gateway's tokens for one audience, remembering what was verified until it expires."""

    def __init__(self, audience: str, issuer: str, keys: KeySource) -> None:
        self._audience = audience
        self._issuer = issuer
        self._source = keys
        self._seen: dict[bytes, Principal] = {}

    def principal(self, token: str) -> Principal:
        """Return whom the token speaks for. Errors: Unauthenticated, Unavailable."""
        digest = hashlib.sha256(token.encode()).digest()
        found = self._seen.get(digest)
        if found is None:
            found = self._verify(token)
            if len(self._seen) >= _CACHE:
                self._seen.clear()
            self._seen[digest] = found
        if found.expires + LEEWAY <= time.time():
            self._seen.pop(digest, None)
            raise Unauthenticated("The access token has expired.")
        return found

    def _verify(self, token: str) -> Principal:
        if len(token) > 8192:
            raise Unauthenticated()
        try:
            decoded = jwt.decode(token, lambda obj: self._source.keys(obj.headers().get("kid")), algorithms=["ES256"])
        except (JoseError, ValueError, TypeError, KeyError):
            raise Unauthenticated() from None
        self._check(decoded.header, decoded.claims)
        return _principal(decoded.claims)

    def _check(self, header: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
        now = time.time()
        numbers = [claims.get(name) for name in ("exp", "iat")]
        fits = (
            str(header.get("typ", "")).lower() == "at+jwt"
            and not {"jwk", "jku", "x5u", "x5c", "crit"} & set(header)
            and claims.get("iss") == self._issuer
            and claims.get("aud") == self._audience
            and all(isinstance(number, int) for number in numbers)
            and claims["iat"] <= now + LEEWAY
            and isinstance(claims.get("nbf", 0), int)
            and claims.get("nbf", 0) <= now + LEEWAY
            and isinstance(claims.get("sub"), str)
        )
        if not fits:
            raise Unauthenticated()


def _principal(claims: Mapping[str, Any]) -> Principal:
    return Principal(
        member=claims["sub"],
        client=str(claims.get("client_id", "")),
        scopes=frozenset(str(claims.get("scope", "")).split()),
        roles=frozenset(claims.get("roles") or ()),
        consents=frozenset(claims.get("consents") or ()),
        expires=claims["exp"],
    )


def principal() -> Principal:
    """Return who the current request speaks for. Errors: Unauthenticated when it speaks for nobody."""
    found = flask.g.get("principal")
    if found is None:
        raise Unauthenticated()
    return found


def principal_or_none() -> Principal | None:
    """Return who the current request speaks for, None for an anonymous one."""
    return flask.g.get("principal")


def admit(rule: Rule, check: BearerCheck) -> None:
    """Let the current request pass its rule. Errors: Unauthenticated, Forbidden, NotFound (a role that is missing)."""
    if rule.own:
        return
    token = _bearer(flask.request.headers.get("Authorization"))
    if token is not None:
        flask.g.principal = check.principal(token)
    if rule.open:
        return
    who = principal()
    if rule.scope and rule.scope not in who.scopes:
        raise Forbidden(f"The access token lacks the scope `{rule.scope}`.", scope=rule.scope)
    if rule.role and rule.role not in who.roles:
        raise NotFound()


def _bearer(header: str | None) -> str | None:
    if header is None:
        return None
    kind, _, token = header.partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None
