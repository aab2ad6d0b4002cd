"""Headers, cookies and bodies: what reaches a service, what reaches the caller, and what never does."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from gateway.headers import Policy
from gateway.routes import Route

FORGED = {
    "X-User-Id": "someone-else",
    "X-Forwarded-For": "10.0.0.1",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Real-Ip": "10.0.0.1",
    "Forwarded": "for=10.0.0.1",
    "X-Original-Url": "/admin",
    "X-Http-Method-Override": "DELETE",
    "X-Correlation-Id": "forged-correlation",
    "Traceparent": "00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-01",
    "Tracestate": "x=y",
    "Te": "trailers",
    "Keep-Alive": "timeout=100",
    "Proxy-Authorization": "Basic eDp5",
    "Via": "1.1 somewhere",
    "Connection": "keep-alive, X-Request-Id, Authorization",
}


def test_nothing_a_caller_claims_about_itself_reaches_a_service(city: Any) -> None:
    city.get("/selfcare/v1/diary", city.token(), headers=FORGED)
    seen = dict(city.selfcare.last.headers)
    assert not {name.lower() for name in FORGED} & set(seen) - {"x-correlation-id", "traceparent", "forwarded"}
    assert seen["x-correlation-id"] != FORGED["X-Correlation-Id"]
    assert re.fullmatch("[0-9a-f-]{36}", seen["x-correlation-id"])
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", seen["traceparent"])
    assert "f" * 32 not in seen["traceparent"]
    assert seen["forwarded"] == f'for=127.0.0.1;host="127.0.0.1:{city.port}";proto=http'
    assert seen["host"] == f"127.0.0.1:{city.selfcare.port}"


def test_a_header_named_in_connection_still_reaches_the_service(city: Any) -> None:
    city.get(
        "/selfcare/v1/diary",
        city.token(),
        headers={"Connection": "authorization, idempotency-key", "Idempotency-Key": "k1"},
    )
    assert city.selfcare.last["idempotency-key"] == "k1"
    assert city.selfcare.last["authorization"].startswith("Bearer ")


def test_what_the_api_needs_passes(city: Any) -> None:
    wanted = {
        "Accept-Language": "nl",
        "If-Match": '"3"',
        "If-None-Match": '"4"',
        "Idempotency-Key": "abc",
        "Content-Type": "application/json",
    }
    city.request("POST", "/selfcare/v1/diary", city.token(), headers=wanted, body=b"{}")
    assert {name: city.selfcare.last[name.lower()] for name in wanted} == wanted


def test_cookies_pass_only_where_the_table_names_them(city: Any) -> None:
    everything = "pijnstad_account=a; pijnstad_web=w; tracking=t; pijnstad_language=nl"
    city.get("/account/sign-in", headers={"Cookie": everything})
    assert city.identity.last["cookie"] == "pijnstad_account=a; pijnstad_language=nl"
    city.get("/stadhuis", headers={"Cookie": everything})
    assert city.web.last["cookie"] == "pijnstad_web=w; pijnstad_language=nl"
    city.get("/selfcare/v1/diary", city.token(), headers={"Cookie": everything})
    assert "cookie" not in city.selfcare.last


def test_a_token_never_reaches_a_page_and_a_page_never_sets_a_foreign_cookie(city: Any) -> None:
    cookies = ("set-cookie: pijnstad_web=1; HttpOnly", "set-cookie: pijnstad_account=2", "set-cookie: other=3")
    city.web.scripts["/boek"] = lambda *_: http("200 OK", b"hoi", "content-type: text/html", *cookies)
    answer = city.get("/boek", city.token())
    assert "authorization" not in city.web.last
    assert answer.headers.getlist("set-cookie") == ["pijnstad_web=1; HttpOnly"]


def http(status: str, body: bytes, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers]).encode() + b"\r\n\r\n" + body


def test_what_a_service_says_about_itself_stays_inside(city: Any) -> None:
    inside = (
        "server: gunicorn",
        "x-powered-by: flask",
        "x-internal: 1",
        "keep-alive: timeout=5",
        "access-control-allow-origin: *",
    )
    city.content.scripts["/content/v1/items"] = lambda *_: http(
        "200 OK", b"{}", 'etag: "7"', "x-request-id: theirs", *inside
    )
    answer = city.get("/content/v1/items")
    assert answer.headers["etag"] == '"7"'
    assert not {line.partition(":")[0] for line in inside} & {name.lower() for name in answer.headers}
    assert answer.headers["x-request-id"] != "theirs"


def test_every_answer_carries_the_safety_headers(city: Any) -> None:
    for path in ("/", "/content/v1/items", "/nope//", "/v1/none", "/docs", "/healthz", "/selfcare/v1/diary"):
        headers = city.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["x-frame-options"] == "DENY", path
        assert "content-security-policy" in headers, path
        assert len(headers.getlist("x-request-id")) == 1, path
        assert "access-control-allow-origin" not in headers, path


def test_personal_data_is_never_stored_on_the_way(city: Any) -> None:
    assert city.get("/selfcare/v1/diary", city.token()).headers["cache-control"] == "no-store"


def test_the_callers_request_id_is_echoed_and_passed_on_when_it_is_one(city: Any) -> None:
    answer = city.get("/content/v1/items", headers={"X-Request-Id": "client-id-0001"})
    assert answer.headers["x-request-id"] == city.content.last["x-request-id"] == "client-id-0001"
    answer = city.get("/content/v1/items", headers={"X-Request-Id": 'x" onload="'})
    assert re.fullmatch("[0-9a-f-]{36}", answer.headers["x-request-id"])


@pytest.mark.parametrize("size", [0, 1, 1000, 70_000, 1024 * 1024])
def test_a_body_arrives_as_it_was_sent(city: Any, size: int) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    answer = city.request("POST", "/selfcare/v1/diary", city.token(), body=body)
    assert answer.status == 200
    assert city.selfcare.last.body == body
    assert json.loads(answer.data)["body"] == body.decode("latin-1")


def test_a_body_in_chunks_arrives_as_it_was_sent(city: Any) -> None:
    pieces = [b"a" * 10, b"b" * 50_000, b"c" * 100_000]
    answer = city.request("POST", "/selfcare/v1/diary", city.token(), body=iter(pieces), chunked=True)
    assert answer.status == 200
    assert city.selfcare.last.body == b"".join(pieces)


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_above_the_limit_is_refused_with_413(city: Any, chunked: bool) -> None:
    body = b"x" * (2 * 1024 * 1024)
    more = {"body": iter([body[:1_000_000], body[1_000_000:]]), "chunked": True} if chunked else {"body": body}
    answer = city.request("POST", "/selfcare/v1/diary", city.token(), **more)
    assert answer.status == 413
    assert answer.json()["type"].endswith("/problems/too-large")


def test_a_method_that_is_not_used_is_refused_and_the_used_ones_are_named(city: Any) -> None:
    answer = city.request("DELETE", "/oauth/token")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    preflight = city.request("OPTIONS", "/v1/stream/tickets", headers={"Origin": "https://evil.example"})
    assert preflight.status == 405
    assert not [name for name in preflight.headers if name.lower().startswith("access-control")]


def test_a_redirect_to_an_inside_address_is_turned_into_a_path(city: Any) -> None:
    inside = f"http://127.0.0.1:{city.web.port}/elders"
    city.web.scripts["/hier"] = lambda *_: http("302 FOUND", b"", f"location: {inside}")
    assert city.get("/hier").headers["location"] == "/elders"


def test_a_head_request_gets_the_head_only(city: Any) -> None:
    city.content.scripts["/content/v1/items"] = lambda *_: b"HTTP/1.1 200 OK\r\ncontent-length: 12345\r\n\r\n"
    heard = city.raw(
        b"HEAD /content/v1/items HTTP/1.1\r\nhost: a\r\n\r\nGET /healthz HTTP/1.1\r\nhost: a\r\n\r\n", seconds=1
    )
    assert heard.statuses == [200, 200]
    assert b"content-length: 12345" in heard.data


def test_an_unchanged_answer_passes_without_a_body(city: Any) -> None:
    city.content.scripts["/content/v1/items"] = lambda *_: (
        b'HTTP/1.1 304 NOT MODIFIED\r\netag: "7"\r\ncontent-length: 9\r\n\r\n'
    )
    answer = city.get("/content/v1/items", headers={"If-None-Match": '"7"'})
    assert (answer.status, answer.data, answer.headers["etag"]) == (304, b"", '"7"')
    assert city.get("/healthz").status == 200


def test_an_http_1_0_caller_gets_a_length_instead_of_chunks(city: Any) -> None:
    city.content.scripts["/content/v1/items"] = lambda *_: (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )
    heard = city.raw(b"GET /content/v1/items HTTP/1.0\r\nhost: a\r\n\r\n")
    assert heard.closed
    assert heard.data.endswith(b"\r\n\r\nabcde")
    assert b"content-length: 5" in heard.data


def test_in_production_cookies_carry_the_host_prefix_and_answers_ask_for_https() -> None:
    policy = Policy(Route("/", "web", "browser", cookies=("pijnstad_web",)), "http://127.0.0.1:1", production=True)
    assert policy.cookie_line(b"pijnstad_web=a; __Host-pijnstad_web=b") == b"cookie: __Host-pijnstad_web=b\r\n"
    headers = dict(policy.answer_headers(200, [(b"set-cookie", b"pijnstad_web=x")], b"id"))
    assert b"set-cookie" not in headers
    assert b"max-age=" in headers[b"strict-transport-security"]
