"""A service that dies, hangs, talks nonsense or answers twice harms its own callers only; nobody gets another's answer."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import suppress
from typing import Any

import pytest

from pijnstad_kit.testing import wait_for

ITEMS = "/content/v1/items"


def well(city: Any, path: str = ITEMS) -> None:
    """The same route answers the right caller, well, right after."""
    for number in range(3):
        answer = city.get(f"{path}?n={number}")
        assert answer.status == 200
        assert answer.json()["target"] == f"{path}?n={number}"


def test_a_service_that_is_not_there_is_503_with_retry_after_and_the_others_work(make_city: Any) -> None:
    city = make_city()
    city.content.stop()
    answer = city.get(ITEMS, headers={"Accept-Language": "nl"})
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["title"] == "Dit lukt nu even niet"
    assert city.get("/decision/v1/about").status == 200
    city.content.start()
    well(city)


GARBAGE = {
    "no http": b"hello there\r\n\r\n",
    "a bad status": b"HTTP/1.1 abc OK\r\ncontent-length: 0\r\n\r\n",
    "length and chunks": b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd",
    "a broken length": b"HTTP/1.1 200 OK\r\ncontent-length: three\r\n\r\nabc",
    "a bad header": b"HTTP/1.1 200 OK\r\nbad header\r\ncontent-length: 0\r\n\r\n",
    "a NUL in a header": b"HTTP/1.1 200 OK\r\nx: a\x00b\r\ncontent-length: 0\r\n\r\n",
    "an upgrade": b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
    "a head without end": b"HTTP/1.1 200 OK\r\n" + b"x: " + b"a" * 200_000,
    "a broken chunk in a short answer": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "TLS": b"\x15\x03\x01\x00\x02\x02\x46",
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_from_a_service_is_502_or_a_cut_answer_and_the_next_one_is_well(city: Any, name: str) -> None:
    city.content.scripts[ITEMS + "/garbage"] = lambda *_: GARBAGE[name]
    heard = city.raw(f"GET {ITEMS}/garbage HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".encode())
    assert heard.closed
    assert heard.statuses == [502] or (heard.statuses == [200] and not heard.data.endswith(b"0\r\n\r\n"))
    if heard.statuses == [502]:
        assert heard.problem["type"].endswith("/problems/bad-gateway")
    well(city)


def test_a_service_that_dies_before_its_answer_is_502(city: Any) -> None:
    city.content.scripts[ITEMS + "/dies"] = lambda *_: None
    assert city.get(ITEMS + "/dies").status == 502
    well(city)


def test_a_write_is_never_repeated(city: Any) -> None:
    city.selfcare.scripts["/selfcare/v1/dies"] = lambda *_: None
    token = city.token()
    city.get("/selfcare/v1/diary", token)  # leaves a connection open
    assert city.request("POST", "/selfcare/v1/dies", token, body=b"{}").status == 502
    assert len(city.selfcare.seen("/selfcare/v1/dies")) == 1


def test_a_read_on_a_connection_that_went_stale_is_repeated_on_a_new_one(city: Any) -> None:
    city.get(ITEMS)
    before = city.content.connections
    lost = []

    def drop_once(request: Any, _: socket.socket) -> bytes | None:
        if request.connection <= before:
            lost.append(request)
            return None
        return b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"

    city.content.scripts[ITEMS + "/stale"] = drop_once
    answer = city.get(ITEMS + "/stale")
    assert (answer.status, answer.data, len(lost)) == (200, b"ok", 1)


def test_a_restarting_service_costs_no_read(city: Any) -> None:
    for _ in range(20):
        city.content.hang_up()
        assert city.get(ITEMS).status == 200


@pytest.mark.parametrize(
    "head",
    [b"content-length: 1000000\r\n\r\n", b"transfer-encoding: chunked\r\n\r\nfffff\r\n"],
    ids=["with a length", "in chunks"],
)
def test_an_answer_that_breaks_off_half_way_is_visibly_cut(city: Any, head: bytes) -> None:
    def half(_: Any, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"x" * 100_000)

    city.content.scripts[ITEMS + "/half"] = half
    heard = city.raw(f"GET {ITEMS}/half HTTP/1.1\r\nhost: a\r\n\r\n".encode())
    assert heard.closed
    assert heard.statuses == [200]
    assert not heard.data.endswith(b"0\r\n\r\n")
    assert heard.data.count(b"x") < 1_000_000
    well(city)
    wait_for(lambda: any(line.get("broken") for line in city.lines("request")))


def test_a_short_answer_that_breaks_off_is_502(city: Any) -> None:
    def half(_: Any, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort")

    city.content.scripts[ITEMS + "/half"] = half
    assert city.get(ITEMS + "/half").status == 502


def test_an_answer_that_runs_until_the_end_of_the_connection_is_whole(city: Any) -> None:
    def open_ended(_: Any, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"y" * 300_000)

    city.content.scripts[ITEMS + "/open"] = open_ended
    answer = city.get(ITEMS + "/open")
    assert (answer.status, answer.data) == (200, b"y" * 300_000)


def test_bytes_behind_an_answer_reach_nobody(city: Any) -> None:
    theirs = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret"
    city.content.scripts[ITEMS + "/two"] = lambda *_: b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nmine" + theirs
    for _ in range(5):
        assert city.get(ITEMS + "/two").data == b"mine"
        well(city)


def test_bytes_that_come_while_nobody_asked_end_the_connection(city: Any) -> None:
    closed = threading.Event()

    def late(_: Any, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nmine")
        answered.wait(5)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret")
        connection.settimeout(5)
        with suppress(ConnectionResetError):
            assert connection.recv(1) == b""
        closed.set()

    city.content.scripts[ITEMS + "/late"] = late
    for _ in range(5):
        answered = threading.Event()
        closed.clear()
        assert city.get(ITEMS + "/late").data == b"mine"
        answered.set()
        assert closed.wait(5)
        well(city)


def test_interim_answers_are_skipped(city: Any) -> None:
    city.content.scripts[ITEMS + "/hints"] = lambda *_: (
        b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
    )
    answer = city.get(ITEMS + "/hints")
    assert (answer.status, answer.data) == (200, b"ok")
    assert "link" not in answer.headers


def test_a_service_that_hangs_is_504_and_holds_nobody_else_up(make_city: Any) -> None:
    city = make_city()
    release = threading.Event()
    city.content.scripts[ITEMS + "/hangs"] = lambda *_: release.wait(40) and None
    heard: list[Any] = []
    started = time.monotonic()
    hanging = [threading.Thread(target=lambda: heard.append(city.get(ITEMS + "/hangs"))) for _ in range(8)]
    for thread in hanging:
        thread.start()
    wait_for(lambda: len(city.content.seen(ITEMS + "/hangs")) == 8)
    for _ in range(50):
        began = time.monotonic()
        assert city.get(ITEMS).status == 200
        assert time.monotonic() - began < 1
    for thread in hanging:
        thread.join(30)
    release.set()
    assert [answer.status for answer in heard] == [504] * 8
    assert 14 < time.monotonic() - started < 20
    assert heard[0].json()["type"].endswith("/problems/upstream-timeout")


def test_a_service_that_answers_before_it_read_the_body_is_heard(make_city: Any) -> None:
    early = socket.create_server(("127.0.0.1", 0))

    def refuse_at_once() -> None:
        connection, _ = early.accept()
        connection.recv(100)
        connection.sendall(b"HTTP/1.1 422 UNPROCESSABLE\r\ncontent-length: 3\r\n\r\nno!")
        wait_for(lambda: heard, timeout=20)
        connection.close()

    heard: list[Any] = []
    threading.Thread(target=refuse_at_once, daemon=True).start()
    city = make_city(selfcare_url=f"http://127.0.0.1:{early.getsockname()[1]}")
    heard.append(city.request("POST", "/selfcare/v1/diary", city.token(), body=b"x" * 1_000_000))
    assert (heard[0].status, heard[0].data) == (422, b"no!")
    early.close()


def test_a_caller_that_leaves_frees_the_connection_to_the_service(city: Any) -> None:
    told = threading.Event()

    def endless(_: Any, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        try:
            while True:
                connection.sendall(b"4\r\nmore\r\n")
                time.sleep(0.01)
        except OSError:
            told.set()

    city.content.scripts[ITEMS + "/endless"] = endless
    with socket.create_connection(("127.0.0.1", city.port)) as client:
        client.sendall(f"GET {ITEMS}/endless HTTP/1.1\r\nhost: a\r\n\r\n".encode())
        assert b"more" in client.recv(65536) + client.recv(65536)
    assert told.wait(5)
    well(city)


def test_a_caller_that_leaves_while_the_service_thinks_is_noticed(city: Any) -> None:
    told = threading.Event()

    def thinking(_: Any, connection: socket.socket) -> None:
        connection.settimeout(10)
        if connection.recv(1) == b"":
            told.set()

    city.content.scripts[ITEMS + "/thinks"] = thinking
    with socket.create_connection(("127.0.0.1", city.port)) as client:
        client.sendall(f"GET {ITEMS}/thinks HTTP/1.1\r\nhost: a\r\n\r\n".encode())
        wait_for(lambda: city.content.seen(ITEMS + "/thinks"))
    assert told.wait(5)


def test_a_large_answer_is_streamed_and_a_caller_that_reads_slowly_makes_the_service_wait(city: Any) -> None:
    sent = [0]

    def large(_: Any, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n")
        with suppress(OSError):
            while sent[0] < 100_000_000:
                connection.sendall(b"z" * 100_000)
                sent[0] += 100_000

    city.content.scripts[ITEMS + "/large"] = large
    with socket.create_connection(("127.0.0.1", city.port)) as client:
        client.sendall(f"GET {ITEMS}/large HTTP/1.1\r\nhost: a\r\n\r\n".encode())
        client.recv(1000)
        seen = -1
        while seen != sent[0]:
            seen = sent[0]
            time.sleep(0.3)
        assert sent[0] < 60_000_000
        assert city.get("/healthz").status == 200


def test_many_callers_at_once_each_get_their_own_answer(city: Any) -> None:
    wrong: list[Any] = []

    def many(worker: int) -> None:
        for number in range(40):
            asked = f"{ITEMS}?who={worker}-{number}"
            answer = city.get(asked)
            if answer.status != 200 or json.loads(answer.data)["target"] != asked:
                wrong.append((asked, answer.data))

    threads = [threading.Thread(target=many, args=(worker,)) for worker in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
