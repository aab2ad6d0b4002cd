"""Proofs of possession (RFC 9449): who shows a token bound to a key proves, request by request, that they hold the key.

Identity binds tokens with it, the gateway asks for it. Here is only what a proof says; who asks keeps that each comes once.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from joserfc import jwk, jws
from joserfc.errors import JoseError

ALGORITHMS = ["ES256", "Ed25519"]
WINDOW = 60  # seconds a proof may be older or, by another clock, younger than now
_LONGEST = 2048
_KINDS = {"EC", "OKP"}
_PRIVATE = {"d", "k", "p", "q"}


class BadProof(ValueError):
    """Say that a proof proves nothing, and why in a word or two."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Hold what a good proof says: the thumbprint of its key (RFC 7638), its own id, and until when it could be replayed."""

    thumbprint: str
    id: str
    until: float


def check_proof(proof: str, *, method: str, url: str, token: str | None = None, now: float | None = None) -> Proof:
    """Return what a proof says about one request to `url` (without query); `token` is the one it is shown with.

    Errors: BadProof.
    """
    header, claims = _opened(proof)
    moment = time.time() if now is None else now
    issued, id = claims.get("iat"), claims.get("jti")
    if not isinstance(issued, int) or isinstance(issued, bool) or abs(moment - issued) > WINDOW:
        raise BadProof("iat is not now")
    if not isinstance(id, str) or not 8 <= len(id) <= 200:
        raise BadProof("jti is missing or of no use")
    if claims.get("htm") != method or claims.get("htu") != url:
        raise BadProof("htm and htu name another request")
    if token is not None and claims.get("ath") != hashed(token):
        raise BadProof("ath is of another token")
    return Proof(jwk.import_key(dict(header["jwk"])).thumbprint(), id, issued + WINDOW)


def hashed(token: str) -> str:
    """Return the `ath` of a token: base64url of its SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()


def _opened(proof: str) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """Return header and claims of a proof signed by the key it carries, a public one of a kind we know."""
    if len(proof) > _LONGEST:
        raise BadProof("too long")
    try:
        header = jws.extract_compact(proof.encode()).headers()
        key = header.get("jwk")
        if header.get("typ") != "dpop+jwt" or header.get("alg") not in ALGORITHMS or "crit" in header:
            raise BadProof("typ or alg is not one of ours")
        if not isinstance(key, dict) or key.get("kty") not in _KINDS or _PRIVATE & set(key):
            raise BadProof("jwk is no public key")
        opened = jws.deserialize_compact(proof.encode(), jwk.import_key(dict(key)), algorithms=ALGORITHMS)
        claims = orjson.loads(opened.payload)
    except BadProof:
        raise
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, UnicodeError):
        raise BadProof("it cannot be read, or is not signed by its key") from None
    if not isinstance(claims, dict):
        raise BadProof("it says nothing")
    return header, claims
