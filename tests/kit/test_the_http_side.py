"""The app factory as a service uses it: permissions, tokens, strict bodies, problems, ids, OpenAPI."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import Field
from pymongo.errors import ServerSelectionTimeoutError

from pijnstad_kit.http.app import MisconfiguredPermissions, create_app
from pijnstad_kit.http.auth import allow, anonymous, principal, role
from pijnstad_kit.http.idempotency import command
from pijnstad_kit.http.openapi import ApiModel, Routes
from pijnstad_kit.http.paging import PageQuery, decode_cursor, encode_cursor
from pijnstad_kit.settings import Settings
from pijnstad_kit.testing import Gateway

SECRET = "sesam-open-u"


class Wish(ApiModel):
    name: str = Field(max_length=40)
    size: int = Field(default=1, ge=0)


class Granted(ApiModel):
    id: str
    name: str


def make_routes() -> Routes:
    routes = Routes("shop", "/shop/v1")

    @routes.post("/wishes", summary="Wish something", responses={201: Granted})
    def wish(body: Wish) -> Any:
        return Granted(id=command("wish", body).id, name=body.name), 201

    @routes.get("/wishes", summary="List wishes")
    def wishes(query: PageQuery) -> Any:
        decode_cursor(query.cursor, str)
        return {"limit": query.limit, "member": principal().member}

    @routes.get("/open", summary="For everybody")
    def open_to_all() -> Any:
        return {"ok": True}

    @routes.get("/desk", summary="For editors")
    def desk() -> Any:
        return {"ok": True}

    @routes.get("/broken", summary="Fails")
    def broken() -> Any:
        raise RuntimeError(SECRET)

    @routes.get("/away", summary="Its database is away")
    def away() -> Any:
        raise ServerSelectionTimeoutError(SECRET)

    return routes


PERMISSIONS = {
    "wish": allow(scope="shop"), "wishes": allow(scope="shop"), "open_to_all": anonymous(),
    "desk": role("editor"), "broken": anonymous(), "away": anonymous(),
}  # fmt: skip
SETTINGS = Settings(service="shop", listen="127.0.0.1:1")


@pytest.fixture(scope="module")
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def client(gateway: Gateway) -> FlaskClient:
    app = create_app(SETTINGS, make_routes(), PERMISSIONS, None, title="Shop", readiness={}, keys=gateway)
    return app.test_client()


@pytest.fixture
def me(gateway: Gateway) -> dict[str, str]:
    return gateway.headers("anna", "shop", scope="openid shop")


def test_a_route_without_a_permission_stops_the_start(gateway: Gateway) -> None:
    for table in ({**PERMISSIONS, "gone": anonymous()}, {"wish": allow(scope="shop")}):
        with pytest.raises(MisconfiguredPermissions):
            create_app(SETTINGS, make_routes(), table, None, title="Shop", readiness={}, keys=gateway)


def test_a_member_with_the_scope_is_served_and_the_model_becomes_json(client: FlaskClient, me: dict[str, str]) -> None:
    answer = client.post("/shop/v1/wishes", json={"name": "rust"}, headers=me)
    assert answer.status_code == 201
    assert answer.json["name"] == "rust"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("claims", "header"),
    [
        ({"aud": "other"}, {}), ({"aud": ["shop", "other"]}, {}), ({"aud": ["shop"]}, {}), ({"iss": "https://evil"}, {}),
        ({"exp": 1}, {}), ({"iat": 9999999999}, {}), ({"nbf": 9999999999}, {}), ({"sub": 5}, {}),
        ({}, {"typ": "JWT"}), ({}, {"typ": None}), ({}, {"jku": "https://evil/keys"}), ({}, {"kid": "../../etc/passwd"}),
    ],
)  # fmt: skip
def test_a_token_that_is_not_exactly_right_is_refused(
    client: FlaskClient, gateway: Gateway, claims: dict[str, Any], header: dict[str, Any]
) -> None:
    import time

    from joserfc import jwt
    from joserfc.jwk import ECKey

    now = int(time.time())
    body = {
        "iss": SETTINGS.public_url,
        "aud": "shop",
        "sub": "anna",
        "scope": "shop",
        "iat": now,
        "exp": now + 60,
        **claims,
    }
    head = {key: value for key, value in ({"alg": "ES256", "typ": "at+jwt", "kid": "test"} | header).items() if value}
    key = gateway.key if "kid" not in header else ECKey.generate_key("P-256", parameters={"kid": header["kid"]})
    answer = client.get("/shop/v1/wishes", headers={"Authorization": "Bearer " + jwt.encode(head, body, key)})
    assert (answer.status_code, answer.json["type"]) == (401, "http://localhost:8000/problems/unauthenticated")
    assert "WWW-Authenticate" in answer.headers


def test_no_token_is_401_a_missing_scope_403_a_missing_role_404(
    client: FlaskClient, gateway: Gateway, me: dict[str, str]
) -> None:
    assert client.get("/shop/v1/wishes").status_code == 401
    poor = gateway.headers("anna", "shop", scope="openid")
    assert client.get("/shop/v1/wishes", headers=poor).status_code == 403
    assert client.get("/shop/v1/desk", headers=me).status_code == 404
    editor = gateway.headers("anna", "shop", roles=["editor"])
    assert client.get("/shop/v1/desk", headers=editor).status_code == 200
    assert client.get("/shop/v1/open").status_code == 200
    assert client.get("/shop/v1/open", headers={"Authorization": "Bearer nonsense"}).status_code == 401


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400), (b"", "application/json", 400), (b"[]", "application/json", 400),
        (b'"{\\"name\\": \\"x\\"}"', "application/json", 400), (b'{"name": "a", "name": "b"}', "application/json", 400),
        (b'{"size": NaN, "name": "a"}', "application/json", 400), (b"[" * 200_000, "application/json", 400),
        (b'{"name": ' + b'{"a":' * 60 + b"1" + b"}" * 60 + b"}", "application/json", 400),
        (b'{"name": "a"}', "text/plain", 415), (b"name=a", "application/x-www-form-urlencoded", 415),
        (b'{"name": {"$ne": null}}', "application/json", 422), (b'{"name": 5}', "application/json", 422),
        (b'{"name": "a", "role": "admin"}', "application/json", 422), (b"{}", "application/json", 422),
        (b'{"name": "' + b"x" * 2_000_000 + b'"}', "application/json", 413),
    ],
)  # fmt: skip
def test_a_bad_body_gets_a_problem_that_helps_and_repeats_nothing(
    client: FlaskClient, me: dict[str, str], body: bytes, content_type: str, status: int
) -> None:
    answer = client.post("/shop/v1/wishes", data=body, content_type=content_type, headers=me)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"]
    assert "admin" not in answer.get_data(as_text=True)


def test_errors_of_a_body_point_at_the_field(client: FlaskClient, me: dict[str, str]) -> None:
    answer = client.post("/shop/v1/wishes", json={"name": "x", "size": -1}, headers=me)
    assert [error["pointer"] for error in answer.json["errors"]] == ["/size"]


def test_the_same_idempotency_key_gives_the_same_id_per_member(client: FlaskClient, gateway: Gateway) -> None:
    def ask(member: str, key: str) -> str:
        headers = gateway.headers(member, "shop", scope="shop") | {"Idempotency-Key": key}
        return client.post("/shop/v1/wishes", json={"name": "a"}, headers=headers).json["id"]

    assert ask("anna", "1") == ask("anna", "1") != ask("piet", "1")
    assert ask("anna", "1") != ask("anna", "2")


def test_an_unexpected_error_tells_nothing_and_logs_no_message(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = client.get("/shop/v1/broken")
    assert answer.status_code == 500
    assert SECRET not in answer.get_data(as_text=True)
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]


def test_a_database_that_is_away_is_503_with_retry_after(client: FlaskClient) -> None:
    answer = client.get("/shop/v1/away", headers={"Accept-Language": "nl"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json["title"] == "Dit lukt nu even niet"


def test_ids_of_the_caller_are_kept_when_they_are_clean(client: FlaskClient) -> None:
    assert client.get("/shop/v1/open", headers={"X-Request-Id": "abc-1"}).headers["X-Request-Id"] == "abc-1"
    assert client.get("/shop/v1/open", headers={"X-Request-Id": "a b<"}).headers["X-Request-Id"] != "a b<"


def test_unknown_paths_methods_cursors_and_queries_are_problems(client: FlaskClient, me: dict[str, str]) -> None:
    for path, status in [("/nowhere", 404), ("/shop/v1/wishes?limit=101", 422), ("/shop/v1/wishes?limit=a", 422),
                         ("/shop/v1/wishes?cursor=%00", 400), ("/shop/v1/wishes?cursor=e30", 400),
                         ("/shop/v1/wishes?unknown=1", 422)]:  # fmt: skip
        answer = client.get(path, headers=me)
        assert (path, answer.status_code, answer.content_type) == (path, status, "application/problem+json")
    assert client.delete("/shop/v1/open").status_code == 405
    assert client.get(f"/shop/v1/wishes?cursor={encode_cursor('x')}", headers=me).status_code == 200


def test_the_openapi_document_names_scopes_and_problems(client: FlaskClient) -> None:
    document = client.get("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    post = document["paths"]["/shop/v1/wishes"]["post"]
    assert post["security"] == [{"pijnstad": ["shop"]}]
    assert "application/problem+json" in post["responses"]["default"]["content"]
    assert "security" not in document["paths"]["/shop/v1/open"]["get"]
    assert json.dumps(document).count('"Problem"') >= 1


def test_readiness_names_what_is_broken(gateway: Gateway) -> None:
    def away() -> None:
        raise OSError

    app = create_app(
        SETTINGS, make_routes(), PERMISSIONS, None, title="Shop", readiness={"database": away}, keys=gateway
    )
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["broken"]) == (503, ["database"])
    assert app.test_client().get("/healthz").status_code == 200
