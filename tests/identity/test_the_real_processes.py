"""gunicorn and the worker as they run in the city: the whole way by HTTP, the events on the bus, the database killed."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import urllib3
from kombu import Connection, Queue
from pymongo import MongoClient

from pijnstad_kit.vault import Vault
from pijnstad_local import processes
from pijnstad_local.ports import free_port
from pijnstad_local.secantus import SecantusServer

CALLBACK = "http://127.0.0.1:50001/callback"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Api:
    """Be the api process and a browser that talks to it."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment = environment
        self.url = f"http://{environment['PIJNSTAD_LISTEN']}"
        self.log = log
        self._http = urllib3.PoolManager(timeout=10, retries=False)
        self._cookie = ""
        with log.open("ab") as output:
            self.process = processes.spawn([sys.executable, "-m", "identity", "api"], env=environment, output=output)

    def ready(self) -> Api:
        """Wait until the process answers."""
        assert processes.wait_until(lambda: self.status("/readyz") == 200, 30), self.log.read_text()
        return self

    def status(self, path: str) -> int:
        try:
            return self.send("GET", path).status
        except urllib3.exceptions.HTTPError:
            return 0

    def send(self, method: str, path: str, body: dict[str, str] | None = None, **headers: str) -> Any:
        """Send a request as this browser; redirects are not followed."""
        given = {"Cookie": self._cookie, **headers} if self._cookie else headers
        data = urlencode(body).encode() if body is not None else None
        more = FORM if body is not None else {}
        answer = self._http.request(method, self.url + path, body=data, headers=given | more, redirect=False)
        kept = answer.headers.get("Set-Cookie", "")
        if kept.startswith("pijnstad_account="):
            self._cookie = kept.partition(";")[0]
        return answer

    def submit(self, page: Any, path: str, fields: dict[str, str]) -> Any:
        """Post a page's form with what it hides."""
        text = page.data.decode()
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text)
        return self.send("POST", path, {name: html.unescape(value) for name, value in hidden} | fields)


@pytest.fixture
def environment(tools, mongo_url: str, database: str, bus_url: str) -> dict[str, str]:
    settings = tools.settings_for(mongo_url, database)
    ours = {
        "LISTEN": f"127.0.0.1:{free_port()}",
        "MONGO_URL": mongo_url,
        "DATABASE": database,
        "BUS_URL": bus_url,
        "MASTER_KEY": settings.master_key.get_secret_value(),
        "INTROSPECTION_SECRET": settings.introspection_secret.get_secret_value(),
        "WEB_CLIENT_SECRET": settings.web_client_secret.get_secret_value(),
        "PUBLIC_URL": settings.public_url,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIJNSTAD_")}
    return kept | {f"PIJNSTAD_{name}": value for name, value in ours.items()}


@pytest.fixture
def api(environment: dict[str, str], tmp_path: Path) -> Iterator[Api]:
    found = Api(environment, tmp_path / "api.log").ready()
    yield found
    processes.stop(found.process)


def _basic(client: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}


def _register(api: Api, password: str, email: str) -> None:
    fields = {"email": email, "password": password, "name": "Sanne", "language": "nl"}
    page = api.send("GET", "/account/register")
    answer = api.submit(page, "/account/register", fields | {"audience": "person_in_pain", "age": "18"})
    assert answer.status == 303, answer.data.decode()
    link = _link_in_the_mail(api.environment)
    if link is not None:
        confirm = api.send("GET", link)
        assert api.submit(confirm, "/account/confirm", {}).status == 303


def _link_in_the_mail(environment: dict[str, str]) -> str | None:
    """Open the mail that waits, as the worker will, and return the address of its link to confirm."""
    vault = Vault(base64.urlsafe_b64decode(environment["PIJNSTAD_MASTER_KEY"]))
    with MongoClient(environment["PIJNSTAD_MONGO_URL"]) as store:
        rows = store[environment["PIJNSTAD_DATABASE"]]["deliveries"].find({"state": "waiting"})
        row = max(rows, key=lambda row: row["due_at"])
    told = json.loads(vault.open(bytes(row["sealed"]), context=f"identity delivery {row['_id']}"))
    found = re.search(r"/account/confirm\?token=\S+", told["values"]["link"])
    return found[0] if found else None


def test_the_whole_way_by_http_and_the_event_on_the_bus(api: Api, environment, tools, tmp_path: Path) -> None:
    _register(api, tools.password, "sanne@voorbeeld.example")
    verifier, challenge = tools.pkce()
    asked = {"response_type": "code", "client_id": "pijnstad-demo", "redirect_uri": CALLBACK, "scope": "openid diary"}
    asked |= {"state": "s", "code_challenge": challenge, "code_challenge_method": "S256"}
    consent = api.send("GET", f"/oauth/authorize?{urlencode(asked)}")
    back = api.submit(consent, "/account/consent", {"agreed": "yes"}).headers["Location"]
    told = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    assert (told["state"], told["iss"]) == ("s", tools.issuer)

    sent = {"grant_type": "authorization_code", "code": told["code"], "code_verifier": verifier}
    tokens = api.send("POST", "/oauth/token", sent | {"redirect_uri": CALLBACK, "client_id": "pijnstad-demo"}).json()
    gateway = tools.gateway
    active = api.send("POST", "/oauth/introspect", {"token": tokens["access_token"]}, **gateway).json()
    assert (active["active"], active["scope"], active["audience_kind"]) == (True, "openid diary", "person_in_pain")

    again = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": "pijnstad-demo"}
    fresh = api.send("POST", "/oauth/token", again).json()
    gone = {"token": fresh["refresh_token"], "client_id": "pijnstad-demo"}
    assert api.send("POST", "/oauth/revoke", gone).status == 200
    assert api.send("POST", "/oauth/introspect", {"token": fresh["access_token"]}, **gateway).json() == {
        "active": False
    }
    assert api.send("POST", "/oauth/token", again).status == 400

    _the_event_reaches_the_bus(environment, active["sub"], tmp_path / "worker.log")
    log = (tmp_path / "api.log").read_text()
    assert '"/oauth/token"' in log
    for secret in (tools.password, told["code"], verifier, *tokens.values(), "sanne@voorbeeld.example"):
        assert str(secret) not in log or secret in ("Bearer", 600, "openid diary")


def _the_event_reaches_the_bus(environment: dict[str, str], member: str, log: Path) -> None:
    own = environment | {"PIJNSTAD_LISTEN": f"127.0.0.1:{free_port()}"}
    with Connection(environment["PIJNSTAD_BUS_URL"]) as bus, log.open("ab") as output:
        channel = bus.channel()
        channel.exchange_declare("pijnstad.events", "topic", durable=True, auto_delete=False)
        queue = Queue("seen", exclusive=True, channel=channel)
        queue.declare()
        channel.queue_bind("seen", "pijnstad.events", "nl.pijnstad.identity.#")
        worker = processes.spawn([sys.executable, "-m", "identity", "worker"], env=own, output=output)
        try:
            came: list[Any] = []
            assert processes.wait_until(lambda: came.append(queue.get(no_ack=True)) or came[-1] is not None, 30), (
                log.read_text()
            )
            event = json.loads(came[-1].body)
            assert event["type"] == "nl.pijnstad.identity.account.registered.v1"
            assert (event["subject"], event["member"], event["sequence"]) == (member, member, "1")
            assert "sanne" not in str(event).lower()
        finally:
            processes.stop(worker)


@pytest.mark.fault
def test_r20_the_database_is_killed_and_comes_back(environment, tools, tmp_path: Path) -> None:
    store = SecantusServer(tmp_path / "store").start()
    api = Api(environment | {"PIJNSTAD_MONGO_URL": store.url}, tmp_path / "api.log").ready()
    try:
        _register(api, tools.password, "joris@voorbeeld.example")
        store.kill()
        started = time.monotonic()
        page = api.send("GET", "/account")
        assert page.status == 503
        assert time.monotonic() - started < 5
        assert "Dit lukt nu even niet" in page.data.decode()
        answer = api.send("POST", "/oauth/introspect", {"token": "x"}, **tools.gateway)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert api.status("/healthz") == 200
        assert api.status("/readyz") == 503
        store.start()
        assert processes.wait_until(lambda: api.status("/account") == 200, 30)
        assert "Sanne" in api.send("GET", "/account").data.decode()
    finally:
        processes.stop(api.process)
        store.stop()


@pytest.mark.fault
def test_an_api_that_starts_before_its_database_waits_for_it(environment, tools, tmp_path: Path) -> None:
    store = SecantusServer(tmp_path / "store")
    api = Api(environment | {"PIJNSTAD_MONGO_URL": store.url}, tmp_path / "api.log")
    try:
        assert processes.wait_until(lambda: api.status("/healthz") == 200, 30), api.log.read_text()
        assert api.status("/readyz") == 503
        store.start()
        _register(api.ready(), tools.password, "kim@voorbeeld.example")
        assert api.send("POST", "/oauth/introspect", {"token": "x"}, **tools.gateway).json() == {"active": False}
    finally:
        processes.stop(api.process)
        store.stop()


def test_apis_that_start_at_once_on_an_empty_database_agree_on_the_first_key(environment, tmp_path: Path) -> None:
    found: list[Api] = []
    try:
        for number in range(3):
            own = environment | {"PIJNSTAD_LISTEN": f"127.0.0.1:{free_port()}"}
            found.append(Api(own, tmp_path / f"{number}.log"))
        keys = [api.ready().send("GET", "/oauth/jwks").json()["keys"] for api in found]
        assert len(keys[0]) == 1
        assert keys[0] == keys[1] == keys[2]
    finally:
        for api in found:
            processes.stop(api.process)
