"""The two grants, with what Authlib leaves open closed: S256 for every client, redemption once, reuse ends the family."""

from __future__ import annotations

import re
from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, InvalidScopeError, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode

from identity.domain import scopes
from identity.oauth.models import Code, Held, OAuthClient
from identity.ports import Ports
from identity.store.accounts import Account
from identity.store.authorizations import NewAuthorization, new_code
from identity.store.keys import ALGORITHM
from identity.usecases.logouts import session_name

PROVEN = ["client_secret_basic", "client_secret_post", "private_key_jwt"]
CLIENT_AUTH = [*PROVEN, "none"]
ID_TOKEN_SECONDS = 3600
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # SHA-256 in base64url


class AuthorizationCodeGrant(grants.AuthorizationCodeGrant):
    """Issue codes, and redeem each once."""

    TOKEN_ENDPOINT_AUTH_METHODS = CLIENT_AUTH

    @property
    def _ports(self) -> Ports:
        return self.server.ports

    def generate_authorization_code(self) -> str:
        """Return a fresh code."""
        return new_code()

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Store what the code stands for. A native app outlives the browser session it was authorized in."""
        new = NewAuthorization(
            client_id=request.client.client_id,
            member=request.user.account.id,
            scope=request.scope,
            redirect_uri=request.payload.redirect_uri,
            code_challenge=request.payload.data.get("code_challenge"),
            nonce=request.payload.data.get("nonce"),
            signed_in_at=request.user.signed_in_at,
            session=None if request.client.client.native else request.user.sid,
            tells=request.client.client.backchannel_logout_uri is not None,
        )
        self._ports.authorizations.issue(new, code)

    def query_authorization_code(self, code: str, client: OAuthClient) -> Code | None:
        """Find a code of this client. One that was redeemed before ends everything that came from it."""
        found = self._ports.authorizations.of_code(code, client.client_id)
        if found is not None and found.redeemed_at is not None:
            self._ports.authorizations.revoke(found.id, "code reused")
            return None
        return Code(found) if found is not None and found.alive else None

    def authenticate_user(self, authorization_code: Code) -> Account:
        """Redeem the code: of many at once one wins, and since that means theft or a mistake the family ends."""
        found = authorization_code.authorization
        redeemed = self._ports.authorizations.redeem(found.id, found.client_id)
        if redeemed is None:
            self._ports.authorizations.revoke(found.id, "code reused")
            raise InvalidGrantError("The code was used before or has expired.")
        return _living_account(self._ports, found.member)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Keep the used code: its second coming must be recognised."""


class RefreshTokenGrant(grants.RefreshTokenGrant):
    """Use each refresh token once, after everything else about the request was found good."""

    TOKEN_ENDPOINT_AUTH_METHODS = CLIENT_AUTH
    INCLUDE_NEW_REFRESH_TOKEN = True

    @property
    def _ports(self) -> Ports:
        return self.server.ports

    def authenticate_refresh_token(self, refresh_token: str) -> Held | None:
        """Find a refresh token of this client, without using it yet. One that was used before ends its family."""
        token = self._ports.tokens.refresh(refresh_token, self.request.client.client_id)
        if token is None or token.key not in (None, self.request.key):
            return None  # one bound to a key is of no use to who cannot prove to hold it, and is not burnt by them
        if token.used_at is not None:
            self._ports.authorizations.revoke(token.authorization, "refresh token reused")
            return None
        authorization = self._ports.authorizations.get(token.authorization)
        if not token.alive or authorization is None or not authorization.alive:
            return None
        return Held(token, authorization)

    def authenticate_user(self, refresh_token: Held) -> Account:
        """Use the refresh token: of many at once one wins, and the family ends."""
        token = refresh_token.token
        if self._ports.tokens.use(token.id, token.client_id) is None:
            self._ports.authorizations.revoke(token.authorization, "refresh token reused")
            raise InvalidGrantError("The refresh token was used before or has expired.")
        return _living_account(self._ports, refresh_token.authorization.member)

    def revoke_old_credential(self, refresh_token: Held) -> None:
        """Do nothing: the token was used up before the new one was made."""


class ClientCredentialsGrant(grants.ClientCredentialsGrant):
    """Give a client a token of its own: nobody's, and only for what a client may do by itself."""

    TOKEN_ENDPOINT_AUTH_METHODS = PROVEN

    def validate_requested_scope(self) -> None:
        """Refuse a scope that needs a person, and asking for nothing."""
        wanted = scopes.asked(self.request.payload.scope or "")
        if not wanted or not set(wanted) <= scopes.OWN & set(self.request.client.client.scopes):
            raise InvalidScopeError("A client by itself may ask for: " + " ".join(sorted(scopes.OWN)) + ".")


class S256Required(CodeChallenge):
    """Ask every client for PKCE with S256; Authlib asks public ones only, and falls back to plain.

    A client with a secret may be registered without it, as OpenID's conformance modules are; what it sends must be right.
    """

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]
    CODE_CHALLENGE_METHODS = {"S256": CodeChallenge.CODE_CHALLENGE_METHODS["S256"]}
    DEFAULT_CODE_CHALLENGE_METHOD = "S256"

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Refuse a request without an S256 challenge."""
        data = grant.request.payload.data
        if not grant.client.client.needs_pkce and not {"code_challenge", "code_challenge_method"} & set(data):
            return
        if data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with code_challenge_method=S256 is required.")
        if not _CHALLENGE.fullmatch(data.get("code_challenge", "")):
            raise InvalidRequestError("The parameter code_challenge is missing or is no S256 challenge.")

    def validate_code_verifier(self, grant: Any, result: Any) -> None:
        """Refuse a redemption without the right verifier, and a verifier where nothing was challenged."""
        verifier = grant.request.form.get("code_verifier")
        if grant.request.authorization_code.code_challenge is None:
            if verifier:
                raise InvalidGrantError("There was no code_challenge.")
            return
        if not verifier:
            raise InvalidRequestError("The parameter code_verifier is missing.")
        super().validate_code_verifier(grant, result)


class IdToken(OpenIDCode):
    """Add an ID token to the answer when the scope says openid."""

    def __init__(self, ports: Ports) -> None:
        super().__init__(require_nonce=False)
        self._ports = ports

    def __call__(self, grant: Any) -> None:
        """Register for the token answer only: prompt and nonce are ours (domain/authorize.py)."""
        grant.register_hook("after_create_token_response", self.process_token)

    def resolve_client_private_key(self, client: OAuthClient) -> Any:
        """Return the keys; the header's kid says which of them signs."""
        return self._ports.keys.verifying()

    def get_encode_header(self, client: OAuthClient) -> dict[str, str]:
        """Return the header with the key that signs now."""
        return {"alg": ALGORITHM, "kid": str(self._ports.keys.signing().kid), "typ": "JWT"}

    def get_client_claims(self, client: OAuthClient) -> dict[str, Any]:
        """Return issuer and audience; one string, since a list ends in a logout that does not redirect."""
        return {"iss": self._ports.issuer, "aud": client.client_id}

    def generate_user_info(self, user: Account, scope: str) -> dict[str, Any]:
        """Return nothing about the person in the token; what a client may see is at userinfo. `sub` is set per client."""
        return {}

    def get_compatible_claims(self, request: Any) -> dict[str, Any]:
        """Return the claims, with the name under which this client knows the person."""
        claims, client = super().get_compatible_claims(request), request.client.client
        held = request.authorization_code or request.refresh_token
        if held is not None and held.authorization.session is not None:
            claims["sid"] = session_name(client, held.authorization.session)
        return claims | {"sub": self._ports.subject(client, request.user.id)}


def _living_account(ports: Ports, member: str) -> Account:
    account = ports.accounts.get(member)
    if account is None or account.disabled:
        raise InvalidGrantError("The account is closed.")
    return account
