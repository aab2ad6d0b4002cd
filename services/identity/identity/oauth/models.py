"""What Authlib wants to see of a client, a person, a code and a token. Thin shells around our own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import ClientMixin

from identity.domain import scopes
from identity.domain.clients import Client
from identity.store.authorizations import Authorization
from identity.store.tokens import Token


class OAuthClient(ClientMixin):
    """Be a client in Authlib's terms."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.client_id = client.id
        self.client_metadata = {"post_logout_redirect_uris": list(client.post_logout_redirect_uris)}

    def get_client_id(self) -> str:
        """Return the client's id."""
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """Return nothing: every request names its redirect URI."""
        return

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return what the client gets of what it asks, None when it asks too much or nothing."""
        return scopes.granted(scope or "", self.client.scopes)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Return whether answers may go there."""
        return self.client.may_redirect_to(redirect_uri)

    def check_client_secret(self, client_secret: str) -> bool:
        """Return whether the secret is the client's."""
        return self.client.knows_secret(client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Return whether the client proves itself this way: it has one way, at every endpoint."""
        return method == self.client.auth_method

    def check_response_type(self, response_type: str) -> bool:
        """Return whether the client may ask for a code."""
        return response_type == "code" and self.check_grant_type("authorization_code")

    def check_grant_type(self, grant_type: str) -> bool:
        """Return whether the client may use a grant."""
        return grant_type in self.client.grant_types


@dataclass(frozen=True, slots=True)
class Code:
    """Be an authorization that waits to be redeemed."""

    authorization: Authorization

    code_challenge_method = "S256"

    @property
    def code_challenge(self) -> str | None:
        """Return what the verifier must hash to, None for a client without PKCE."""
        return self.authorization.code_challenge

    def get_redirect_uri(self) -> str:
        """Return where the code was sent."""
        return self.authorization.redirect_uri

    def get_scope(self) -> str:
        """Return what was agreed to."""
        return self.authorization.scope

    def get_nonce(self) -> str | None:
        """Return the nonce of the request."""
        return self.authorization.nonce

    def get_auth_time(self) -> int:
        """Return when the person signed in."""
        return int(self.authorization.signed_in_at.timestamp())

    def get_acr(self) -> None:
        """Return nothing: we make no claim about the strength of a sign-in yet."""
        return

    def get_amr(self) -> list[str]:
        """Return how the person signed in."""
        return ["pwd"]


@dataclass(frozen=True, slots=True)
class Held:
    """Be a refresh token that is about to be used, with its family."""

    token: Token
    authorization: Authorization

    def check_client(self, client: Any) -> bool:
        """Return whether the token is this client's."""
        return self.token.client_id == client.client_id

    def get_scope(self) -> str:
        """Return what the token may be used for."""
        return self.token.scope
