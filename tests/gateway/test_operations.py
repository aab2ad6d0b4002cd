"""What operators see and do: logs without secrets, metrics apart from the public address, health, stopping."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import Any

import pytest
import urllib3

from pijnstad_kit.testing import wait_for

CANARIES = {
    "token": "canary-token-abcdef123456",
    "query": "canaryquery",
    "cookie": "canarycookie",
    "body": "canarybody",
    "path": "canarypath",
}


def metrics(city: Any) -> str:
    return city.http.request("GET", f"http://127.0.0.1:{city.metrics_port}/metrics").data.decode()


def test_s28_no_secret_and_no_word_of_anybody_is_in_the_log_or_the_metrics(city: Any) -> None:
    city.identity.give(CANARIES["token"])
    headers = {"Cookie": f"pijnstad_web={CANARIES['cookie']}", "X-Request-Id": "canary-done-0001"}
    path = f"/selfcare/v1/diary/{CANARIES['path']}?q={CANARIES['query']}"
    city.request("POST", path, CANARIES["token"], body=CANARIES["body"].encode(), headers=headers)
    city.request("POST", f"/oauth/token?code={CANARIES['query']}", body=CANARIES["body"].encode())
    city.get(f"/v1/stream?ticket={CANARIES['query']}")
    city.raw(f"GET /{CANARIES['path']} HTTP/1.1\r\nX_{CANARIES['query']}: {CANARIES['token']}\r\n\r\n".encode())
    wait_for(lambda: [line for line in city.lines("request") if line["request_id"] == "canary-done-0001"])
    wait_for(lambda: [line for line in city.lines("request") if line["route"] == "/v1/stream"])
    written = city.log.read_text() + metrics(city)
    assert {name: value in written for name, value in CANARIES.items()} == dict.fromkeys(CANARIES, False)


def test_every_answer_leaves_one_line_with_its_ids(city: Any) -> None:
    answer = city.get("/content/v1/items?q=slaap")
    line = wait_for(
        lambda: [one for one in city.lines("request") if one["request_id"] == answer.headers["x-request-id"]]
    )[0]
    assert (line["method"], line["route"], line["status"], line["service"]) == (
        "GET",
        "/content/v1/items",
        200,
        "gateway",
    )
    assert line["correlation_id"] == city.content.last["x-correlation-id"]
    assert line["ms"] >= 0


def test_metrics_live_on_their_own_address_only(city: Any) -> None:
    city.get("/content/v1/items")
    assert 'route="/content/v1/items",service="gateway",status="200"' in metrics(city)
    assert city.get("/metrics").status == 404
    assert city.http.request("GET", f"http://127.0.0.1:{city.metrics_port}/other").status == 404


def test_health_needs_nothing_and_ready_names_what_is_broken(make_city: Any) -> None:
    city = make_city(start=False, mongo_url="mongodb://127.0.0.1:1")
    with open(city.log, "ab") as log:
        city.process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "serve"],
            env=city.environment,
            stderr=log,
            stdout=log,
            start_new_session=True,
        )

    def healthy() -> bool:
        try:
            return city.get("/healthz").status == 200
        except urllib3.exceptions.HTTPError:
            return False

    wait_for(healthy, timeout=20)
    answer = city.get("/readyz")
    assert (answer.status, answer.json()["broken"]) == (503, ["signing_keys"])
    assert city.get("/.well-known/gateway-jwks.json").status == 503
    assert city.get("/selfcare/v1/diary", city.token()).status == 503
    assert city.get("/content/v1/items").status == 200
    assert city.stop() < 15


def test_an_answer_under_way_is_finished_when_the_gateway_is_told_to_stop(make_city: Any) -> None:
    city = make_city()
    release = threading.Event()

    def slow(*_: Any) -> bytes:
        release.wait(10)
        return b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ndone"

    city.content.scripts["/content/v1/items"] = slow
    heard: list[Any] = []
    caller = threading.Thread(target=lambda: heard.append(city.get("/content/v1/items")))
    caller.start()
    wait_for(lambda: city.content.requests)
    city.process.send_signal(signal.SIGTERM)
    wait_for(lambda: not _listens(city))
    release.set()
    caller.join(10)
    assert (heard[0].status, heard[0].data) == (200, b"done")
    city.process.wait(20)


def _listens(city: Any) -> bool:
    try:
        city.raw(b"", seconds=0.1)
    except OSError:
        return False
    return True


def test_a_reload_fails_no_request(make_city: Any) -> None:
    city = make_city()
    failed: list[Any] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                answer = city.get("/content/v1/items", headers={"Connection": "close"})
                if answer.status != 200:
                    failed.append(answer.status)
            except Exception as error:
                failed.append(repr(error))

    callers = [threading.Thread(target=ask) for _ in range(4)]
    for caller in callers:
        caller.start()
    before = _children(city.process.pid)
    city.process.send_signal(signal.SIGHUP)
    wait_for(lambda: (now := _children(city.process.pid)) and not now & before, timeout=30)
    stop.set()
    for caller in callers:
        caller.join(10)
    assert failed == []


def test_two_workers_share_the_work_and_one_metrics_address(make_city: Any) -> None:
    city = make_city(api_workers="2")
    workers = _children(city.process.pid)
    assert len(workers) == 2

    def counted() -> float:
        lines = [
            line
            for line in metrics(city).splitlines()
            if 'seconds_count{method="GET",route="/content/v1/items"' in line
        ]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    for _ in range(40):
        assert city.get("/content/v1/items", headers={"Connection": "close"}).status == 200
    wait_for(lambda: counted() == 40)
    os.kill(min(workers), signal.SIGKILL)
    wait_for(lambda: len(_children(city.process.pid) - {min(workers)}) == 2, timeout=20)
    wait_for(lambda: city.get("/healthz", headers={"Connection": "close"}).status == 200)


def _children(pid: int) -> set[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return {int(child) for child in children.read().split()}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MASTER_KEY", None),
        ("INTROSPECTION_SECRET", None),
        ("CONTENT_URL", None),
        ("WEB_URL", "https://web"),
        ("METRICS_LISTEN", "here"),
    ],
)
def test_what_is_missing_or_wrong_stops_the_start_and_is_named(make_city: Any, name: str, value: str | None) -> None:
    city = make_city(start=False)
    del city.environment[f"PIJNSTAD_{name}"]
    if value is not None:
        city.environment[f"PIJNSTAD_{name}"] = value
    run = subprocess.run(
        [sys.executable, "-m", "gateway", "serve"], env=city.environment, capture_output=True, text=True, timeout=20
    )
    assert run.returncode == 2
    assert f"PIJNSTAD_{name}" in run.stderr


def test_production_is_strict(make_city: Any) -> None:
    city = make_city(start=False, mode="production")
    run = subprocess.run(
        [sys.executable, "-m", "gateway", "serve"], env=city.environment, capture_output=True, text=True, timeout=20
    )
    assert run.returncode == 2
    assert "PIJNSTAD_PUBLIC_URL must be an https address" in run.stderr


def test_a_log_for_people_is_no_json(make_city: Any) -> None:
    city = make_city(log_format="console")
    city.get("/content/v1/items")
    wait_for(lambda: "/content/v1/items" in city.log.read_text())
    lines = [line for line in city.log.read_text().splitlines() if "/content/v1/items" in line]
    with pytest.raises(json.JSONDecodeError):
        json.loads(lines[0])
