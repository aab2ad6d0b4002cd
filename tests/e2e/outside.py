"""An outside client: what somebody with only the public API and its documentation can do. Imports nothing of the city.

Signs people up by the same HTML forms a browser shows, signs in by authorization code + PKCE as a native app does
(RFC 8252), calls the API with the token it gets, and listens to the stream of notices.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from queue import Empty, Queue
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import urllib3
from authenticator import Authenticator

REDIRECT = "http://127.0.0.1:49152/callback"
SCOPE = "openid profile email diary content"


class Unexpected(AssertionError):
    """Say what the city answered instead of what its documentation promises."""


@dataclass(frozen=True)
class Answer:
    """Hold an answer of the API."""

    status: int
    headers: Any
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


@dataclass
class Form:
    """Hold one form of a page: where it goes, its fields, its buttons and its choices."""

    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = ""
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
            self._open = True
        elif self._open and tag in ("input", "select", "option", "button", "textarea"):
            self._control(tag, given, self.forms[-1])

    def _control(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, value, kind = given.get("name", ""), given.get("value", ""), given.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(value)
        elif tag == "button" or kind == "submit":
            form.buttons.append((name, value))
        elif kind in ("radio", "checkbox") and name:
            form.choices.setdefault(name, []).append(value or "on")
            if "checked" in given:
                form.fields[name] = value or "on"
        elif name:
            form.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        if tag == "select":
            self._select = ""


class Outsider:
    """Be one person with one app."""

    def __init__(self, base_url: str, client_id: str = "pijnstad-demo", language: str = "nl") -> None:
        self.base = base_url.rstrip("/")
        self.client_id = client_id
        self.email = f"smoke-{secrets.token_hex(8)}@pijnstad.example"
        self.password = secrets.token_urlsafe(18)
        self.tokens: dict[str, Any] = {}
        self._language = language
        self._cookies: dict[str, str] = {}
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=30), retries=False, maxsize=4)

    # Signing up and in, as a browser does.

    def register(self) -> None:
        """Make an account by the page for it."""
        page = self._browse("GET", "/account/register")
        wanted = {"email": self.email, "password": self.password, "name": "Smoke", "language": "nl", "age": "18"}
        wanted |= {"audience": "person_in_pain", "password_again": self.password, "display_name": "Smoke"}
        answer = self._submit("/account/register", page, wanted, marker="password")
        if answer.status >= 400 or not self._cookies:
            raise Unexpected(f"registering answered {answer.status}")
        link = self.link_in_the_mail("/account/confirm")
        done = self._submit(link, self._browse("GET", link), {}, marker="token")
        if done.status >= 400:
            raise Unexpected(f"confirming the address answered {done.status}")

    def link_in_the_mail(self, page: str) -> str:
        """Return the link to a page in the newest mail to this person, read where a trial city shows its mail."""
        shown = f"/account/mails.json?{urlencode({'to': self.email})}"
        pattern = re.compile(rf"{re.escape(page)}\?\S+")

        def found() -> str | None:
            answer = self._send("GET", shown)
            if answer.status != 200:
                raise Unexpected("this city sends its mail for real: its link cannot be read here")
            bodies = [mail["body"] for mail in answer.json["items"]]
            return next((match[0] for match in map(pattern.search, bodies) if match), None)

        return wait_until(found, f"a mail with a link to {page}")

    def sign_in(self, scope: str = SCOPE) -> dict[str, Any]:
        """Get tokens by authorization code + PKCE (S256); gives consent to the app when asked."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        state = secrets.token_urlsafe(16)
        asked = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": REDIRECT, "scope": scope, "state": state,
            "nonce": secrets.token_urlsafe(16), "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        came_back = self._until_redirect("/oauth/authorize?" + urlencode(asked))
        given = {name: values[0] for name, values in parse_qs(urlsplit(came_back).query).items()}
        if given.get("state") != state or given.get("iss") != self.discovery()["issuer"] or "code" not in given:
            raise Unexpected(f"authorization came back with {sorted(given)}")
        return self._token(
            grant_type="authorization_code", code=given["code"], redirect_uri=REDIRECT, code_verifier=verifier
        )

    def refresh(self) -> dict[str, Any]:
        """Trade the refresh token for new tokens."""
        return self._token(grant_type="refresh_token", refresh_token=self.tokens["refresh_token"])

    def add_passkey(self) -> None:
        """Make a passkey on the account's page; from now on one can come in without a password."""
        self.device = Authenticator(self.base, urlsplit(self.base).hostname or "")
        page = self._browse("GET", "/account/passkeys")
        wanted = {"answer": self.device.make(_question(page)), "current_password": self.password}
        answer = self._submit("/account/passkeys", page, wanted, marker="current_password")
        if answer.status >= 400:
            raise Unexpected(f"adding a passkey answered {answer.status}")

    def sign_in_by_passkey(self) -> None:
        """Come in at a fresh browser with the passkey alone."""
        self._cookies.clear()
        page = self._browse("GET", "/account/sign-in")
        self._submit("/account/sign-in", page, {"answer": self.device.use(_question(page))}, marker="answer")
        if self._browse_once("GET", "/account").status != 200:
            raise Unexpected("the passkey did not open the account")

    def discovery(self) -> dict[str, Any]:
        """Return the OpenID provider's configuration."""
        return self._send("GET", "/.well-known/openid-configuration").json

    # The API.

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        *,
        anonymous: bool = False,
    ) -> Answer:
        """Call the API as this person and return whatever it answers."""
        given = {"Accept": "application/json", "Accept-Language": self._language, **(headers or {})}
        if not anonymous:
            given.setdefault("Authorization", f"Bearer {self.tokens.get('access_token', '')}")
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            given.setdefault("Content-Type", "application/json")
        return self._send(method, path, data, given)

    def expect(
        self, status: int, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Any:
        """Call the API and return the JSON of the answer. Errors: Unexpected for another status."""
        answer = self.request(method, path, body, headers)
        if answer.status != status:
            raise Unexpected(f"{method} {path} answered {answer.status}: {answer.body[:300].decode(errors='replace')}")
        return answer.json if answer.body else None

    def consent(self, *purposes: str) -> None:
        """Give consent for purposes, and wait until every district knows."""
        for purpose in purposes:
            self.expect(200, "PUT", f"/identity/v1/consents/{purpose}", {"given": True})
        if "suggestions" in purposes:
            wait_until(lambda: self.expect(200, "GET", "/content/v1/suggestions")["consent"], "the consent to arrive")

    def listen(self) -> Stream:
        """Open the stream of notices by a one-time ticket, as a browser does."""
        ticket = self.expect(201, "POST", "/v1/stream/tickets", {})["ticket"]
        return Stream(f"{self.base}/v1/stream?{urlencode({'ticket': ticket})}")

    # Inside.

    def _token(self, **form: str) -> dict[str, Any]:
        body = urlencode({"client_id": self.client_id, **form}).encode()
        answer = self._send("POST", "/oauth/token", body, {"Content-Type": "application/x-www-form-urlencoded"})
        if answer.status != 200:
            raise Unexpected(
                f"the token endpoint answered {answer.status}: {answer.body[:200].decode(errors='replace')}"
            )
        self.tokens = answer.json
        return self.tokens

    def _until_redirect(self, path: str) -> str:
        where, answer = path, self._browse_once("GET", path)
        for _ in range(12):
            location = answer.headers.get("Location")
            if location and location.startswith(REDIRECT):
                return location
            if location:
                where = urljoin(self.base + where, location)
                answer = self._browse_once("GET", where)
            else:
                form, wanted = _form(answer, "password"), {"email": self.email, "password": self.password}
                where, answer = self._post(where, form, wanted)
        raise Unexpected("the authorization went round and round")

    def _submit(self, where: str, page: Answer, wanted: dict[str, str], marker: str) -> Answer:
        where, answer = self._post(where, _form(page, marker), wanted)
        if answer.headers.get("Location"):
            return self._browse("GET", urljoin(self.base + where, answer.headers["Location"]))
        return answer

    def _post(self, where: str, form: Form, wanted: dict[str, str]) -> tuple[str, Answer]:
        names = set(form.fields) | set(form.choices)
        values = dict(form.fields) | {name: value for name, value in wanted.items() if name in names}
        for name, options in form.choices.items():
            if values.get(name) not in options:
                values[name] = next((option for option in options if option), "")
        yes = [
            (name, value)
            for name, value in form.buttons
            if value.lower() in ("allow", "yes", "agree", "give", "accept")
        ]
        for name, value in (yes or form.buttons)[:1]:
            if name:
                values[name] = value
        target = urljoin(self.base + urlsplit(where).path, form.action or where)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.base}
        return urlsplit(target).path, self._browse_once("POST", target, urlencode(values).encode(), headers)

    def _browse(self, method: str, path: str) -> Answer:
        answer = self._browse_once(method, path)
        for _ in range(8):
            if not answer.headers.get("Location"):
                return answer
            path = urljoin(self.base + path, answer.headers["Location"])
            answer = self._browse_once("GET", path)
        raise Unexpected("a page redirected for ever")

    def _browse_once(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        given = {
            "Accept": "text/html",
            "Accept-Language": self._language,
            **({"Cookie": cookies} if cookies else {}),
            **(headers or {}),
        }
        answer = self._send(method, path, body, given)
        for cookie in answer.headers.getlist("Set-Cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer

    def _send(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        url = path if path.startswith("http") else self.base + path
        started = time.perf_counter()
        answer = self._http.request(method, url, body=body, headers=headers or {}, redirect=False)
        return Answer(answer.status, answer.headers, answer.data, time.perf_counter() - started)


class Stream:
    """Listen to a person's notices in a thread, noting when each came."""

    def __init__(self, url: str) -> None:
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=60), retries=False)
        self._answer = self._http.request("GET", url, preload_content=False, headers={"Accept": "text/event-stream"})
        if self._answer.status != 200:
            raise Unexpected(f"the stream answered {self._answer.status}")
        self._notices: Queue[tuple[float, dict[str, str]]] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def next(self, timeout: float = 15) -> tuple[float, dict[str, str]]:
        """Return (moment on the monotonic clock, notice). Errors: Unexpected when none comes in time."""
        try:
            return self._notices.get(timeout=timeout)
        except Empty:
            raise Unexpected(f"no notice within {timeout} s") from None

    def waiting(self) -> Iterator[dict[str, str]]:
        """Return the notices that have come and were not taken."""
        while not self._notices.empty():
            yield self._notices.get()[1]

    def close(self) -> None:
        """Hang up, also while the thread reads: closing alone would wait for the stream's next sign of life."""
        self._answer.shutdown()
        self._answer.close()

    def _read(self) -> None:
        rest = b""
        try:
            for chunk in self._answer.stream(65536, decode_content=True):
                *blocks, rest = (rest + chunk).split(b"\n\n")
                for block in blocks:
                    self._note(block)
        except (urllib3.exceptions.HTTPError, OSError, ValueError, AttributeError):
            return

    def _note(self, block: bytes) -> None:
        data = [line[5:].strip() for line in block.decode().splitlines() if line.startswith("data:")]
        if data:
            self._notices.put((time.perf_counter(), json.loads("".join(data))))


def wait_until(condition: Callable[[], Any], what: str, timeout: float = 20) -> Any:
    """Return the first truthy value. Errors: Unexpected after the timeout."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise Unexpected(f"waited {timeout} s in vain for {what}")
        time.sleep(0.05)
    return value


def _question(page: Answer) -> dict[str, Any]:
    found = re.search(r'data-question="([^"]+)"', page.body.decode())
    if found is None:
        raise Unexpected("the page asks for no passkey")
    return json.loads(html.unescape(found[1]))


def _form(answer: Answer, marker: str) -> Form:
    """Return the form with a field of that name, else the only or first one that posts somewhere of its own."""
    parser = _Forms()
    parser.feed(answer.body.decode())
    forms = [form for form in parser.forms if "language" not in form.action]
    if not forms:
        raise Unexpected(f"no form on a page that answered {answer.status}")
    return next((form for form in forms if marker in form.fields), forms[-1])
