"""Back-channel logout: a client hears that its person's session ended, in its own names, until it answers."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from relying_party import RelyingParty, conformance_client

from identity import egress
from identity.store.authorizations import AuthorizationDocument
from identity.usecases import logouts


class Ear:
    """Be a client's address for logout tokens."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.status = 200
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                ear.heard.append(form["logout_token"][0])
                self.send_response(ear.status)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/logout?from=city"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    yield ear
    ear.server.shutdown()
    ear.server.server_close()


@pytest.fixture
def rp(door: Any, tools: Any, ear: Ear) -> RelyingParty:
    return RelyingParty(door, tools.basic, conformance_client(backchannel_logout_uri=ear.url))


def sign_out(rp: RelyingParty, tokens: dict[str, Any]) -> None:
    rp.browser.get("/oauth/logout", id_token_hint=tokens["id_token"])


def due_now() -> None:
    """Let every wait be over."""
    rows = AuthorizationDocument._get_collection()
    for row in rows.find({"logout_due_at": {"$exists": True}}):
        rows.update_one({"_id": row["_id"]}, {"$set": {"logout_due_at": row["logout_due_at"].replace(year=2020)}})


def test_a_client_hears_which_session_ended_in_its_own_names(rp: RelyingParty, ear: Ear) -> None:
    tokens = rp.tokens()
    id_token = rp.claims_unchecked(tokens["id_token"])
    sign_out(rp, tokens)
    assert logouts.tell_due(rp.door.ports) == 1
    (token,) = ear.heard
    keys = KeySet.import_key_set(rp.door.app.test_client().get("/oauth/jwks").get_json())
    decoded = jwt.decode(token, keys, algorithms=["RS256"])
    assert decoded.header["typ"] == "logout+jwt"
    told = decoded.claims
    assert [told[name] for name in ("iss", "aud", "sub", "sid")] == [
        id_token[name] for name in ("iss", "aud", "sub", "sid")
    ]
    assert told["events"] == {logouts.EVENT: {}}
    assert told["exp"] - told["iat"] == logouts.LIFE_SECONDS
    assert "nonce" not in told
    assert logouts.tell_due(rp.door.ports) == 0


def test_ending_it_from_another_device_tells_the_client_too(rp: RelyingParty, ear: Ear) -> None:
    rp.tokens()
    member = rp.door.member(rp.email)
    (place,) = rp.door.api("GET", "/identity/v1/sessions", member).get_json()["items"]
    assert rp.door.api("DELETE", f"/identity/v1/sessions/{place['id']}", member).status_code == 204
    assert logouts.tell_due(rp.door.ports) == 1
    assert len(ear.heard) == 1


@pytest.mark.parametrize("status", [500, 302, 404])
def test_a_client_that_does_not_answer_well_is_told_again_and_not_for_ever(
    rp: RelyingParty, ear: Ear, status: int
) -> None:
    ear.status = status
    sign_out(rp, rp.tokens())
    for _ in range(8):
        assert logouts.tell_due(rp.door.ports) == 0
        due_now()
    assert len(ear.heard) == 5


def test_s25_two_clients_know_one_session_by_two_names(door: Any, tools: Any, ear: Ear) -> None:
    one = RelyingParty(door, tools.basic, conformance_client(backchannel_logout_uri=ear.url, owner="one"))
    two = RelyingParty(door, tools.basic, conformance_client(backchannel_logout_uri=ear.url, owner="two"))
    two.browser, two.email = one.browser, one.email
    said = [rp.claims_unchecked(rp.tokens()["id_token"]) for rp in (one, two)]
    assert said[0]["sid"] != said[1]["sid"]
    assert said[0]["sub"] != said[1]["sub"]
    assert not set(map(str, said[0].values())) & set(map(str, said[1].values())) - {
        str(said[0][name]) for name in ("iss", "iat", "exp", "auth_time", "amr")
    }


def test_who_registered_no_address_is_told_nothing(door: Any, tools: Any, ear: Ear) -> None:
    rp = RelyingParty(door, tools.basic)
    sign_out(rp, rp.tokens())
    assert logouts.tell_due(door.ports) == 0


def test_an_address_that_is_not_public_is_never_called_in_production(rp: RelyingParty, ear: Ear) -> None:
    sign_out(rp, rp.tokens())
    strict = dataclasses.replace(
        rp.door.ports, settings=rp.door.ports.settings.model_copy(update={"mode": "production"})
    )
    assert logouts.tell_due(strict) == 0
    assert ear.heard == []
    assert logouts.tell_due(rp.door.ports) == 0


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.1.1", "172.16.0.1", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1",
        "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::ffff:169.254.169.254", "2001:db8::1", "2001::1",
    ],
)  # fmt: skip
def test_s19_addresses_inside_are_blocked(address: str) -> None:
    assert egress.blocked(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "8.8.8.8"])
def test_addresses_of_the_public_internet_are_not_blocked(address: str) -> None:
    assert not egress.blocked(address)


@pytest.mark.parametrize(
    "url", ["http://localhost/", "https://localhost/", "https://127.1/", "https://0x7f.1/", "ftp://x/"]
)
def test_s19_what_leads_inside_or_is_not_https_is_refused(url: str) -> None:
    with pytest.raises((egress.Refused, egress.NoAnswer)):
        egress.post(url, {"a": "b"})
