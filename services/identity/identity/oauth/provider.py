"""The authorization server: Authlib's, with our grants, endpoints and stores put together."""

from __future__ import annotations

from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from identity.oauth import possession
from identity.oauth.assertions import METHOD, PrivateKeyJwt
from identity.oauth.grants import (
    CLIENT_AUTH,
    PROVEN,
    AuthorizationCodeGrant,
    ClientCredentialsGrant,
    IdToken,
    RefreshTokenGrant,
    S256Required,
)
from identity.oauth.models import OAuthClient
from identity.oauth.requests import PlainRequest
from identity.ports import Ports
from identity.store.tokens import Issued, Token, new_access_token, new_refresh_token
from identity.usecases import tokens as token_usecases

_GRANTS = (AuthorizationCodeGrant.GRANT_TYPE, RefreshTokenGrant.GRANT_TYPE, ClientCredentialsGrant.GRANT_TYPE)


class Provider(AuthorizationServer):
    """Be the authorization server of the city."""

    def __init__(self, ports: Ports) -> None:
        super().__init__()
        self.ports = ports
        self.register_token_generator(
            "default",
            BearerTokenGenerator(
                lambda **_: new_access_token(), lambda **_: new_refresh_token(), ports.settings.access_token_seconds
            ),
        )
        self.register_grant(AuthorizationCodeGrant, [S256Required(required=True), IdToken(ports)])
        self.register_grant(RefreshTokenGrant)
        self.register_grant(ClientCredentialsGrant)
        self.register_client_auth_method(METHOD, PrivateKeyJwt(ports))
        self.register_endpoint(Introspection)
        self.register_endpoint(Revocation)

    def create_oauth2_request(self, request: Any) -> PlainRequest:
        """Take requests that were read strictly, and no others."""
        if not isinstance(request, PlainRequest):
            raise TypeError("read the request with identity.oauth.requests first")
        return request

    def query_client(self, client_id: str) -> OAuthClient | None:
        """Return a client."""
        found = self.ports.clients.get(client_id)
        return OAuthClient(found) if found else None

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        """Store what is issued. A new refresh token keeps the whole scope, whatever this access token was narrowed to."""
        if request.key is not None:
            token["token_type"] = "DPoP"
        if request.payload.grant_type == ClientCredentialsGrant.GRANT_TYPE:
            self.ports.tokens.add_own(request.client.client_id, token["scope"], token["access_token"], request.key)
            return
        held = request.refresh_token
        family = held.authorization if held else request.authorization_code.authorization
        issued = Issued(
            authorization=family.id,
            client_id=request.client.client_id,
            scope=token["scope"],
            refresh_scope=held.token.scope if held else family.scope,
            ends_at=family.ends_at,
            key=request.key,
            refresh_key=request.key if request.client.client.auth_method == "none" else None,
        )
        self.ports.tokens.add(issued, token["access_token"], token.get("refresh_token"))

    def token_answer(self, request: PlainRequest) -> Any:
        """Answer at the token endpoint. Which grants there are is said without repeating what was asked."""
        if request.payload.grant_type not in _GRANTS:
            missing = request.payload.grant_type is None
            error = OAuth2Error(error="invalid_request" if missing else "unsupported_grant_type")
            error.description = f"The parameter grant_type is one of {', '.join(_GRANTS)}."
            return self.handle_error_response(request, error)
        try:
            request.key = possession.thumbprint(request.proofs, "/oauth/token", self.ports)
        except possession.InvalidProof as error:
            return self.handle_error_response(request, error)
        return self.create_token_response(request)


class Introspection(IntrospectionEndpoint):
    """Tell the gateway whose token it is; tell everybody else that it is nobody's."""

    CLIENT_AUTH_METHODS = PROVEN

    def authenticate_token(self, request: PlainRequest, client: OAuthClient) -> dict[str, Any] | None:
        """Return what there is to know of the token, for a client that may ask."""
        token = _token_parameter(request)
        return token_usecases.introspected(token, self.server.ports) if client.client.may_introspect else None

    def create_introspection_payload(self, token: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the gateway needs to know."""
        return token or {"active": False}


class Revocation(RevocationEndpoint):
    """Let a client revoke its own tokens; about others' tokens the answer is the same, and nothing happens."""

    CLIENT_AUTH_METHODS = CLIENT_AUTH

    def authenticate_token(self, request: PlainRequest, client: OAuthClient) -> Token | None:
        """Find the token among the client's own. The type hint is only a hint, and is not needed."""
        return self.server.ports.tokens.of_client(_token_parameter(request), client.client_id)

    def revoke_token(self, token: Token, request: PlainRequest) -> None:
        """Revoke an access token alone, a refresh token with its whole family."""
        token_usecases.revoke(token, self.server.ports)


def _token_parameter(request: PlainRequest) -> str:
    token = request.form.get("token")
    if not token:
        raise InvalidRequestError("The parameter token is missing.")
    return token
