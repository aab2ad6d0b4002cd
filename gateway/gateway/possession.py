"""Tokens bound to a key (DPoP, RFC 9449): each request with one carries a proof of that key, made for it and used once.

Proofs are remembered in this process while they could be replayed. With several gateways one could be replayed at another
within a minute, for the very same request: shared counters are for sign-in and export alone (shared/design/security.md).
"""

from __future__ import annotations

import time
from collections import OrderedDict

from gateway.errors import Unauthenticated
from gateway.exchange import Exchange
from gateway.introspection import Known
from pijnstad_kit.dpop import ALGORITHMS, BadProof, Proof, check_proof

MAX_SEEN = 200_000
_CHALLENGE = {"WWW-Authenticate": f'DPoP error="invalid_token", algs="{" ".join(ALGORITHMS)}"'}


class Possession:
    """Tell whether a token is shown as it must be."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, float] = OrderedDict()

    def check(self, exchange: Exchange, known: Known, scheme: bytes, token: bytes) -> None:
        """Let a request pass whose token fits the way it is shown. Errors: Unauthenticated."""
        if known.key is None:
            if scheme != b"bearer":
                raise Unauthenticated()
            return
        if scheme != b"dpop":
            raise Unauthenticated("This token is bound to a key: show it with a DPoP proof.", headers=_CHALLENGE)
        sent = exchange.fields.get(b"dpop", b"").decode("ascii", "replace")
        try:
            proof = check_proof(sent, method=exchange.method, url=_url(exchange), token=token.decode())
        except BadProof as reason:
            raise Unauthenticated(f"The DPoP proof is no good: {reason}.", headers=_CHALLENGE) from None
        if proof.thumbprint != known.key or not self._first(proof):
            raise Unauthenticated("The DPoP proof is of another key, or was used before.", headers=_CHALLENGE)

    def _first(self, proof: Proof) -> bool:
        name, now = f"{proof.thumbprint} {proof.id}", time.time()
        if self._seen.get(name, 0.0) > now:
            return False
        self._seen[name] = proof.until
        self._seen.move_to_end(name)
        if len(self._seen) > MAX_SEEN:
            self._seen.popitem(last=False)
        return True


def _url(exchange: Exchange) -> str:
    return exchange.public_url + exchange.path.decode("ascii", "replace")
