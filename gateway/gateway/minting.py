"""Short tokens for the services: RFC 9068, ES256, 60 seconds, one audience. The key ring follows the database."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import orjson
from joserfc import jwt

from gateway.errors import Unavailable
from gateway.introspection import Known
from gateway.store import KeyStore, SigningKey
from pijnstad_kit import logs
from pijnstad_kit.ids import new_id

LIFE_SECONDS = 60
RELOAD_SECONDS = 15.0
OVERLAP = timedelta(seconds=LIFE_SECONDS + RELOAD_SECONDS + 60)  # how long a replaced key is still published

_log = logs.get_logger("gateway.keys")


class KeyRing:
    """Hold the keys in memory; load them until the database answers, then look again now and then for a newer one."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store
        self._keys: list[SigningKey] = []

    @property
    def ready(self) -> bool:
        """Return whether there is a key to sign with."""
        return bool(self._keys)

    def signing(self) -> SigningKey:
        """Return the newest key that may sign. Errors: Unavailable while none was loaded."""
        now = datetime.now(UTC)
        for key in reversed(self._keys):
            if key.signs_from <= now:
                return key
        raise Unavailable()

    def jwks(self) -> bytes:
        """Return the published keys: what signs, what soon will, and what signed a moment ago. Errors: Unavailable."""
        signing, now = self.signing(), datetime.now(UTC)
        recent = now - signing.signs_from < OVERLAP
        keys = [key.public for key in self._keys if key.generation >= signing.generation - (1 if recent else 0)]
        return orjson.dumps({"keys": keys})

    async def follow(self) -> None:
        """Keep the ring up to date, for ever."""
        while True:
            try:
                self._keys = await asyncio.to_thread(self._store.load)
                pause = RELOAD_SECONDS
            except Exception as error:
                _log.warning("signing_keys_unreadable", error=type(error).__name__, known=len(self._keys))
                pause = RELOAD_SECONDS if self._keys else 0.5
            await asyncio.sleep(pause)


class Mint:
    """Make the short tokens; one per access token and audience, used again while its access token stays cached."""

    def __init__(self, ring: KeyRing, issuer: str) -> None:
        self._ring = ring
        self._issuer = issuer

    def authorization(self, known: Known, audience: str) -> bytes:
        """Return the Authorization line for one service. Errors: Unavailable."""
        line = known.lines.get(audience)
        if line is None:
            line = known.lines[audience] = b"authorization: Bearer " + self._signed(known, audience).encode() + b"\r\n"
        return line

    def _signed(self, known: Known, audience: str) -> str:
        key, now = self._ring.signing(), int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": audience,
            "sub": known.member,
            "client_id": known.client,
            "scope": known.scope,
            "roles": list(known.roles),
            "consents": list(known.consents),
            "iat": now,
            "exp": min(now + LIFE_SECONDS, known.expires),
            "jti": new_id(),
        }
        return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": key.kid}, claims, key.key, algorithms=["ES256"])
