"""What a client is. Whether it proved who it is, is asked by its secret's hash; where it lives is the store's business."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from identity.domain import redirects
from identity.domain.people import Language

AuthMethod = Literal["none", "client_secret_basic", "client_secret_post", "private_key_jwt"]
SubjectType = Literal["public", "pairwise"]

FIRST_PARTY = "lpo"


@dataclass(frozen=True, slots=True)
class Client:
    """Hold one client: whose it is, which services it may reach, what it may ask, and where its answers go."""

    id: str
    names: Mapping[Language, str]
    owner: str
    audience: tuple[str, ...]
    scopes: tuple[str, ...]
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    grant_types: tuple[str, ...] = ()
    auth_method: AuthMethod = "none"
    secret_hash: str | None = None
    keys: tuple[Mapping[str, str], ...] = ()
    native: bool = False
    pkce: bool = True
    must_push: bool = False
    subject_type: SubjectType = "pairwise"
    may_introspect: bool = False
    disabled: bool = False

    @property
    def first_party(self) -> bool:
        """Return whether the client is the city's own."""
        return self.owner == FIRST_PARTY

    @property
    def needs_pkce(self) -> bool:
        """Return whether a request without PKCE is refused: a client that can keep a secret may be registered without it."""
        return self.pkce or self.auth_method == "none"

    def may_redirect_to(self, uri: str) -> bool:
        """Return whether an answer for this client may go to `uri`."""
        return redirects.allowed(uri, self.redirect_uris, native=self.native)

    def knows_secret(self, secret: str) -> bool:
        """Return whether this is the client's secret, in a time that does not depend on it."""
        return self.secret_hash is not None and hmac.compare_digest(self.secret_hash, hashed_secret(secret))


def hashed_secret(secret: str) -> str:
    """Return what is stored of a client's secret. It is long and random, so that one SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
