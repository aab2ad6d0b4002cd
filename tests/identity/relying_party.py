"""A relying party as the OpenID conformance suite has it: with a secret, registered without PKCE, checking all it gets."""

from __future__ import annotations

import time
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet

from identity.domain.clients import Client, hashed_secret

SECRET = "conformance-secret-conformance-secret"
BACK = "https://rp.example/callback"
SIGNED_OUT = "https://rp.example/signed-out"


def conformance_client(auth_method: Any = "client_secret_basic", **changed: Any) -> Client:
    """Return a client as a module registers it."""
    given: dict[str, Any] = {
        "id": f"conformance-{uuid.uuid4().hex[:8]}",
        "names": {"nl": "de proef", "en": "the trial"},
        "owner": "conformance",
        "audience": (),
        "scopes": ("openid", "profile", "email"),
        "redirect_uris": (BACK, f"{BACK}/second"),
        "post_logout_redirect_uris": (SIGNED_OUT, f"{SIGNED_OUT}?from=rp"),
        "grant_types": ("authorization_code", "refresh_token"),
        "auth_method": auth_method,
        "secret_hash": hashed_secret(SECRET),
        "pkce": False,
    }
    return Client(**(given | changed))


class RelyingParty:
    """Be a client of the provider with one person at one browser."""

    def __init__(self, door: Any, basic: Any, client: Client | None = None) -> None:
        self.door, self._basic = door, basic
        self.client = client or conformance_client()
        door.ports.clients.put(self.client)
        self.email = door.email()
        self.browser = door.person(self.email)
        self.nonce = uuid.uuid4().hex

    def ask(self, **changed: str | None) -> Any:
        """Send an authorize request and return the first answer."""
        return self.browser.get("/oauth/authorize", **self.question(**changed))

    def question(self, **changed: str | None) -> dict[str, str]:
        """Return the parameters of a module's request."""
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": BACK,
            "scope": "openid",
            "state": "a-state",
            "nonce": self.nonce,
        }
        return {name: value for name, value in (asked | changed).items() if value is not None}

    def back(self, **changed: str | None) -> dict[str, str]:
        """Ask, sign in and agree where the pages want it; return what comes back to the client, its issuer checked."""
        return self.follow(self.ask(**changed))

    def follow(self, answer: Any) -> dict[str, str]:
        for _ in range(6):
            place = answer.headers.get("Location", "")
            if place.startswith("https://rp.example/"):
                told = {name: values[0] for name, values in parse_qs(urlsplit(place).query).items()}
                assert told["iss"] == self.door.ports.issuer
                return told
            if 'name="agreed"' in answer.text:
                answer = self.door.agree(self.browser, answer)
            elif 'name="password"' in answer.text:
                answer = self.sign_in(answer)
            elif place:
                answer = self.browser.client.get(place)
            else:
                break
        raise AssertionError(f"the client got no answer: {answer.status} {answer.text[:400]}")

    def sign_in(self, page: Any) -> Any:
        return self.browser.submit(
            page, "/account/sign-in", email=self.email, password="tulp fiets wolkenlucht 7 anker"
        )

    def redeem(self, code: str, **changed: str) -> Any:
        """Redeem a code as this client proves itself."""
        return self.post(grant_type="authorization_code", code=code, redirect_uri=BACK, **changed)

    def post(self, **sent: str) -> Any:
        if self.client.auth_method == "client_secret_post":
            return self.door.token(None, client_id=self.client.id, client_secret=SECRET, **sent)
        return self.door.token(self._basic(self.client.id, SECRET), **sent)

    def tokens(self, **changed: str | None) -> dict[str, Any]:
        """Go the whole way; return the token answer with its ID token checked."""
        told = self.back(**changed)
        assert told.get("state") == "a-state", told
        answer = self.redeem(told["code"])
        assert answer.status_code == 200, answer.text
        assert "no-store" in answer.headers["Cache-Control"]
        tokens = answer.get_json()
        assert tokens["token_type"] == "Bearer"
        self.claims(tokens["id_token"], nonce=self.question(**changed).get("nonce"))
        return tokens

    def claims(self, id_token: str, nonce: str | None = None) -> dict[str, Any]:
        """Check an ID token as OpenID Connect Core 3.1.3.7 says; return its claims."""
        keys = KeySet.import_key_set(self.door.app.test_client().get("/oauth/jwks").get_json())
        decoded = jwt.decode(id_token, keys, algorithms=["RS256"])
        told, moment = decoded.claims, time.time()
        assert decoded.header["kid"] in {key.kid for key in keys.keys}
        assert (told["iss"], told["aud"]) == (self.door.ports.issuer, self.client.id)
        assert told["exp"] > moment > told["iat"] - 2
        assert 0 < len(told["sub"]) <= 255
        assert told.get("nonce") == nonce
        return dict(told)

    def userinfo(self, tokens: dict[str, Any]) -> dict[str, Any]:
        """Return the claims at userinfo; the subject is the ID token's."""
        answer = self.door.userinfo(tokens["access_token"])
        assert answer.status_code == 200, answer.text
        assert answer.mimetype == "application/json"
        told = answer.get_json()
        hinted = self.claims_unchecked(tokens["id_token"])
        assert told["sub"] == hinted["sub"]
        return dict(told)

    def claims_unchecked(self, id_token: str) -> dict[str, Any]:
        keys = KeySet.import_key_set(self.door.app.test_client().get("/oauth/jwks").get_json())
        return dict(jwt.decode(id_token, keys, algorithms=["RS256"]).claims)
