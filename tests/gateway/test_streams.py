"""Notices: tickets that work once, streams that end with their token, and only the member an event is for is told."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from pijnstad_contracts.content import SuggestionMade, SuggestionRated
from pijnstad_contracts.envelope import Event, encode
from pijnstad_kit.ids import new_id
from pijnstad_kit.messaging.connection import connect
from pijnstad_kit.testing import wait_for
from pijnstad_local.rabbitmq import RabbitNode

NOTICE = SuggestionMade(**SuggestionMade.example)


def event(notify: str | None, data: Any = NOTICE) -> Event[Any]:
    return Event(
        id=new_id(),
        source=data.source,
        type=data.type,
        subject="5f0c1b0e-0000-5000-8000-000000000009",
        time=datetime.now(UTC),
        sequence=1,
        epoch=1,
        data=data,
        member=notify,
        notify=notify,
    )


class Bus:
    """Publish events as the relays do."""

    def __init__(self, url: str) -> None:
        self.connection = connect(url)
        self.channel = self.connection.default_channel

    def publish(self, *events: Event[Any]) -> None:
        for one in events:
            self.raw(encode(one), one.type)

    def raw(self, body: bytes, key: str) -> None:
        from amqp import Message

        self.channel.basic_publish(Message(body), "pijnstad.events", key)


@pytest.fixture(scope="module")
def vhost(rabbit: Any) -> Iterator[str]:
    name = f"gateway{os.urandom(6).hex()}"
    yield rabbit.add_vhost(name)
    rabbit.remove_vhost(name)


@pytest.fixture(scope="module")
def listening(make_city: Any, vhost: str) -> Any:
    """A gateway that hears the bus."""
    city = make_city(bus_url=vhost)
    wait_for(lambda: city.get("/readyz").json()["state"]["bus"] == "ok")
    return city


@pytest.fixture
def bus(listening: Any, vhost: str) -> Iterator[Bus]:
    bus = Bus(vhost)
    yield bus
    bus.connection.release()


def ticket_of(city: Any, token: str) -> str:
    answer = city.request("POST", "/v1/stream/tickets", token)
    assert (answer.status, answer.json()["expires_in"]) == (201, 30)
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()["ticket"]


def opened(city: Any, token: str) -> Any:
    stream = city.open_stream("/v1/stream", token)
    wait_for(lambda: stream.open)
    return stream


def test_a_notice_reaches_the_open_streams_of_its_member_and_nobody_else(listening: Any, bus: Bus) -> None:
    anna, piet = listening.token("anna"), listening.token("piet")
    streams = [opened(listening, anna), listening.open_stream(f"/v1/stream?ticket={ticket_of(listening, anna)}")]
    other = opened(listening, piet)
    wait_for(lambda: all(stream.open for stream in streams))
    mine, theirs = event("anna"), event("piet")
    bus.publish(mine, theirs)
    wait_for(lambda: all(stream.notices() for stream in streams) and other.notices())
    assert (
        streams[0].notices()
        == streams[1].notices()
        == [
            {
                "type": "nl.pijnstad.content.suggestion.made.v1",
                "id": mine.id,
                "href": "/content/v1/suggestions/5f0c1b0e-0000-5000-8000-000000000009",
                "time": mine.time.isoformat().replace("+00:00", "Z"),
            }
        ]
    )
    assert [notice["id"] for notice in other.notices()] == [theirs.id]
    assert b"beter-slapen" not in streams[0].heard
    assert b"\r\ncontent-type: text/event-stream" in streams[0].heard
    assert b"event: notice\ndata: " in streams[0].heard
    for stream in (*streams, other):
        stream.close()


def test_an_event_for_nobody_and_a_kind_that_is_not_noticed_are_not_told(listening: Any, bus: Bus) -> None:
    stream = opened(listening, listening.token("karin"))
    rated = SuggestionRated(**SuggestionRated.example)
    last = event("karin")
    bus.publish(event(None), event("karin", rated), last)
    bus.raw(b"no json", SuggestionMade.type)
    bus.raw(
        json.dumps({"specversion": "1.0", "type": SuggestionMade.type, "notify": "karin"}).encode(), SuggestionMade.type
    )
    after = event("karin")
    bus.publish(after)
    wait_for(lambda: len(stream.notices()) >= 2)
    assert [notice["id"] for notice in stream.notices()] == [last.id, after.id]
    stream.close()


def test_a_ticket_opens_one_stream(listening: Any) -> None:
    ticket = ticket_of(listening, listening.token())
    first = listening.open_stream(f"/v1/stream?ticket={ticket}")
    wait_for(lambda: first.open)
    assert listening.get(f"/v1/stream?ticket={ticket}").status == 401
    first.close()


def test_a_ticket_redeemed_by_twenty_at_once_opens_one_stream(listening: Any) -> None:
    ticket = ticket_of(listening, listening.token())
    barrier, streams = threading.Barrier(20), []

    def redeem() -> None:
        barrier.wait()
        streams.append(listening.open_stream(f"/v1/stream?ticket={ticket}"))

    threads = [threading.Thread(target=redeem) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(stream.status for stream in streams)
    assert statuses == [200] + [401] * 19
    for stream in streams:
        stream.close()


@pytest.mark.parametrize(
    "query",
    ["?ticket=unknown", "?ticket=", "?ticket=a&ticket=b", "?ticket=%00", "", "?ticket=%7B%22%24ne%22%3Anull%7D"],
)
def test_what_is_no_ticket_opens_nothing(listening: Any, query: str) -> None:
    assert listening.get(f"/v1/stream{query}").status == 401


def test_two_tickets_in_one_request_are_not_redeemed(listening: Any) -> None:
    ticket = ticket_of(listening, listening.token())
    assert listening.get(f"/v1/stream?ticket={ticket}&ticket=x").status == 401
    stream = listening.open_stream(f"/v1/stream?ticket={ticket}")
    wait_for(lambda: stream.open)
    stream.close()


def test_a_ticket_of_a_revoked_token_opens_nothing(listening: Any) -> None:
    token = listening.token()
    ticket = ticket_of(listening, token)
    listening.identity.tokens[token] = {"active": False}
    listening.request("PUT", "/identity/v1/consents/diary", token, body=b"{}")  # a write: the gateway forgets the token
    assert listening.get(f"/v1/stream?ticket={ticket}").status == 401


def test_another_gateway_on_the_same_database_redeems_the_ticket(listening: Any, make_city: Any, bus: Bus) -> None:
    other = make_city(upstreams=listening.upstreams, start=False, bus_url=listening.environment["PIJNSTAD_BUS_URL"])
    for name in ("DATABASE", "MASTER_KEY"):
        other.environment[f"PIJNSTAD_{name}"] = listening.environment[f"PIJNSTAD_{name}"]
    other.start()
    wait_for(lambda: other.get("/readyz").json()["state"]["bus"] == "ok")
    ticket = ticket_of(listening, listening.token("eva"))
    stream = other.open_stream(f"/v1/stream?ticket={ticket}")
    wait_for(lambda: stream.open)
    bus.publish(event("eva"))
    wait_for(stream.notices)
    stream.close()
    other.stop()


def test_tickets_lie_sealed_in_the_database_and_appear_in_no_log(listening: Any, mongo_url: str) -> None:
    from pymongo import MongoClient

    token = listening.token()
    ticket = ticket_of(listening, token)
    stored = str(list(MongoClient(mongo_url)[listening.environment["PIJNSTAD_DATABASE"]]["stream_tickets"].find()))
    assert "sealed" in stored
    assert ticket not in stored
    assert token not in stored
    stream = listening.open_stream(f"/v1/stream?ticket={ticket}")
    wait_for(lambda: stream.open)
    stream.close()
    wait_for(lambda: [line for line in listening.lines("request") if line["route"] == "/v1/stream"])
    assert ticket not in listening.log.read_text()
    assert token not in listening.log.read_text()


def test_a_stream_ends_within_seconds_of_its_token_being_revoked(listening: Any) -> None:
    token = listening.token()
    stream = opened(listening, token)
    listening.identity.tokens[token] = {"active": False}
    revoked = time.monotonic()
    assert stream.closed.wait(15)
    assert time.monotonic() - revoked < 12
    assert stream.heard.endswith(b"0\r\n\r\n")


def test_a_stream_ends_when_its_token_does(listening: Any) -> None:
    stream = opened(listening, listening.token(exp=int(time.time()) + 3))
    assert stream.closed.wait(6)


def test_a_stream_outlives_the_remembered_answer_and_says_that_it_is_open(listening: Any, bus: Bus) -> None:
    stream = opened(listening, listening.token("lotte"))
    wait_for(lambda: b": still here" in stream.heard, timeout=20)
    assert stream.open
    bus.publish(event("lotte"))
    wait_for(stream.notices)
    stream.close()


def cut_streams(city: Any) -> int:
    return sum(line["route"] == "/v1/stream" and "broken" in line for line in city.lines("request"))


def test_a_reader_that_does_not_read_is_cut_off_and_the_others_are_served(listening: Any, bus: Bus) -> None:
    token, before, sent = listening.token("mira"), cut_streams(listening), 0
    with socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.connect(("127.0.0.1", listening.port))
        lazy.sendall(f"GET /v1/stream HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\r\n".encode())
        reader = opened(listening, token)
        while cut_streams(listening) == before and sent < 100_000:
            sent += 500
            bus.publish(*(event("mira") for _ in range(500)))
            wait_for(lambda wanted=sent: reader.heard.count(b"event: notice") == wanted, timeout=20)
    assert cut_streams(listening) == before + 1
    assert reader.open
    reader.close()


def test_the_gateway_hears_the_bus_again_after_it_was_away(make_city: Any, rabbit: Any, tmp_path: Any) -> None:
    node = RabbitNode(tmp_path / "own", installation=rabbit.installation).start()
    try:
        city = make_city(bus_url=node.url())
        wait_for(lambda: city.get("/readyz").json()["state"]["bus"] == "ok")
        stream = opened(city, city.token("noor"))
        node.kill()
        wait_for(lambda: city.get("/readyz").json()["state"]["bus"] == "away", timeout=30)
        assert city.get("/readyz").status == 200
        node.start()
        wait_for(lambda: city.get("/readyz").json()["state"]["bus"] == "ok", timeout=30)
        Bus(node.url()).publish(event("noor"))
        wait_for(stream.notices)
    finally:
        node.stop()


def test_tickets_without_a_database_are_503_and_the_rest_works(make_city: Any, tmp_path: Any) -> None:
    from pijnstad_local.secantus import SecantusServer

    server = SecantusServer(tmp_path / "store").start()
    try:
        city = make_city(mongo_url=server.url)
        server.kill()
        began = time.monotonic()
        answer = city.request("POST", "/v1/stream/tickets", city.token())
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        assert time.monotonic() - began < 5
        assert city.get("/selfcare/v1/diary", city.token()).status == 200
        server.start()
        wait_for(lambda: city.request("POST", "/v1/stream/tickets", city.token()).status == 201, timeout=20)
    finally:
        server.stop()


def test_a_stream_carries_no_permission_for_other_origins(listening: Any) -> None:
    stream = opened(listening, listening.token())
    assert b"access-control" not in stream.heard.lower()
    stream.close()
    assert listening.request("OPTIONS", "/v1/stream", headers={"Origin": "https://evil.example"}).status == 405


def test_stopping_ends_open_streams_in_order_and_at_once(make_city: Any) -> None:
    city = make_city()
    streams = [opened(city, city.token()) for _ in range(3)]
    assert city.stop() < 10
    assert all(stream.closed.wait(1) for stream in streams)
    assert all(stream.heard.endswith(b"0\r\n\r\n") for stream in streams)
