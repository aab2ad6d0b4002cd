"""One document for the whole city, pages that work without the internet, and a page behind every problem."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

import gateway
from gateway.openapi import merged
from gateway.problem_texts import PROBLEMS
from gateway.routes import RouteTable
from pijnstad_kit import problems

SERVICES = ("identity", "selfcare", "content", "decision", "community")
SWAGGER = Path(gateway.__file__).parent / "pages" / "swagger"


def served(document: dict[str, Any]) -> Any:
    body = json.dumps(document).encode()
    return lambda *_: b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


def document(path: str, schema: dict[str, Any]) -> dict[str, Any]:
    answer = {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Entry"}}}}
    return {"paths": {path: {"get": {"responses": {"200": answer}}}}, "components": {"schemas": {"Entry": schema}}}


def test_the_document_holds_every_service_and_names_those_that_are_away(make_city: Any) -> None:
    city = make_city()
    city.selfcare.scripts["/openapi.json"] = served(document("/selfcare/v1/diary", {"type": "object"}))
    city.content.scripts["/openapi.json"] = served(document("/content/v1/items", {"type": "string"}))
    city.community.scripts["/openapi.json"] = lambda *_: b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnope"
    city.decision.stop()
    whole = city.get("/openapi.json").json()
    assert whole["openapi"].startswith("3.1")
    assert {"/selfcare/v1/diary", "/content/v1/items", "/v1/stream", "/v1/stream/tickets"} <= set(whole["paths"])
    assert {"community", "decision"} <= set(whole["x-unavailable"])
    assert "selfcare" not in whole["x-unavailable"]


def test_parts_with_one_name_and_two_meanings_are_kept_apart() -> None:
    one, two = document("/a", {"type": "object"}), document("/b", {"type": "string"})
    whole = merged({"content": one, "selfcare": two}, [], "http://localhost:8000")
    assert whole["components"]["schemas"]["Entry"] == {"type": "object"}
    assert whole["components"]["schemas"]["selfcare_Entry"] == {"type": "string"}
    answers = {path: whole["paths"][path]["get"]["responses"]["200"]["content"] for path in ("/a", "/b")}
    assert answers["/a"]["application/json"]["schema"]["$ref"] == "#/components/schemas/Entry"
    assert answers["/b"]["application/json"]["schema"]["$ref"] == "#/components/schemas/selfcare_Entry"


def test_every_reference_in_the_merged_document_leads_somewhere(city: Any) -> None:
    whole = city.get("/openapi.json").json()
    for kind, name in re.findall(r"#/components/(\w+)/([\w.-]+)", json.dumps(whole)):
        assert name in whole["components"][kind]


def test_every_documented_route_of_the_gateway_itself_is_in_the_table() -> None:
    table = RouteTable()
    for path, item in merged({}, [], "http://localhost:8000")["paths"].items():
        route = table.match(path.encode())
        assert route is not None
        assert {method.upper() for method in item} <= route.methods


def test_the_document_is_not_sent_twice_to_who_has_it(city: Any) -> None:
    answer = city.get("/openapi.json")
    assert city.get("/openapi.json", headers={"If-None-Match": answer.headers["etag"]}).status == 304


def test_the_pages_load_nothing_from_elsewhere_and_run_no_inline_script(city: Any) -> None:
    page = city.get("/docs")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.data.decode()):
        assert address.startswith("/")
        assert city.get(address).status == 200
    assert re.search(r"<script(?![^>]*src=)", page.data.decode()) is None
    assert "validatorUrl: null" in city.get("/docs/start.js").data.decode()


def test_the_vendored_files_are_the_ones_that_were_vendored() -> None:
    for line in (SWAGGER / "SHA256SUMS").read_text().splitlines():
        known, name = line.split()
        assert hashlib.sha256((SWAGGER / name).read_bytes()).hexdigest() == known
    assert "Apache License" in (SWAGGER / "LICENSE").read_text()


@pytest.mark.parametrize(
    "path", ["/docs/../app.py", "/docs/templates", "/docs/swagger/LICENSE", "/docs/README.md", "/docs/none.js"]
)
def test_only_the_listed_files_are_served(city: Any, path: str) -> None:
    assert city.raw(f"GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".encode()).statuses[0] in (400, 404)


@pytest.mark.parametrize("slug", PROBLEMS)
def test_every_problem_has_a_page_in_dutch_and_english(city: Any, slug: str) -> None:
    dutch = city.get(f"/problems/{slug}", headers={"Accept-Language": "nl"}).data.decode()
    english = city.get(f"/problems/{slug}", headers={"Accept-Language": "en"}).data.decode()
    assert '<html lang="nl">' in dutch
    assert "Wat kun je doen?" in dutch
    assert '<html lang="en">' in english
    assert "What can you do?" in english
    assert "!" not in PROBLEMS[slug].nl.remedy + PROBLEMS[slug].nl.meaning


@pytest.mark.parametrize(
    "package", ["pijnstad_kit.problems", "gateway.errors", *(f"{name}.errors" for name in SERVICES)]
)
def test_every_problem_of_the_city_is_explained_with_the_status_it_has(package: str) -> None:
    if importlib.util.find_spec(package.partition(".")[0]) is None or importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not there")
    known = {one.slug: one.status for one in vars(importlib.import_module(package)).values() if _is_problem(one)}
    assert {slug: PROBLEMS[slug].status for slug in known} == known


def test_an_unknown_problem_is_not_found_as_a_problem(city: Any) -> None:
    answer = city.get("/problems/none-such", headers={"Accept-Language": "nl"})
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
    assert len(answer.json()["request_id"]) == 36
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_a_problem_repeats_nothing_of_the_query(city: Any) -> None:
    answer = city.get("/v1/none?secret=geheim123")
    assert b"geheim123" not in answer.data


def _is_problem(one: Any) -> bool:
    return isinstance(one, type) and issubclass(one, problems.Problem)
