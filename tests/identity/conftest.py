"""A whole identity api on the real document store, with browsers and clients to knock at its door."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html
import re
import secrets
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from werkzeug.test import TestResponse

from identity.bootstrap import create_app
from identity.config import Settings
from identity.ports import Ports
from identity.usecases.mail import send_due

sys.path.insert(0, str(Path(__file__).parent))  # for relying_party.py
ISSUER = "http://localhost:8000"
WEB_SECRET = "web-secret-web-secret-web-secret-web"
GATEWAY_SECRET = "gateway-secret-gateway-secret-gateway"
PASSWORD = "tulp fiets wolkenlucht 7 anker"
CALLBACK = "http://127.0.0.1:49152/callback"
WEB_CALLBACK = f"{ISSUER}/signed-in"
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_FLOW = re.compile(r'name="flow" value="([^"]+)"')


def pkce() -> tuple[str, str]:
    """Return a verifier and its S256 challenge."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def basic(client_id: str, secret: str) -> dict[str, str]:
    """Return the header of a client that signs in by HTTP Basic."""
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


WEB = basic("pijnstad-web", WEB_SECRET)
GATEWAY = basic("pijnstad-gateway", GATEWAY_SECRET)


class Mails:
    """Be the post: what is due goes out when somebody looks, and stays here."""

    def __init__(self, ports: Callable[[], Ports]) -> None:
        self._ports = ports
        self.sent: list[EmailMessage] = []

    def send(self, message: EmailMessage) -> None:
        self.sent.append(message)

    def new(self) -> list[EmailMessage]:
        """Send what is due; return what came since the last look."""
        before = len(self.sent)
        send_due(dataclasses.replace(self._ports(), post=self))
        return self.sent[before:]

    def link(self, page: str) -> str | None:
        """Return the address, below our origin, of the link to a page in the newest mail that has one."""
        found = [re.search(rf"{ISSUER}(/account/{page}\S*)", mail.get_content()) for mail in self.new()]
        return next((match[1] for match in reversed(found) if match), None)


@dataclass
class Browser:
    """Be a person with a browser that keeps cookies."""

    client: FlaskClient
    mails: Mails
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: str) -> TestResponse:
        return self.client.get(path, query_string=query, headers=self.headers)

    def submit(self, page: TestResponse, path: str, **fields: str) -> TestResponse:
        """Post a form as its page asks: with its token and the waiting request's id."""
        hidden = {}
        for name, pattern in (("csrf", _TOKEN), ("flow", _FLOW)):
            found = pattern.search(page.text)
            if found:
                hidden[name] = html.unescape(found[1])
        return self.client.post(path, data=hidden | fields, headers=self.headers)

    def register(self, email: str, *, password: str = PASSWORD, **more: str) -> TestResponse:
        """Fill in the form and, where a mail brings a link to confirm, confirm; return the last answer."""
        answer = self.ask_to_register(email, password=password, **more)
        link = self.mails.link("confirm") if answer.status_code == 303 else None
        return self.confirm(link) if link else answer

    def confirm(self, link: str, **fields: str) -> TestResponse:
        page = self.client.get(link, headers=self.headers)
        token = parse_qs(urlsplit(link).query)["token"][0]
        return self.submit(page, "/account/confirm", token=token, **fields)

    def ask_to_register(self, email: str, *, password: str = PASSWORD, **more: str) -> TestResponse:
        page = self.get("/account/register")
        fields = {"email": email, "password": password, "name": "Sanne", "language": "nl"}
        fields |= {"audience": "person_in_pain", "age": "18"}
        return self.submit(page, "/account/register", **(fields | more))

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        return self.submit(self.get("/account/sign-in"), "/account/sign-in", email=email, password=password)

    @property
    def cookie(self) -> str | None:
        found = self.client.get_cookie("pijnstad_account")
        return found.value if found else None


@dataclass
class Grant:
    """Hold what a client got for a person: its tokens."""

    access: str
    refresh: str
    answer: dict[str, Any]


class Door:
    """Be the city's door in a test: the app, its ports, and short ways through it."""

    def __init__(self, app: Flask, key: ECKey) -> None:
        self.app = app
        self.key = key
        self.mails = Mails(lambda: self.ports)

    @property
    def ports(self) -> Ports:
        return self.app.extensions["ports"]

    def browser(self, **headers: str) -> Browser:
        return Browser(self.app.test_client(), self.mails, dict(headers))

    def person(self, email: str | None = None) -> Browser:
        """Return the browser of somebody who just registered."""
        browser = self.browser()
        answer = browser.register(email or self.email())
        assert answer.status_code == 303, answer.text
        return browser

    def email(self) -> str:
        return f"p{uuid.uuid4().hex[:12]}@voorbeeld.example"

    def member(self, email: str) -> str:
        account = self.ports.accounts.by_address(email)
        assert account is not None
        return account.id

    def question(self, **changed: str | None) -> tuple[dict[str, str], str]:
        """Return the parameters of an authorize request, changed as asked (None leaves one out), and its verifier."""
        verifier, challenge = pkce()
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": "pijnstad-demo",
            "redirect_uri": CALLBACK,
            "scope": "openid diary content",
            "state": "a-state",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        asked |= changed
        return {name: value for name, value in asked.items() if value is not None}, verifier

    def agree(self, browser: Browser, page: TestResponse, answer: str = "yes") -> TestResponse:
        return browser.submit(page, "/account/consent", agreed=answer)

    def code(self, browser: Browser, **changed: str | None) -> tuple[str, str]:
        """Let a signed-in person agree to a client; return the code and its verifier."""
        asked, verifier = self.question(**changed)
        answer = browser.get("/oauth/authorize", **asked)
        if answer.status_code == 200:
            answer = self.agree(browser, answer)
        assert answer.status_code == 303, answer.text
        told = arrived(answer)
        assert "code" in told, told
        return told["code"], verifier

    def redeem(self, code: str, verifier: str | None, **changed: str) -> TestResponse:
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "client_id": "pijnstad-demo",
        }
        if verifier is not None:
            sent["code_verifier"] = verifier
        return self.token(**(sent | changed))

    def refresh(self, token: str, headers: dict[str, str] | None = None, **changed: str) -> TestResponse:
        sent = {"grant_type": "refresh_token", "refresh_token": token}
        if headers is None:
            sent["client_id"] = "pijnstad-demo"
        return self.token(headers, **(sent | changed))

    def token(self, headers: dict[str, str] | None = None, **sent: str) -> TestResponse:
        return self.app.test_client().post("/oauth/token", data=sent, headers=headers or {})

    def grant(self, browser: Browser, **changed: str | None) -> Grant:
        code, verifier = self.code(browser, **changed)
        answer = self.redeem(code, verifier)
        assert answer.status_code == 200, answer.text
        told = answer.get_json()
        return Grant(told["access_token"], told["refresh_token"], told)

    def introspect(self, token: str, headers: dict[str, str] | None = None) -> TestResponse:
        return self.app.test_client().post("/oauth/introspect", data={"token": token}, headers=headers or GATEWAY)

    def alive(self, token: str) -> bool:
        answer = self.introspect(token)
        assert answer.status_code == 200, answer.text
        return answer.get_json()["active"]

    def revoke(self, token: str, headers: dict[str, str] | None = None, **sent: str) -> TestResponse:
        sent = {"token": token} | sent | ({} if headers else {"client_id": "pijnstad-demo"})
        return self.app.test_client().post("/oauth/revoke", data=sent, headers=headers or {})

    def userinfo(self, token: str) -> TestResponse:
        return self.app.test_client().get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"})

    def api(
        self, method: str, path: str, member: str, *, scope: str = "openid", client: str = "pijnstad-demo", **more: Any
    ) -> TestResponse:
        """Call the JSON API as the gateway would, with its short token."""
        token = self.short_token(member, scope, client, more.pop("roles", ()))
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        return self.app.test_client().open(path, method=method, headers=headers, **more)

    def short_token(
        self, member: str, scope: str = "openid", client: str = "pijnstad-demo", roles: Sequence[str] = ()
    ) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": "identity", "sub": member, "client_id": client, "scope": scope}
        claims |= {"roles": list(roles), "consents": [], "iat": now, "exp": now + 60, "jti": uuid.uuid4().hex}
        return jwt.encode(
            {"alg": "ES256", "typ": "at+jwt", "kid": self.key.kid}, claims, self.key, algorithms=["ES256"]
        )


@dataclass
class _Keys:
    key: ECKey

    def keys(self, kid: str | None) -> KeySet:
        return KeySet([self.key])


def arrived(answer: TestResponse) -> dict[str, str]:
    """Return what a redirect brings back to the client."""
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def settings_for(mongo_url: str, database: str, **changed: Any) -> Settings:
    given: dict[str, Any] = {
        "listen": "127.0.0.1:0",
        "public_url": ISSUER,
        "mongo_url": mongo_url,
        "database": database,
        "bus_url": "amqp://127.0.0.1:1/",
        "master_key": base64.urlsafe_b64encode(b"k" * 32).decode(),
        "introspection_secret": GATEWAY_SECRET,
        "web_client_secret": WEB_SECRET,
        "demo_password": PASSWORD,
    }
    return Settings(**(given | changed))


@pytest.fixture(scope="module")
def make_door(mongo_url: str) -> Callable[..., Door]:
    """Make a door with settings of one's own. Only the last one made in a process works: they share a connection."""
    used: list[Door] = []

    def make(**changed: Any) -> Door:
        key = ECKey.generate_key("P-256", parameters={"kid": "gateway-test"})
        settings = settings_for(mongo_url, f"t{uuid.uuid4().hex[:16]}", **changed)
        used.append(Door(create_app(settings, _Keys(key)), key))
        return used[-1]

    return make


@pytest.fixture(scope="module")
def door(make_door: Callable[..., Door]) -> Door:
    """The door most tests knock at."""
    return make_door()


@pytest.fixture
def long_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the clock in the middle of a minute of its hour, so that no window of a limit ends during a test."""
    fixed = float(int(time.time() // 3600) * 3600 + 1830)
    monkeypatch.setattr("identity.store.counters.time.time", lambda: fixed)


@pytest.fixture
def tools() -> Any:
    """What tests import from here: modules beside a test cannot be imported by name."""

    class Tools:
        issuer, password, callback, web_callback = ISSUER, PASSWORD, CALLBACK, WEB_CALLBACK
        web, gateway = WEB, GATEWAY
        web_secret = WEB_SECRET

    tools = Tools()
    tools.pkce, tools.basic, tools.arrived = pkce, basic, arrived  # type: ignore[attr-defined]
    tools.settings_for = settings_for  # type: ignore[attr-defined]
    return tools
