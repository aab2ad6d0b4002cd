"""Helpers for tests of services and partners: tokens of a gateway of one's own, waiting for conditions."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

T = TypeVar("T")


class Gateway:
    """Stand in for the gateway's signing side: mints its tokens, and is a KeySource for the app under test."""

    def __init__(self, issuer: str = "http://localhost:8000") -> None:
        self.issuer = issuer
        self.key = ECKey.generate_key("P-256", parameters={"kid": "test"})

    def keys(self, kid: str | None) -> KeySet:
        """Return the key set of this gateway."""
        return KeySet([self.key])

    def token(
        self,
        member: str,
        audience: str,
        *,
        scope: str = "",
        roles: Sequence[str] = (),
        consents: Sequence[str] = (),
        client: str = "pijnstad-web",
        **claims: object,
    ) -> str:
        """Return a token as the gateway would mint it; `claims` override single claims."""
        now = int(time.time())
        body = {
            "iss": self.issuer, "aud": audience, "sub": member, "client_id": client, "scope": scope,
            "roles": list(roles), "consents": list(consents), "iat": now, "exp": now + 60, **claims,
        }  # fmt: skip
        return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": "test"}, body, self.key)

    def headers(self, member: str, audience: str, **more: object) -> dict[str, str]:
        """Return the Authorization header for a member."""
        return {"Authorization": f"Bearer {self.token(member, audience, **more)}"}  # type: ignore[arg-type]


def wait_for(condition: Callable[[], T], *, timeout: float = 10.0, every: float = 0.02, what: str = "") -> T:
    """Return the first truthy value of `condition`. Errors: AssertionError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(
                f"waited {timeout} s in vain for {what or getattr(condition, '__name__', 'a condition')}"
            )
        time.sleep(every)
