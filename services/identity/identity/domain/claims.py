"""The `claims` parameter (OpenID Connect Core 5.5): which claims a client asks by name, and the scope that carries each.

Asking for a claim is asking for its scope, so that a person reads the same sentence about it and says yes or no to it.
Claims we do not hold are left out of the answer, essential or not, as the standard allows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

CARRIED: Mapping[str, str] = {
    "name": "profile",
    "locale": "profile",
    "updated_at": "profile",
    "email": "email",
    "email_verified": "email",
}


class UnreadableClaims(ValueError):
    """Say that the parameter is no JSON object of objects."""


def wider(scope: str, claims: str | None, allowed: Iterable[str]) -> str:
    """Return the scope with what the claims need besides, as far as the client may ask it. Errors: UnreadableClaims."""
    if claims is None or "openid" not in scope.split():
        return scope
    needed = {CARRIED[name] for name in _names(claims) if name in CARRIED}
    return " ".join([scope, *sorted(needed & set(allowed) - set(scope.split()))])


def _names(claims: str) -> set[str]:
    try:
        asked = json.loads(claims)
    except (ValueError, RecursionError):
        raise UnreadableClaims from None
    if not isinstance(asked, dict):
        raise UnreadableClaims
    parts = [asked.get(place, {}) for place in ("userinfo", "id_token")]
    if not all(isinstance(part, dict) for part in parts):
        raise UnreadableClaims
    return {name for part in parts for name in part}
