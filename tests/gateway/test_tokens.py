"""Opaque tokens in, short single-audience tokens out; revocation within ten seconds; identity away means closed."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from pijnstad_kit.testing import wait_for


def keys_of(city: Any) -> KeySet:
    return KeySet.import_key_set(city.get("/.well-known/gateway-jwks.json").json())


def test_a_service_gets_a_signed_token_for_itself_alone(city: Any) -> None:
    token = city.token("member-7", roles=["editor"], consents=["diary", "suggestions"])
    city.get("/selfcare/v1/diary", token)
    sent = city.selfcare.last["authorization"].removeprefix("Bearer ")
    decoded = jwt.decode(sent, keys_of(city), algorithms=["ES256"])
    assert decoded.header["typ"] == "at+jwt"
    claims = decoded.claims
    assert (claims["iss"], claims["aud"], claims["sub"]) == ("http://localhost:8000", "selfcare", "member-7")
    assert (claims["client_id"], claims["scope"]) == ("pijnstad-web", "openid diary content")
    assert (claims["roles"], claims["consents"]) == (["editor"], ["diary", "suggestions"])
    assert claims["exp"] - claims["iat"] == 60
    assert token not in str(city.selfcare.last.headers)


def test_each_service_gets_its_own_audience(city: Any) -> None:
    token = city.token()
    for service, path in (
        ("selfcare", "/selfcare/v1/diary"),
        ("content", "/content/v1/items"),
        ("identity", "/identity/v1/me"),
    ):
        city.get(path, token)
        assert city.upstreams[service].last.claims["aud"] == service


def test_a_token_never_outlives_the_one_it_came_from(city: Any) -> None:
    expires = int(time.time()) + 20
    city.get("/selfcare/v1/diary", city.token(exp=expires))
    assert city.selfcare.last.claims["exp"] <= expires


def test_the_minted_token_is_used_again_while_it_is_fresh(city: Any) -> None:
    token = city.token()
    asked = len(city.identity.asked)
    seen = set()
    for _ in range(5):
        city.get("/selfcare/v1/diary", token)
        seen.add(city.selfcare.last["authorization"])
    assert len(seen) == 1
    assert len(city.identity.asked) == asked + 1


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer a b",
        "Basic YTpi",
        "Bearer token\ttoken",
        "Bearer x",
        "Token abcdefgh",
        "Bearer äöüäöüäöü",
        "Bearer a,b,c,d,e,f",
    ],
)
def test_what_is_no_bearer_token_is_refused_without_asking_identity(city: Any, header: str) -> None:
    asked = len(city.identity.asked)
    answer = city.get("/selfcare/v1/diary", headers={"Authorization": header.encode("utf-8").decode("latin-1")})
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["type"].endswith("/problems/unauthenticated")
    assert len(city.identity.asked) == asked


def test_a_token_of_ten_kilobytes_is_refused_without_asking_identity(city: Any) -> None:
    asked = len(city.identity.asked)
    assert city.get("/selfcare/v1/diary", "t" * 10_000).status == 401
    assert len(city.identity.asked) == asked


def test_an_unknown_token_is_refused_even_where_none_is_needed(city: Any) -> None:
    seen = len(city.content.requests)
    assert city.get("/content/v1/items", "never-given-0001").status == 401
    assert city.get("/selfcare/v1/diary", "never-given-0001").status == 401
    assert len(city.content.requests) == seen


def test_no_token_is_refused_where_one_is_needed_and_passes_where_not(city: Any) -> None:
    assert city.get("/selfcare/v1/diary").status == 401
    assert city.get("/content/v1/suggestions").status == 401
    assert city.get("/content/v1/items").status == 200
    assert "authorization" not in city.content.last


def test_an_expired_token_is_refused(city: Any) -> None:
    assert city.get("/selfcare/v1/diary", city.token(exp=int(time.time()) - 1)).status == 401


def test_a_token_that_speaks_for_nobody_is_refused(city: Any) -> None:
    assert city.get("/selfcare/v1/diary", city.token(sub=None)).status == 401


def test_a_token_expires_in_the_middle_of_its_remembered_time(city: Any) -> None:
    token = city.token(exp=int(time.time()) + 2)
    assert city.get("/selfcare/v1/diary", token).status == 200
    wait_for(lambda: city.get("/selfcare/v1/diary", token).status == 401, timeout=4)


def test_a_signed_token_of_ours_opens_nothing_from_outside(city: Any) -> None:
    city.get("/selfcare/v1/diary", city.token())
    inside = city.selfcare.last["authorization"].removeprefix("Bearer ")
    assert city.get("/selfcare/v1/diary", inside).status == 401
    assert city.get("/content/v1/items", inside).status == 401


def test_the_providers_own_endpoints_get_the_callers_header_and_no_token_of_ours(city: Any) -> None:
    token = city.token()
    city.get("/oauth/userinfo", token)
    assert city.identity.last["authorization"] == f"Bearer {token}"
    city.request("POST", "/oauth/token", headers={"Authorization": "Basic YTpi"}, body=b"grant_type=x")
    assert city.identity.last["authorization"] == "Basic YTpi"


def test_many_requests_with_one_new_token_ask_identity_once(city: Any) -> None:
    token, asked = city.token(), len(city.identity.asked)
    gate = threading.Event()
    known = city.identity.scripts["/oauth/introspect"]

    def slow(request: Any, connection: Any) -> Any:
        gate.wait(5)
        return known(request, connection)

    city.identity.scripts["/oauth/introspect"] = slow
    try:
        statuses: list[int] = []
        threads = [
            threading.Thread(target=lambda: statuses.append(city.get("/content/v1/items", token).status))
            for _ in range(20)
        ]
        for thread in threads:
            thread.start()
        wait_for(lambda: city.identity.seen("/oauth/introspect"))
        gate.set()
        for thread in threads:
            thread.join(10)
    finally:
        city.identity.scripts["/oauth/introspect"] = known
    assert statuses == [200] * 20
    assert city.identity.asked[asked:].count(token) == 1


def test_a_write_to_identity_makes_the_gateway_ask_again(city: Any) -> None:
    token = city.token(consents=[])
    city.get("/selfcare/v1/diary", token)
    assert city.selfcare.last.claims["consents"] == []
    city.identity.tokens[token]["consents"] = ["diary"]
    city.get("/selfcare/v1/diary", token)
    assert city.selfcare.last.claims["consents"] == []
    assert city.request("PUT", "/identity/v1/consents/diary", token, body=b"{}").status == 200
    city.get("/selfcare/v1/diary", token)
    assert city.selfcare.last.claims["consents"] == ["diary"]


def test_s27_a_revoked_token_is_refused_within_ten_seconds(city: Any) -> None:
    token = city.token()
    assert city.get("/selfcare/v1/diary", token).status == 200
    city.identity.tokens[token] = {"active": False}
    revoked = time.monotonic()
    wait_for(lambda: city.get("/selfcare/v1/diary", token).status == 401, timeout=12)
    assert time.monotonic() - revoked < 10.5


def test_r29_identity_away_known_tokens_work_until_their_time_is_over_then_503_and_never_open(make_city: Any) -> None:
    city = make_city()
    token = city.token()
    assert city.get("/selfcare/v1/diary", token).status == 200
    city.identity.stop()
    assert city.get("/selfcare/v1/diary", token).status == 200
    unknown = city.get("/selfcare/v1/diary", "never-seen-before")
    assert (unknown.status, unknown.headers["retry-after"]) == (503, "5")
    assert unknown.json()["type"].endswith("/problems/unavailable")
    seen = len(city.selfcare.requests)
    wait_for(lambda: city.get("/selfcare/v1/diary", token).status == 503, timeout=12)
    closed = len(city.selfcare.requests)
    for _ in range(5):
        assert city.get("/selfcare/v1/diary", token).status == 503
    assert len(city.selfcare.requests) == closed >= seen
    assert city.get("/content/v1/items").status == 200
    assert city.get("/healthz").status == 200
    city.identity.start()
    wait_for(lambda: city.get("/selfcare/v1/diary", token).status == 200)


@pytest.mark.parametrize(
    "said",
    [
        b"no json",
        b"[]",
        b'{"active": "true"}',
        b'{"active": 1, "sub": "m"}',
        b'{"active": true}',
        b'{"active": true, "sub": "m", "client_id": "c", "exp": "soon"}',
        b'{"active": true, "sub": {"$ne": null}, "client_id": "c", "exp": 99999999999}',
    ],
)
def test_an_answer_of_identity_that_makes_no_sense_opens_nothing(city: Any, said: bytes) -> None:
    known = city.identity.scripts["/oauth/introspect"]
    city.identity.scripts["/oauth/introspect"] = lambda *_: (
        b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(said), said)
    )
    try:
        seen = len(city.selfcare.requests)
        assert city.get("/selfcare/v1/diary", f"odd-token-{len(said)}-{said[-3:].hex()}").status in (401, 503)
        assert len(city.selfcare.requests) == seen
    finally:
        city.identity.scripts["/oauth/introspect"] = known


@pytest.mark.parametrize("status", ["401 UNAUTHORIZED", "500 OOPS", "429 SLOW", "302 FOUND"])
def test_identity_that_refuses_us_closes_the_door(city: Any, status: str) -> None:
    known = city.identity.scripts["/oauth/introspect"]
    body = json.dumps({"active": True, "sub": "m", "client_id": "c", "exp": 99999999999}).encode()
    city.identity.scripts["/oauth/introspect"] = lambda *_: (
        b"HTTP/1.1 %b\r\ncontent-length: %d\r\n\r\n%b"
        % (
            status.encode(),
            len(body),
            body,
        )
    )
    try:
        assert city.get("/selfcare/v1/diary", f"odd-token-{status[:3]}").status == 503
    finally:
        city.identity.scripts["/oauth/introspect"] = known


def test_s26_after_a_rotation_both_keys_are_known_and_the_new_one_signs_later(make_city: Any) -> None:
    import subprocess
    import sys

    city = make_city()
    first = city.get("/.well-known/gateway-jwks.json").json()["keys"]
    subprocess.run(
        [sys.executable, "-m", "gateway", "rotate-key"], env=city.environment, check=True, capture_output=True
    )
    both = wait_for(
        lambda: len(keys := city.get("/.well-known/gateway-jwks.json").json()["keys"]) == 2 and keys, timeout=20
    )
    assert both[0] == first[0]
    assert all("d" not in key for key in both)
    city.get("/selfcare/v1/diary", city.token())
    sent = city.selfcare.last["authorization"].removeprefix("Bearer ")
    assert jwt.decode(sent, keys_of(city), algorithms=["ES256"]).header["kid"] == first[0]["kid"]


def test_two_gateways_on_one_database_sign_with_one_key(make_city: Any) -> None:
    one = make_city()
    two = make_city(upstreams=one.upstreams, start=False)
    two.environment["PIJNSTAD_DATABASE"] = one.environment["PIJNSTAD_DATABASE"]
    two.environment["PIJNSTAD_MASTER_KEY"] = one.environment["PIJNSTAD_MASTER_KEY"]
    two.start()
    path = "/.well-known/gateway-jwks.json"
    assert one.get(path).json() == two.get(path).json()
