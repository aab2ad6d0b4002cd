"""An api of selfcare on a fresh database, and members who write to it with the gateway's tokens."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import TestResponse

from pijnstad_kit.http.openapi import Api
from pijnstad_kit.ids import new_id
from pijnstad_kit.store import database as opened
from pijnstad_kit.testing import Gateway
from selfcare.bootstrap import create_app
from selfcare.config import Settings

DIARY = "/selfcare/v1/diary"
MASTER_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()


@dataclass
class Member:
    """Somebody with a diary: sends requests with tokens of their own."""

    app: Api
    gateway: Gateway
    id: str
    scope: str = "diary"
    consents: tuple[str, ...] = ("diary",)

    def send(self, method: str, path: str = "", *, headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
        token = self.gateway.headers(self.id, "selfcare", scope=self.scope, consents=self.consents)
        return self.app.test_client().open(f"{DIARY}{path}", method=method, headers=token | (headers or {}), **more)

    def write(self, key: str | None = None, language: str = "en", **parts: Any) -> TestResponse:
        headers = {"Accept-Language": language} | ({"Idempotency-Key": key} if key else {})
        return self.send("POST", json=parts, headers=headers)

    def wrote(self, **parts: Any) -> dict[str, Any]:
        answer = self.write(**parts)
        assert answer.status_code == 201, answer.text
        return answer.json

    def change(self, entry: dict[str, Any], **changes: Any) -> TestResponse:
        headers = {"If-Match": f'"{entry["version"]}"'}
        return self.send("PATCH", f"/{entry['id']}", json=changes, headers=headers)

    def read(self, entry: dict[str, Any]) -> TestResponse:
        return self.send("GET", f"/{entry['id']}")

    def list(self, query: str = "") -> dict[str, Any]:
        answer = self.send("GET", query)
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture
def settings(mongo_url: str, database: str) -> Settings:
    return Settings(
        listen="127.0.0.1:9",
        mongo_url=mongo_url,
        database=database,
        bus_url="amqp://nobody@127.0.0.1:9",
        master_key=MASTER_KEY,
    )


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def app(settings: Settings, gateway: Gateway) -> Iterator[Api]:
    made = create_app(settings, keys=gateway)
    assert made.test_client().get("/readyz").status_code == 200
    yield made
    opened("selfcare").client.drop_database(settings.database_name)


@pytest.fixture
def anna(app: Api, gateway: Gateway) -> Member:
    return Member(app, gateway, new_id())


@pytest.fixture
def piet(app: Api, gateway: Gateway) -> Member:
    return Member(app, gateway, new_id())


@pytest.fixture
def raw(app: Api) -> Any:
    """The database itself, as somebody with its disk would see it."""
    return opened("selfcare")
