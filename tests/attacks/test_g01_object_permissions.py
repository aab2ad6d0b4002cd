"""G01 and G05: every route with an object id, and every route of a role, asked by everybody. What is not yours is not there.

The routes come from the services' own documents (contracts/openapi, which the tests there hold equal to the code): a route
with an id and without a row here fails. Everybody who may not asks first, with all that the owner would send; then whoever
may, which also proves that the object was there and is untouched.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from outside import Outsider, wait_until
from town import SERVICES, People, Town

pytestmark = [pytest.mark.city, pytest.mark.timeout(120)]

CONTRACTS = Path(__file__).parents[2] / "contracts" / "openapi"
METHODS = ("get", "post", "put", "patch", "delete")
EVERYBODY = ("owner", "other", "reader", "friend", "partner", "moderator", "admin", "ops", "anonymous")
FINE = range(200, 300)


@dataclass(frozen=True)
class Row:
    """Say who may (`may`), what the others get, and what is sent. `lacks` get 403: scope or consent is missing."""

    may: tuple[str, ...]
    body: dict[str, Any] | None = None
    lacks: tuple[str, ...] = ()
    headers: Callable[[Outsider, str], dict[str, str]] = lambda *_: {}

    def expected(self, who: str) -> int:
        """Return what somebody who may not gets."""
        if who == "anonymous":
            return 401
        return 403 if who in self.lacks else 404


def _newest(owner: Outsider, path: str) -> dict[str, str]:
    return {"If-Match": owner.request("GET", path).headers["ETag"]}


SIGNED_IN = tuple(who for who in EVERYBODY if who != "anonymous")
OWN = ("owner",)
MATRIX = {
    "GET /content/v1/items/{slug}": Row(EVERYBODY),
    "GET /content/v1/suggestions/{suggestion_id}": Row(OWN, lacks=("partner",)),
    "PUT /content/v1/suggestions/{suggestion_id}/rating": Row(OWN, {"rating": "helps"}, lacks=("partner",)),
    "GET /selfcare/v1/diary/{entry_id}": Row(OWN, lacks=("partner",)),
    "PATCH /selfcare/v1/diary/{entry_id}": Row(OWN, {"note": "gewijzigd"}, lacks=("partner",), headers=_newest),
    "DELETE /selfcare/v1/diary/{entry_id}": Row(OWN, lacks=("partner",)),
    "PUT /identity/v1/consents/{purpose}": Row(SIGNED_IN, {"given": True}),  # each answers for themselves alone
    "DELETE /identity/v1/sessions/{id}": Row(OWN),
    "DELETE /identity/v1/shares/{share_id}": Row(OWN),
    "DELETE /identity/v1/shares/received/{share_id}": Row(("friend",)),
    "PUT /identity/v1/admin/members/{member_id}/roles/{role}": Row(("admin",), {"granted": False}),
    "PATCH /identity/v1/admin/clients/{client_id}": Row(("admin",), {"disabled": True}),
    "POST /identity/v1/admin/clients/{client_id}/secret": Row(("admin",)),
}


def _session(people: People) -> str:
    """Return a sign-in of the owner's that is not the one the tests use."""
    before = {one["id"] for one in people.owner.expect(200, "GET", "/identity/v1/sessions")["items"]}
    again = Outsider(people.owner.base)
    again.email, again.password = people.owner.email, people.owner.password
    again.sign_in()
    after = {one["id"] for one in people.owner.expect(200, "GET", "/identity/v1/sessions")["items"]}
    return next(iter(after - before))


def _entry(people: People) -> str:
    return str(people.owner.expect(201, "POST", "/selfcare/v1/diary", {"sleep": {"quality": 2}})["id"])


def _suggestion(people: People) -> str:
    _entry(people)

    def made() -> Any:
        return people.owner.expect(200, "GET", "/content/v1/suggestions")["items"]

    return str(wait_until(made, "a suggestion")[0]["id"])


def _client(people: People) -> str:
    asked = {
        "id": f"matrix-{os.urandom(4).hex()}", "name_nl": "Proef", "name_en": "Trial", "owner": "trial",
        "audience": ["content"], "scopes": ["openid", "content"], "redirect_uris": ["https://trial.example/back"],
    }  # fmt: skip
    return str(people.admin.expect(201, "POST", "/identity/v1/admin/clients", asked)["client"]["id"])


OBJECTS: dict[str, Callable[[People], str]] = {
    "slug": lambda people: people.owner.expect(200, "GET", "/content/v1/items")["items"][0]["slug"],
    "entry_id": _entry,
    "suggestion_id": _suggestion,
    "purpose": lambda _: "diary",
    "id": _session,
    "share_id": lambda people: people.share(),
    "member_id": lambda people: people.other.expect(200, "GET", "/identity/v1/me")["id"],
    "role": lambda _: "editor",
    "client_id": _client,
}


def routes() -> dict[str, dict[str, Any]]:
    """Return every documented route as `METHOD path`."""
    found = {}
    for service in SERVICES:
        for path, item in json.loads((CONTRACTS / f"{service}.json").read_text())["paths"].items():
            found |= {f"{method.upper()} {path}": item[method] for method in METHODS if method in item}
    return found


def ask(people: People, who: str, route: str, path: str, row: Row, headers: dict[str, str]) -> int:
    """Let somebody ask; return the status."""
    person: Outsider = people.owner if who == "anonymous" else getattr(people, who)
    method = route.partition(" ")[0]
    return person.request(method, path, row.body, dict(headers), anonymous=who == "anonymous").status


def test_g01_every_route_with_an_id_has_a_row_and_every_row_a_route() -> None:
    assert {route for route in routes() if "{" in route} == set(MATRIX)


@pytest.mark.parametrize("route", MATRIX)
def test_g01_an_object_is_there_for_whom_it_belongs_to_and_for_nobody_else(
    town: Town, people: People, route: str
) -> None:
    row, path = MATRIX[route], route.partition(" ")[2]
    for name, make in OBJECTS.items():
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", make(people))
    headers = row.headers(people.owner, path)
    strangers = [who for who in EVERYBODY if who not in row.may]
    refused = {who: ask(people, who, route, path, row, headers) for who in strangers}
    assert refused == {who: row.expected(who) for who in strangers}
    for who in row.may:
        assert ask(people, who, route, path, row, headers) in FINE


@pytest.mark.parametrize("route", [route for route in MATRIX if "{slug}" not in route and "{purpose}" not in route])
def test_g01_what_is_not_yours_looks_like_what_is_not_there(town: Town, people: People, route: str) -> None:
    method, _, path = route.partition(" ")
    row = MATRIX[route]
    there, nowhere = path, path
    for name, make in OBJECTS.items():
        if f"{{{name}}}" in path:
            there = there.replace(f"{{{name}}}", make(people))
            nowhere = nowhere.replace(
                f"{{{name}}}", "01890000-0000-7000-8000-000000000000" if name != "role" else "editor"
            )
    headers = row.headers(people.owner, there)
    answers = [people.other.request(method, where, row.body, dict(headers)) for where in (there, nowhere)]
    said = [{**answer.json, "instance": "", "request_id": ""} for answer in answers]
    assert said[0] == said[1]
    assert said[0]["status"] == 404


def _of_a_role() -> list[str]:
    words = ("/admin/", "/moderation", "/editorial", "/ops/")
    return [route for route in routes() if any(word in route for word in words) and "{" not in route]


@pytest.mark.parametrize("route", _of_a_role())
def test_g05_a_route_of_a_role_is_not_there_for_anybody_else(town: Town, people: People, route: str) -> None:
    method, _, path = route.partition(" ")
    may = "ops" if "/ops/" in path else "admin"
    for who in EVERYBODY:
        if who not in (may, "anonymous"):
            assert getattr(people, who).request(method, path, {} if method != "GET" else None).status == 404, who
    assert people.owner.request(method, path, {} if method != "GET" else None, anonymous=True).status == 401
    assert getattr(people, may).request(method, path, {} if method != "GET" else None).status in (*FINE, 422)


@pytest.mark.parametrize("extra", ["role", "roles", "owner", "member", "version", "_id", "__class__", "$set"])
def test_g03_a_field_that_is_not_asked_for_is_refused(town: Town, people: People, extra: str) -> None:
    entry = _entry(people)
    sent = [
        people.owner.request("POST", "/selfcare/v1/diary", {"note": "x", extra: "admin"}),
        people.owner.request("PATCH", f"/selfcare/v1/diary/{entry}", {"note": "x", extra: 1}, {"If-Match": "*"}),
        people.owner.request("PUT", "/identity/v1/consents/diary", {"given": True, extra: ["admin"]}),
    ]
    assert {answer.status for answer in sent} <= {412, 422}
    assert sent[0].status == sent[2].status == 422


@pytest.mark.parametrize("value", [{"$ne": None}, {"$gt": ""}, {"$where": "1"}, ["a"], {"$regex": ".*"}])
def test_an_operator_of_the_database_is_no_value(town: Town, people: People, value: Any) -> None:
    sent = [
        ("POST", "/selfcare/v1/diary", {"note": value}),
        ("PUT", "/identity/v1/consents/diary", {"given": value}),
        ("PUT", "/identity/v1/consents/diary", {"given": True, "version": value}),
        ("POST", "/identity/v1/shares", {"email": value, "name": "a", "parts": ["diary"], "days": 1}),
    ]
    assert {people.owner.request(*one).status for one in sent} == {422}
