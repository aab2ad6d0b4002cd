"""Smuggling, spoofed headers and twisted paths against the door with each real service behind it.

What would be smuggled is a write or a read with a mark in its path; a service that heard of it would have written the mark
into its log. The refusals themselves, one by one, are in tests/gateway.
"""

from __future__ import annotations

import os
import socket

import pytest
from town import People, Town

pytestmark = pytest.mark.city

PATHS = {
    "identity": "/identity/v1/me",
    "selfcare": "/selfcare/v1/diary",
    "content": "/content/v1/suggestions",
    "decision": "/decision/v1/about",
    "community": "/community/v1/about",
    "web": "/welkom",
}
CHUNKED = "Transfer-Encoding: chunked\r\n"
SMUGGLES = {
    "CL+TE": ("Content-Length: 6\r\n" + CHUNKED, "0\r\n\r\n{}"),
    "TE+CL": (CHUNKED + "Content-Length: 3\r\n", "0\r\n\r\n{}"),
    "double CL": ("Content-Length: 0\r\nContent-Length: {n}\r\n", "{}"),
    "CL list": ("Content-Length: 0, {n}\r\n", "{}"),
    "bare LF": ("Content-Length: 0\nX: y\r\n", "{}"),
    "space before the colon": ("Content-Length : {n}\r\n", "{}"),
    "obs-fold": ("X: y\r\n Content-Length: {n}\r\n", "{}"),
    "TE space": ("Transfer-Encoding : chunked\r\n", "0\r\n\r\n{}"),
    "TE tab": ("Transfer-Encoding:\tidentity, chunked\r\n", "0\r\n\r\n{}"),
    "TE twice": (CHUNKED + "Transfer-Encoding: identity\r\n", "0\r\n\r\n{}"),
    "TE in 1.0 words": ("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n{}"),
    "chunk extension with LF": (CHUNKED, "0;a\n\r\n\r\n{}"),
    "chunk in hex spelling": (CHUNKED, "0x0\r\n\r\n{}"),
    "chunk with a bare CR": (CHUNKED, "0\r\r\n\r\n{}"),
    "chunk negative": (CHUNKED, "-0\r\n\r\n{}"),
    "trailer": (CHUNKED, "0\r\nAuthorization: Bearer x\r\n\r\n{}"),
    "NUL in a value": ("X: a\x00\r\nContent-Length: 0\r\n", "{}"),
    "underscore": ("Content_Length: {n}\r\nTransfer_Encoding: chunked\r\nContent-Length: 0\r\nX_Host: b\r\n", "{}"),
}


def say(town: Town, data: bytes) -> bytes:
    """Send bytes and return what comes until the door closes or falls silent."""
    heard = b""
    with socket.create_connection(("127.0.0.1", town.port), timeout=3) as client:
        client.sendall(data)
        try:
            while piece := client.recv(65536):
                heard += piece
        except (TimeoutError, ConnectionError):
            pass
    return heard


def written(town: Town) -> str:
    """Return all logs of the city."""
    return "".join(path.read_text(errors="replace") for path in (town.data / "log").rglob("*") if path.is_file())


@pytest.mark.parametrize("service", PATHS)
@pytest.mark.parametrize("name", SMUGGLES)
def test_nothing_is_smuggled_past_the_door(town: Town, people: People, service: str, name: str) -> None:
    token, mark = people.owner.tokens["access_token"], f"smuggled-{os.urandom(6).hex()}"
    method = "POST" if service in ("selfcare", "web") else "PUT"
    hidden = f"GET {PATHS[service]}?{mark}=1 HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: {mark}\r\n\r\n"
    lines, body = SMUGGLES[name]
    host = f"Host: localhost:{town.port}\r\nAuthorization: Bearer {token}\r\n"
    start = f"{method} {PATHS[service]} HTTP/1.1\r\n{host}Content-Type: application/json\r\n"
    lines, body = lines.replace("{n}", str(len(hidden))), body.replace("{}", hidden)
    heard = say(town, (start + lines + "\r\n" + body).encode("latin-1"))
    assert heard.count(b"HTTP/1.1 ") == 1
    assert heard[9:12] in (b"400", b"405", b"501")
    assert mark not in written(town)


@pytest.mark.parametrize("service", PATHS)
@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: https",
        "Forwarded: for=10.0.0.1;host=evil.example",
        "X-Original-URL: /metrics",
        "X-Rewrite-URL: /metrics",
        "X-HTTP-Method-Override: DELETE",
        "X-User-Id: admin",
        "X-Remote-User: admin",
        "Connection: close, Authorization, X-Request-Id",
        "Connection: keep-alive, Host",
        "TE: trailers",
        "Proxy-Authorization: Basic YTpi",
        "Via: 1.1 evil",
    ],
)
def test_what_a_caller_says_about_itself_changes_no_answer(
    town: Town, people: People, service: str, header: str
) -> None:
    name, _, value = header.partition(": ")
    headers = {"Authorization": f"Bearer {people.owner.tokens['access_token']}", "Accept": "application/json"}
    plain = town.http.request("GET", town.url + PATHS[service], headers=headers, redirect=False)
    spoofed = town.http.request("GET", town.url + PATHS[service], headers={**headers, name: value}, redirect=False)
    assert (spoofed.status, spoofed.headers.get("Location")) == (plain.status, plain.headers.get("Location"))
    assert b"evil.example" not in spoofed.data
    assert "evil.example" not in str(dict(spoofed.headers))


@pytest.mark.parametrize("service", PATHS)
@pytest.mark.parametrize(
    "twist", ["%2f", "%2e%2e/", "../", "./", "//", "%00", "%5c", "\\", ";/../", "%252e", "%u002f", "%c0%ae"]
)
def test_a_twisted_path_is_refused(town: Town, people: People, service: str, twist: str) -> None:
    first, _, rest = PATHS[service][1:].partition("/")
    path = f"/{first}/{twist}{rest}" if rest else f"/{twist}{first}"
    request = (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {people.owner.tokens['access_token']}\r\n\r\n"
    )
    assert say(town, request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").encode("latin-1"))[9:12] in (
        b"400",
        b"404",
    )


@pytest.mark.parametrize("path", ["/metrics", "/healthz/x", "/openapi.json/x", "/oauth", "/p/x", "/partners/v1", "/v1"])
def test_g09_nothing_is_reachable_past_the_table(town: Town, path: str) -> None:
    assert town.http.request("GET", town.url + path).status == 404


@pytest.mark.parametrize("service", ["identity", "selfcare", "content", "decision", "community"])
def test_g09_what_a_service_documents_is_what_the_door_documents(town: Town, service: str) -> None:
    inside = town.http.request("GET", town.inside(service) + "/openapi.json").json()["paths"]
    outside = town.http.request("GET", town.url + "/openapi.json").json()["paths"]
    assert set(inside) <= set(outside)
    assert {path: set(item) for path, item in inside.items()} == {path: set(outside[path]) for path in inside}
    for path in ("/metrics", "/readyz", "/healthz"):
        assert town.http.request("GET", f"{town.url}/{service}{path}").status == 404
