"""Small things every store of identity shares: the database's alias, hashes of long random secrets, times to forget."""

from __future__ import annotations

import hashlib
import secrets

ALIAS = "identity"

# A document is forgotten by the database once its `purge_at` lies in the past.
FORGET = {"fields": ["purge_at"], "expireAfterSeconds": 0}


def new_secret(prefix: str = "") -> str:
    """Return 256 random bits as text; a prefix helps to recognise a secret that leaked."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return the form in which a long random secret is stored and looked up."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
