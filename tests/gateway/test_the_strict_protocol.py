"""Requests that two parsers could read in two ways, against a real gateway over raw sockets. Each is refused.

A marker path counts what reached the service: a smuggled request would show there.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.strict import Limits, StrictProtocol

H = b"Host: localhost\r\n"
GET = b"GET /content/v1/items HTTP/1.1\r\n"
POST = b"POST /oauth/token HTTP/1.1\r\n"
SMUGGLED = b"GET /content/v1/items/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
END = b"\r\n"

MALFORMED = {
    "content-length and transfer-encoding": POST
    + H
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + SMUGGLED,
    "transfer-encoding and content-length": POST
    + H
    + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"
    + SMUGGLED,
    "content-length twice": POST + H + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\nabcde",
    "content-length twice the same": POST + H + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
    "content-length as a list": POST + H + b"Content-Length: 5, 5\r\n\r\nabcde",
    "content-length with a sign": POST + H + b"Content-Length: +5\r\n\r\nabcde",
    "content-length negative": POST + H + b"Content-Length: -5\r\n\r\nabcde",
    "content-length in hex": POST + H + b"Content-Length: 0x5\r\n\r\nabcde",
    "content-length without end": POST + H + b"Content-Length: 99999999999999999999\r\n\r\nabcde",
    "content-length empty": POST + H + b"Content-Length:\r\n\r\nabcde",
    "transfer-encoding unknown": POST + H + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "transfer-encoding gzip, chunked": POST + H + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "transfer-encoding chunked, identity": POST + H + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "transfer-encoding twice": POST + H + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "transfer-encoding with a tab": POST + H + b"Transfer-Encoding:\tchunked, chunked\r\n\r\n0\r\n\r\n",
    "transfer-encoding in 1.0": b"POST /oauth/token HTTP/1.0\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "space before the colon": POST + H + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "chunk size in 0x": POST + H + b"Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
    "chunk size negative": POST + H + b"Transfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n",
    "chunk size too large": POST + H + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\na\r\n0\r\n\r\n",
    "chunk line with a bare LF": POST + H + b"Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
    "chunk longer than it says": POST + H + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
    "a trailer": POST + H + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nAuthorization: Bearer x\r\n\r\n",
    "bare LF": b"GET /content/v1/items HTTP/1.1\nHost: localhost\n\n",
    "bare LF in a header": GET + b"Host: localhost\nX-A: b\r\n\r\n",
    "bare CR": b"GET /content/v1/items HTTP/1.1\rHost: localhost\r\r",
    "a folded header": GET + H + b"X-A: b\r\n c\r\n\r\n",
    "NUL in a header": GET + H + b"X-A: b\x00c\r\n\r\n",
    "a header without a name": GET + H + b": b\r\n\r\n",
    "a header with a space in its name": GET + H + b"X A: b\r\n\r\n",
    "an underscore in a header name": GET + H + b"X_User_Id: evil\r\n\r\n",
    "Host twice": GET + H + b"Host: evil.example\r\n\r\n",
    "Host twice the same": GET + H + H + END,
    "no Host": GET + END,
    "empty Host": GET + b"Host:\r\n\r\n",
    "Host with a path": GET + b"Host: localhost/evil\r\n\r\n",
    "Host with a user": GET + b"Host: a@localhost\r\n\r\n",
    "Host as a list": GET + b"Host: localhost, evil.example\r\n\r\n",
    "Authorization twice": GET + H + b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
    "Cookie twice": GET + H + b"Cookie: a=1\r\nCookie: b=2\r\n\r\n",
    "Idempotency-Key twice": POST + H + b"Idempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: 0\r\n\r\n",
    "an unknown header twice": GET + H + b"X-Any: a\r\nX-Any: b\r\n\r\n",
    "absolute form": b"GET http://evil.example/x HTTP/1.1\r\n" + H + END,
    "asterisk form": b"OPTIONS * HTTP/1.1\r\n" + H + END,
    "authority form": b"CONNECT localhost:443 HTTP/1.1\r\n" + H + END,
    "two slashes in front": b"GET //evil.example/x HTTP/1.1\r\n" + H + END,
    "a fragment": b"GET /content/v1/items#x HTTP/1.1\r\n" + H + END,
    "no slash in front": b"GET content HTTP/1.1\r\n" + H + END,
    "a space in the target": b"GET /content/v1/items x HTTP/1.1\r\n" + H + END,
    "bytes above ASCII in the target": b"GET /caf\xc3\xa9 HTTP/1.1\r\n" + H + END,
    "HTTP/0.9": b"GET /content/v1/items\r\n\r\n",
    "HTTP/2.0": b"GET /content/v1/items HTTP/2.0\r\n" + H + END,
    "HTTP/1.2": b"GET /content/v1/items HTTP/1.2\r\n" + H + END,
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TRACE": b"TRACE /content/v1/items HTTP/1.1\r\n" + H + END,
    "an unknown method": b"EVIL /content/v1/items HTTP/1.1\r\n" + H + END,
    "a method in small letters": b"get /content/v1/items HTTP/1.1\r\n" + H + END,
    "an upgrade to h2c": GET
    + H
    + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n"
    + SMUGGLED,
    "an upgrade to a websocket": GET
    + H
    + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AA==\r\n\r\n",
    "GET with a body": GET + H + b"Content-Length: 5\r\n\r\nabcde",
    "GET with chunks": GET + H + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an unknown expectation": POST + H + b"Expect: 200-ok\r\nContent-Length: 1\r\n\r\na",
    "a head of 5 MB": GET + H + b"X-A: " + b"a" * 5_000_000 + b"\r\n\r\n",
    "2,000 headers": GET + H + b"".join(b"X-%d: a\r\n" % number for number in range(2000)) + END,
    "a target of 64 kB": b"GET /" + b"a" * 65_536 + b" HTTP/1.1\r\n" + H + END,
    "a token of 64 kB": GET + H + b"Authorization: Bearer " + b"a" * 65_536 + b"\r\n\r\n",
    "chunks of nothing but extensions": POST
    + H
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + (b"1;" + b"x" * 8000 + b"\r\na\r\n") * 40,
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_request_is_refused_and_reaches_nobody(city: Any, name: str) -> None:
    before = len(city.content.requests) + len(city.identity.requests)
    heard = city.raw(MALFORMED[name])
    assert heard.closed
    assert len(heard.statuses) == 1
    assert heard.statuses[0] in (400, 405, 408, 414, 417, 431, 505)
    assert heard.problem["type"].startswith("http://localhost:8000/problems/")
    assert len(city.content.requests) + len(city.identity.requests) == before


@pytest.mark.parametrize(
    "path",
    ["/a%2f..%2fadmin", "/a//b", "/a/../b", "/a%00", "/a\\b", "/selfcare%2fv1/diary", "/content/v1/items/%2e%2e/x"],
)
def test_an_ambiguous_path_is_a_problem_and_reaches_nobody(city: Any, path: str) -> None:
    before = sum(len(upstream.requests) for upstream in city.upstreams.values())
    heard = city.raw(f"GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode())
    assert heard.statuses == [400]
    assert b"application/problem+json" in heard.data
    assert sum(len(upstream.requests) for upstream in city.upstreams.values()) == before


def test_lists_may_come_in_several_lines(city: Any) -> None:
    heard = city.raw(
        GET + H + b"Accept: a/b\r\nAccept: c/d\r\nX-Forwarded-For: a\r\nX-Forwarded-For: b\r\nConnection: close\r\n\r\n"
    )
    assert heard.statuses == [200]


def test_requests_one_behind_the_other_are_answered_in_order(city: Any) -> None:
    city.content.scripts["/content/v1/items"] = lambda *_: b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst"
    heard = city.raw(GET + H + END + b"GET /healthz HTTP/1.1\r\n" + H + b"Connection: close\r\n\r\n")
    assert heard.statuses == [200, 200]
    assert heard.data.index(b"first") < heard.data.index(b'"status":"ok"')


def test_garbage_behind_a_request_lets_its_answer_finish_and_closes(city: Any) -> None:
    gate = threading.Event()

    def slow(*_: Any) -> bytes:
        gate.wait(5)
        return b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst"

    city.content.scripts["/content/v1/items"] = slow
    with socket.create_connection(("127.0.0.1", city.port)) as client:
        client.settimeout(5)
        client.sendall(GET + H + END + b"NONSENSE\r\n\r\n" + SMUGGLED)
        gate.set()
        heard = b""
        while data := client.recv(65536):
            heard += data
    assert heard.count(b"HTTP/1.1 ") == 1
    assert heard.endswith(b"first")
    assert not city.content.seen("/content/v1/items/smuggled")


def test_what_follows_connection_close_is_not_read(city: Any) -> None:
    heard = city.raw(GET + H + b"Connection: close\r\n\r\n" + SMUGGLED)
    assert heard.statuses == [200]
    assert heard.closed
    assert not city.content.seen("/content/v1/items/smuggled")


def test_refusals_are_counted_by_their_kind(city: Any) -> None:
    city.raw(MALFORMED["no Host"])
    metrics = city.http.request("GET", f"http://127.0.0.1:{city.metrics_port}/metrics").data.decode()
    assert 'pijnstad_gateway_refused_total{slug="bad-request",status="400"}' in metrics


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.sampled_from([GET, POST, b"GET /healthz HTTP/1.1\r\n"]),
    lines=st.lists(
        st.one_of(
            st.sampled_from(
                [
                    H,
                    b"Content-Length: 3\r\n",
                    b"Transfer-Encoding: chunked\r\n",
                    b"Connection: close\r\n",
                    b"Expect: 100-continue\r\n",
                    b"\r",
                    b"\n",
                ]
            ),
            st.binary(max_size=40).map(lambda value: b"X: " + value + b"\r\n"),
        ),
        max_size=6,
    ),
    tail=st.binary(max_size=60),
)
def test_whatever_arrives_the_gateway_answers_wellformed_or_not_at_all(
    city: Any, head: bytes, lines: list[bytes], tail: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", city.port)) as client:
        client.settimeout(3)
        client.sendall(head + b"".join(lines) + END + tail)
        client.shutdown(socket.SHUT_WR)
        heard = b""
        try:
            while data := client.recv(65536):
                heard += data
        except ConnectionResetError:
            pass
    assert heard == b"" or heard.startswith(b"HTTP/1.1 ")
    assert b"HTTP/1.1 500" not in heard
    assert city.get("/healthz").status == 200


# Deadlines, with short limits in this process: the clock is the same, only faster.


class Hasty(StrictProtocol):
    limits = Limits(idle_seconds=0.6, head_seconds=0.6, body_seconds=0.6)


async def _hello(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        more = message["more_body"]
    body = json.dumps(scope["path"]).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def hasty() -> Iterator[int]:
    """The port of a small server behind the strict protocol with deadlines of 0.6 s."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(_hello, http=Hasty, lifespan="off", log_config=None, loop="asyncio", timeout_keep_alive=60)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(10)


def test_a_connection_that_says_nothing_is_closed_without_a_word(city: Any, hasty: int) -> None:
    heard = city.raw(b"", port=hasty, seconds=5)
    assert (heard.closed, heard.data) == (True, b"")


def test_a_head_that_never_ends_is_refused_with_408(city: Any, hasty: int) -> None:
    heard = city.raw(b"GET / HTTP/1.1\r\nHost: a\r\nX-A: ", port=hasty, seconds=5)
    assert (heard.closed, heard.statuses) == (True, [408])


def test_a_body_that_never_ends_is_refused_with_408(city: Any, hasty: int) -> None:
    heard = city.raw(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc", port=hasty, seconds=5)
    assert (heard.closed, heard.statuses) == (True, [408])


def test_a_kept_connection_that_falls_silent_is_closed(city: Any, hasty: int) -> None:
    heard = city.raw(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", port=hasty, seconds=5)
    assert (heard.closed, heard.statuses) == (True, [200])


def test_empty_lines_do_not_keep_a_connection_open(city: Any, hasty: int) -> None:
    with socket.create_connection(("127.0.0.1", hasty)) as client:
        client.settimeout(0.1)
        for _ in range(60):
            try:
                client.sendall(b"\r\n")
                if client.recv(100) == b"":
                    return
            except TimeoutError:
                continue
            except OSError:
                return
    pytest.fail("still open")
