"""How much may be asked, who is believed about who asks, what happens when a service is away or is several."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from gateway.breaker import FAILURES, PAUSE_SECONDS, Breaker
from gateway.guard import Hosts
from gateway.limits import Buckets
from gateway.networks import Callers, Networks
from pijnstad_kit.testing import wait_for

ITEMS = "/content/v1/items"
DIARY = "/selfcare/v1/diary"
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


def test_a_bucket_gives_its_content_at_once_then_one_at_a_time() -> None:
    bucket = Buckets(60)
    assert [bucket.take(b"k", 100.0) for _ in range(60)] == [0] * 60
    assert bucket.take(b"k", 100.0) == pytest.approx(1)
    assert bucket.take(b"k", 100.5) == pytest.approx(0.5)
    assert bucket.take(b"k", 101.1) == 0
    assert bucket.take(b"other", 100.0) == 0


def test_buckets_forget_who_is_silent(monkeypatch: Any) -> None:
    monkeypatch.setattr("gateway.limits.MAX_KEYS", 10)
    bucket = Buckets(60)
    for number in range(100):
        bucket.take(b"%d" % number, 100.0)
    assert len(bucket) == 10
    bucket.sweep(200.0)
    assert len(bucket) == 0


def test_a_breaker_opens_after_failures_in_a_row_and_tries_one_at_a_time() -> None:
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        breaker.failed(0)
    breaker.well()
    for _ in range(FAILURES):
        assert breaker.admits(0)
        breaker.failed(0)
    assert breaker.open
    assert not breaker.admits(PAUSE_SECONDS / 2)
    assert breaker.admits(PAUSE_SECONDS)
    assert not breaker.admits(PAUSE_SECONDS * 1.5)
    breaker.well()
    assert breaker.admits(PAUSE_SECONDS * 1.5)


TRUSTED = Callers(Networks("10.0.0.0/8,::1/128"))


@pytest.mark.parametrize(
    ("peer", "headers", "address"),
    [
        ("203.0.113.9", {b"forwarded": b"for=1.2.3.4"}, "203.0.113.9"),
        ("203.0.113.9", {b"x-forwarded-for": b"1.2.3.4"}, "203.0.113.9"),
        ("10.0.0.1", {}, "10.0.0.1"),
        ("10.0.0.1", {b"forwarded": b"for=1.2.3.4"}, "1.2.3.4"),
        ("10.0.0.1", {b"forwarded": b'for="[2001:db8::1]:4711";proto=https'}, "2001:db8::1"),
        ("10.0.0.1", {b"forwarded": b"for=6.6.6.6, for=1.2.3.4, for=10.0.0.2"}, "1.2.3.4"),
        ("10.0.0.1", {b"forwarded": b"for=1.2.3.4, for=unknown"}, "10.0.0.1"),
        ("10.0.0.1", {b"forwarded": b"for=_hidden"}, "10.0.0.1"),
        ("10.0.0.1", {b"x-forwarded-for": b"6.6.6.6, 1.2.3.4"}, "1.2.3.4"),
        ("10.0.0.1", {b"x-forwarded-for": b"<script>"}, "10.0.0.1"),
        ("10.0.0.1", {b"forwarded": b"for=1.2.3.4", b"x-forwarded-for": b"6.6.6.6"}, "1.2.3.4"),
        ("::1", {b"x-forwarded-for": b"1.2.3.4"}, "1.2.3.4"),
    ],
)
def test_only_our_own_proxies_are_believed_about_who_is_calling(
    peer: str, headers: dict[bytes, bytes], address: str
) -> None:
    assert TRUSTED.address(peer, headers) == address


def test_without_proxies_of_ours_nobody_is_believed() -> None:
    assert Callers(Networks()).address("127.0.0.1", {b"forwarded": b"for=1.2.3.4"}) == "127.0.0.1"


def test_a_host_is_known_with_any_port_and_in_any_case() -> None:
    hosts = Hosts({"localhost", "[::1]"})
    assert all(host in hosts for host in (b"localhost", b"LOCALHOST:8000", b"localhost:1", b"[::1]:80"))
    assert not any(host in hosts for host in (b"localhost.evil.example", b"evil.example", b"a:80", b"localhost:x"))


@pytest.fixture
def narrow(make_city: Any) -> Any:
    return make_city(
        limit_token="6", limit_account="9", limit_address="30", limit_streams="2", limit_free="192.0.2.0/24"
    )


def test_a_token_an_account_and_an_address_each_have_their_limit(narrow: Any) -> None:
    first, second = narrow.token("anna"), narrow.token("anna")
    assert [narrow.get(DIARY, first).status for _ in range(8)] == [200] * 6 + [429] * 2
    assert [narrow.get(DIARY, second).status for _ in range(5)].count(200) == 3
    refused = narrow.get(DIARY, first)
    assert refused.json()["type"].endswith("/problems/too-many-requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert narrow.get(DIARY, narrow.token("bert")).status == 200


def test_unknown_tokens_are_paid_by_their_address_and_do_not_flood_identity(narrow: Any) -> None:
    before = len(narrow.identity.asked)
    statuses = [narrow.get(DIARY, f"guess-{number:08d}").status for number in range(60)]
    assert set(statuses) == {401, 429}
    assert len(narrow.identity.asked) - before <= 31


def test_who_is_anonymous_is_limited_by_address_and_probes_are_not(narrow: Any) -> None:
    statuses = [narrow.get(ITEMS).status for _ in range(60)]
    assert 429 in statuses
    assert narrow.get("/healthz").status == 200
    assert narrow.http.request("GET", narrow.url + "/readyz", headers={"Host": "10.1.2.3"}).status == 200


def test_an_account_has_so_many_streams_and_one_more_when_one_ends(make_city: Any) -> None:
    city = make_city(limit_streams="2")
    token = city.token("carla")
    streams = [city.open_stream("/v1/stream", token) for _ in range(2)]
    wait_for(lambda: all(one.open for one in streams))
    third = city.open_stream("/v1/stream", token)
    assert third.status == 429
    streams[0].close()
    wait_for(lambda: city.open_stream("/v1/stream", token).status == 200)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.1"])
def test_a_host_that_is_not_ours_is_refused_with_421_and_reaches_nobody(city: Any, host: str) -> None:
    before = sum(len(upstream.requests) for upstream in city.upstreams.values())
    heard = city.raw(f"GET {ITEMS} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n".encode())
    assert heard.statuses == [421]
    assert host.encode() not in heard.data
    assert sum(len(upstream.requests) for upstream in city.upstreams.values()) == before


def test_behind_a_proxy_of_ours_the_service_hears_the_callers_address(make_city: Any) -> None:
    city = make_city(trusted_proxies="127.0.0.0/8")
    city.get(ITEMS, headers={"Forwarded": "for=198.51.100.7;proto=https"})
    assert "for=198.51.100.7;" in city.content.last["forwarded"]


def test_a_service_away_costs_little_after_a_few_failures_and_is_back_within_seconds(make_city: Any) -> None:
    city = make_city()
    city.content.stop()
    assert [city.get(ITEMS).status for _ in range(FAILURES + 3)] == [503] * (FAILURES + 3)
    assert city.get("/readyz").json()["state"]["content"] == "away"
    assert city.get("/readyz").status == 200
    wait_for(lambda: 'upstream_away{upstream="content"} 1' in city.metrics().replace(".0\n", "\n"), timeout=10)
    city.content.start()
    wait_for(lambda: city.get(ITEMS).status == 200, timeout=5)
    assert city.get("/readyz").json()["state"]["content"] == "ok"


def test_a_service_that_hangs_takes_no_more_than_its_share(make_city: Any) -> None:
    city = make_city(upstream_busy="4")
    gate = threading.Event()
    city.content.scripts[ITEMS] = lambda *_: gate.wait(20) and OK
    threads = [threading.Thread(target=lambda: city.get(ITEMS)) for _ in range(4)]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(city.content.seen(ITEMS)) == 4)
    refused = city.get(ITEMS)
    assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
    assert city.get(DIARY, city.token()).status == 200
    gate.set()
    for thread in threads:
        thread.join(20)
    city.content.scripts.clear()
    assert city.get(ITEMS).status == 200


def test_two_replicas_share_the_work_and_one_away_costs_nothing(twins: Any) -> None:
    city, other = twins
    assert {city.get(ITEMS).status for _ in range(10)} == {200}
    assert city.content.requests
    assert other.requests
    token = city.token()
    for one in (city.content, other):
        one.stop()
        reads = [city.get(ITEMS).status for _ in range(15)]
        writes = [city.request("PUT", "/content/v1/x", token).status for _ in range(15)]
        assert (set(reads), set(writes)) == ({200}, {200})
        one.start()


def test_a_replica_that_hangs_up_without_a_word_costs_no_read_and_no_write_is_repeated(twins: Any) -> None:
    city, other = twins
    city.content.scripts["/content/v1/x"] = lambda *_: None
    token = city.token()
    assert {city.get("/content/v1/x", token).status for _ in range(6)} == {200}
    written = [city.request("POST", "/content/v1/x", token, body=b"{}").status for _ in range(12)]
    seen = [one for one in (*city.content.requests, *other.requests) if one.method == "POST"]
    assert len(seen) == 12
    assert set(written) <= {200, 502}
