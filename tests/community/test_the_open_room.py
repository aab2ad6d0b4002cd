"""The room of community: it starts, tells its health, and says in Dutch and English what will come."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from community.bootstrap import create_app
from community.config import Settings
from pijnstad_kit.http.openapi import Api
from pijnstad_kit.store import connect
from pijnstad_kit.testing import Gateway, wait_for
from pijnstad_local.ports import free_port


@pytest.fixture
def settings(mongo_url: str, database: str) -> Settings:
    return Settings(listen="127.0.0.1:9", mongo_url=mongo_url, database=database, bus_url="amqp://nobody@127.0.0.1:9")


@pytest.fixture
def app(settings: Settings) -> Api:
    return create_app(settings, keys=Gateway())


@pytest.mark.parametrize(("language", "word"), [("nl", "komt"), ("nl-NL,nl;q=0.9", "komt"), ("en", "will come")])
def test_anybody_can_read_what_will_come_in_their_language(app: Api, language: str, word: str) -> None:
    answer = app.test_client().get("/community/v1/about", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer.json["language"] == language[:2]
    assert word in answer.json["text"]
    assert len(answer.json["coming"]) >= 3


def test_a_token_that_is_not_ours_is_refused_even_where_none_is_needed(app: Api) -> None:
    answer = app.test_client().get("/community/v1/about", headers={"Authorization": "Bearer nonsense"})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_what_is_not_there_is_a_problem(app: Api) -> None:
    answer = app.test_client().get("/community/v1/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_it_is_ready_with_its_database_and_not_without(app: Api, settings: Settings) -> None:
    client = app.test_client()
    assert client.get("/readyz").status_code == 200
    away = settings.model_copy(update={"mongo_url": "mongodb://127.0.0.1:9"})
    connect(away, timeout_ms=200)
    try:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json["broken"]) == (503, ["database"])
        assert client.get("/healthz").status_code == 200
    finally:
        connect(settings)


@pytest.fixture
def processes(
    bus_url: str, mongo_url: str, database: str, tmp_path: Path
) -> Iterator[dict[str, tuple[str, subprocess.Popen[bytes]]]]:
    env = {
        "PATH": os.environ["PATH"],
        "PIJNSTAD_BUS_URL": bus_url,
        "PIJNSTAD_MONGO_URL": mongo_url,
        "PIJNSTAD_DATABASE": database,
    }
    started = {}
    for role in ("api", "worker"):
        listen = f"127.0.0.1:{free_port()}"
        with open(tmp_path / f"{role}.log", "wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "community", role], env=env | {"PIJNSTAD_LISTEN": listen}, stdout=log, stderr=log
            )
        started[role] = (f"http://{listen}", process)
    yield started
    for _, process in started.values():
        process.kill()
        process.wait(10)


def test_api_and_worker_start_tell_their_health_and_stop_when_told(processes: dict) -> None:
    http = urllib3.PoolManager(retries=False)

    def answers(address: str) -> bool:
        try:
            return http.request("GET", address, timeout=1).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    for address, _ in processes.values():
        for page in ("healthz", "readyz", "metrics"):
            wait_for(lambda page=page, address=address: answers(f"{address}/{page}"), timeout=30, what=page)
    assert http.request("GET", f"{processes['api'][0]}/community/v1/about").json()["coming"]
    for _, process in processes.values():
        process.terminate()
    assert [process.wait(30) for _, process in processes.values()] == [0, 0]
