"""Clients by signed assertion, tokens of a client's own, and requests sent ahead: each refused when anything is off."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from relying_party import BACK, RelyingParty, conformance_client

from identity.store.pushed import PushedRequestDocument

ASSERTED = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = ECKey.generate_key("P-256", parameters={"kid": "partner"})


@pytest.fixture
def partner(door: Any) -> Any:
    """Register a partner's service: it signs, and may send events by itself."""
    client = conformance_client(
        "private_key_jwt",
        secret_hash=None,
        keys=(KEY.as_dict(private=False),),
        scopes=("openid", "events:publish"),
        grant_types=("authorization_code", "refresh_token", "client_credentials"),
    )
    door.ports.clients.put(client)
    return client


def assertion(door: Any, client: Any, key: Any = KEY, header: dict[str, Any] | None = None, **changed: Any) -> str:
    now = int(time.time())
    claims: dict[str, Any] = {"iss": client.id, "sub": client.id, "aud": door.ports.issuer, "jti": uuid.uuid4().hex}
    claims |= {"iat": now, "exp": now + 60}
    told = {name: _when(value, now) for name, value in (claims | changed).items() if value is not None}
    head = {"alg": "ES256", "kid": "partner"} | (header or {})
    return jwt.encode(head, told, key, algorithms=[head["alg"]])


def _when(value: Any, now: int) -> Any:
    """Return a value, or for ("now", seconds) the moment that far from now: not from when the tests were collected."""
    return now + value[1] if isinstance(value, tuple) else value


def own_token(door: Any, signed: str, **changed: str) -> Any:
    sent = {"grant_type": "client_credentials", "scope": "events:publish"}
    sent |= {"client_assertion_type": ASSERTED, "client_assertion": signed}
    return door.token(None, **(sent | changed))


def _signed_with_the_public_key(signed: str) -> str:
    """Return the assertion under HS256, with the client's public key as the secret."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"partner"}').rstrip(b"=").decode()
    said = f"{head}.{signed.split('.')[1]}"
    mac = hmac.new(KEY.as_pem(private=False), said.encode(), hashlib.sha256).digest()
    return f"{said}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def told(door: Any, token: str, tools: Any) -> dict[str, Any]:
    answer = door.app.test_client().post("/oauth/introspect", data={"token": token}, headers=tools.gateway)
    return dict(answer.get_json())


def test_a_client_gets_a_token_of_its_own_by_a_signed_assertion(door: Any, tools: Any, partner: Any) -> None:
    answer = own_token(door, assertion(door, partner))
    assert answer.status_code == 200, answer.text
    assert "refresh_token" not in answer.get_json()
    known = told(door, answer.get_json()["access_token"], tools)
    assert (known["active"], known["sub"], known["scope"]) == (True, partner.id, "events:publish")
    assert (known["roles"], known["consents"]) == ([], [])
    assert door.userinfo(answer.get_json()["access_token"]).status_code == 401


def test_s27_a_disabled_client_has_no_token_left(door: Any, tools: Any, partner: Any) -> None:
    token = own_token(door, assertion(door, partner)).get_json()["access_token"]
    door.ports.clients.set_disabled(partner.id, True)
    assert told(door, token, tools) == {"active": False}
    assert own_token(door, assertion(door, partner)).get_json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": ("now", -61)},
        {"exp": ("now", +3600)},
        {"nbf": ("now", +120)},
        {"iat": ("now", +120)},
        {"aud": "https://elsewhere.example"},
        {"aud": ["http://localhost:8000", "https://elsewhere.example"]},
        {"aud": None},
        {"iss": "somebody-else"},
        {"sub": ["a"]},
        {"sub": None},
        {"jti": None},
        {"jti": "short"},
        {"jti": 12345678901},
    ],
    ids=str,
)
def test_an_assertion_that_is_off_in_anything_is_refused(door: Any, partner: Any, changed: dict[str, Any]) -> None:
    answer = own_token(door, assertion(door, partner, **changed))
    assert (answer.status_code, answer.get_json()["error"]) in ((400, "invalid_client"), (401, "invalid_client"))


def test_s01_s02_s03_an_assertion_signed_otherwise_is_refused(door: Any, partner: Any) -> None:
    stranger = ECKey.generate_key("P-256", parameters={"kid": "partner"})
    own = stranger.as_dict(private=False)
    tricks = [
        assertion(door, partner, stranger),
        _signed_with_the_public_key(assertion(door, partner)),
        assertion(door, partner, stranger, {"jwk": own}),
        assertion(door, partner, KEY, {"jku": "https://elsewhere.example/jwks"}),
        "eyJhbGciOiJub25lIn0." + assertion(door, partner).split(".")[1] + ".",
        "x.y.z",
        "",
    ]
    for signed in tricks:
        assert own_token(door, signed).get_json()["error"] in {"invalid_client"}, signed[:40]


def test_of_eight_uses_of_one_assertion_at_once_one_succeeds(door: Any, partner: Any) -> None:
    signed = assertion(door, partner)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: own_token(door, signed).status_code, range(8)))
    assert sorted(answers)[0] == 200
    assert answers.count(200) == 1


def test_a_client_with_keys_cannot_use_another_way_and_none_uses_two(door: Any, tools: Any, partner: Any) -> None:
    signed = assertion(door, partner)
    both = own_token(door, signed, client_id=partner.id, client_secret="x")
    assert both.get_json()["error"] == "invalid_request"
    bare = door.token(None, grant_type="client_credentials", scope="events:publish", client_id=partner.id)
    assert bare.get_json()["error"] == "invalid_client"


@pytest.mark.parametrize("scope", ["", "openid", "events:publish openid", "events:subscribe", "diary"])
def test_s18_a_client_by_itself_gets_nothing_that_needs_a_person(door: Any, partner: Any, scope: str) -> None:
    assert own_token(door, assertion(door, partner), scope=scope).get_json()["error"] == "invalid_scope"


def test_a_client_that_was_not_given_the_grant_gets_no_token_of_its_own(door: Any, tools: Any) -> None:
    rp = RelyingParty(door, tools.basic, conformance_client(scopes=("openid", "events:publish")))
    answer = rp.post(grant_type="client_credentials", scope="events:publish")
    assert answer.get_json()["error"] == "unauthorized_client"


@pytest.fixture
def rp(door: Any, tools: Any) -> RelyingParty:
    return RelyingParty(door, tools.basic)


def pushed(rp: RelyingParty, **changed: str | None) -> Any:
    sent = {name: value for name, value in rp.question(**changed).items() if name != "client_id"}
    headers = rp._basic(rp.client.id, "conformance-secret-conformance-secret")
    return rp.door.app.test_client().post("/oauth/par", data=sent, headers=headers)


def test_a_pushed_request_leads_to_a_code_once(rp: RelyingParty) -> None:
    answer = pushed(rp)
    assert (answer.status_code, answer.get_json()["expires_in"]) == (201, 60)
    uri = answer.get_json()["request_uri"]
    code = rp.follow(rp.browser.get("/oauth/authorize", client_id=rp.client.id, request_uri=uri))["code"]
    assert rp.redeem(code).status_code == 200
    again = rp.browser.get("/oauth/authorize", client_id=rp.client.id, request_uri=uri)
    assert (again.status_code, "Location" in again.headers) == (400, False)


def test_what_stands_in_the_address_beside_a_pushed_request_counts_for_nothing(rp: RelyingParty) -> None:
    uri = pushed(rp).get_json()["request_uri"]
    extra = {"redirect_uri": "https://elsewhere.example/", "scope": "openid email", "state": "other"}
    back = rp.follow(rp.browser.get("/oauth/authorize", client_id=rp.client.id, request_uri=uri, **extra))
    assert back["state"] == "a-state"
    assert rp.redeem(back["code"]).get_json()["scope"] == "openid"


def test_a_pushed_request_is_of_its_client_and_lives_a_minute(rp: RelyingParty, door: Any, tools: Any) -> None:
    other = RelyingParty(door, tools.basic)
    uri = pushed(rp).get_json()["request_uri"]
    stolen = other.browser.get("/oauth/authorize", client_id=other.client.id, request_uri=uri)
    assert (stolen.status_code, "Location" in stolen.headers) == (400, False)
    rows = PushedRequestDocument._get_collection()
    for row in rows.find():
        rows.update_one({"_id": row["_id"]}, {"$set": {"purge_at": row["purge_at"].replace(year=2020)}})
    late = rp.browser.get("/oauth/authorize", client_id=rp.client.id, request_uri=uri)
    assert (late.status_code, "Location" in late.headers) == (400, False)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"redirect_uri": "https://elsewhere.example/"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"request_uri": "https://rp.example/r.jwt"}, "invalid_request"),
        ({"request": "x"}, "request_not_supported"),
        ({"scope": "openid moderation"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": "a" * 43}, "invalid_request"),
    ],
)
def test_a_pushed_request_is_checked_when_it_comes(rp: RelyingParty, changed: dict[str, Any], error: str) -> None:
    answer = pushed(rp, **changed)
    assert (answer.status_code, answer.get_json()["error"]) == (400, error)


def test_nobody_pushes_without_proving_who_they_are(rp: RelyingParty) -> None:
    wrong = rp._basic(rp.client.id, "not-the-secret")
    answer = rp.door.app.test_client().post("/oauth/par", data=rp.question(), headers=wrong)
    assert answer.get_json()["error"] == "invalid_client"


def test_a_client_that_must_push_cannot_ask_in_the_address(door: Any, tools: Any) -> None:
    rp = RelyingParty(door, tools.basic, conformance_client(must_push=True))
    answer = rp.ask()
    assert (answer.status_code, "Location" in answer.headers) == (400, False)
    uri = pushed(rp).get_json()["request_uri"]
    assert "code" in rp.follow(rp.browser.get("/oauth/authorize", client_id=rp.client.id, request_uri=uri))
    assert BACK in rp.client.redirect_uris
