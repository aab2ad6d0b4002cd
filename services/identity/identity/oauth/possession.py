"""Tokens bound to a key (DPoP, RFC 9449): whether the proof at the token endpoint, or beside a token, is good and new."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import OAuth2Error

from identity.ports import Ports
from pijnstad_kit.dpop import BadProof, check_proof


class InvalidProof(OAuth2Error):
    """Say that a proof is no good, in the words of RFC 9449."""

    error = "invalid_dpop_proof"


def thumbprint(
    proofs: list[str], path: str, ports: Ports, *, method: str = "POST", token: str | None = None
) -> str | None:
    """Return the thumbprint of the key a request proves to hold, None when it sends no proof. Errors: InvalidProof."""
    if not proofs:
        return None
    if len(proofs) > 1:
        raise InvalidProof("The header DPoP is repeated.")
    try:
        proof = check_proof(proofs[0], method=method, url=f"{ports.issuer}{path}", token=token)
    except BadProof as reason:
        raise InvalidProof(f"The DPoP proof is no good: {reason}.") from None
    if not ports.once.first(proof.thumbprint, proof.id, proof.until):
        raise InvalidProof("The DPoP proof was used before.")
    return proof.thumbprint
