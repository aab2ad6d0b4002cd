"""The whole city from outside: the smoke test, bad input on every public write, and secrets that must be in no log."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
import smoke
from conftest import City
from outside import SCOPE, Answer, Outsider

pytestmark = pytest.mark.city
ENTRY = {"pain": [{"area": None, "intensity": 5}], "note": "x"}
OPERATOR = {"$ne": None}


@pytest.fixture(scope="module")
def anna(city: City) -> Outsider:
    person = Outsider(city.url, language="en")
    person.register()
    person.sign_in()
    person.consent("diary", "suggestions")
    return person


@pytest.fixture(scope="module")
def piet(city: City) -> Outsider:
    person = Outsider(city.url)
    person.register()
    person.sign_in()
    person.consent("diary")
    return person


def problem(answer: Answer, status: int) -> dict[str, Any]:
    """Return the problem an answer holds, having checked that it is one that helps."""
    assert answer.status == status, answer.body[:300]
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    body = answer.json
    assert body["status"] == status
    assert body["type"].split("/problems/")[1]
    assert body["detail"] or body["title"]
    return body


def test_the_smoke_test_holds(city: City, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PIJNSTAD_URL", city.url)
    assert smoke.main() == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        ({}, 422), ({"unknown": 1}, 422), ({"note": OPERATOR}, 422), ({"pain": "much"}, 422), ({"pain": OPERATOR}, 422),
        ({"pain": [{"area": OPERATOR, "intensity": 3}]}, 422), ({"pain": [{"intensity": 11}]}, 422),
        ({"fatigue": "7"}, 422), ({"fatigue": 7.5}, 422), ({"mood": True}, 422), ({"sleep": {"hours": 25}}, 422),
        ({"note": "x", "id": "mine", "version": 9}, 422), ({"note": "x", "written_by": "somebody"}, 422),
        ({"note": "x" * 4001}, 422), ({"trackers": [{"name": "a", "value": 1}] * 6}, 422),
        ({"note": "x", "started_at": OPERATOR}, 422), ({"activities": [{"name": OPERATOR}]}, 422),
        ({"aids": [{"kind": "aid", "name": OPERATOR}]}, 422), ({"trackers": [{"name": OPERATOR, "value": 1}]}, 422),
        ({"worth_it": OPERATOR}, 422),
    ],
    ids=lambda value: json.dumps(value)[:40],
)  # fmt: skip
def test_a_bad_entry_gets_a_problem_that_points_at_it(anna: Outsider, entry: dict[str, Any], status: int) -> None:
    problem(anna.request("POST", "/selfcare/v1/diary", entry), status)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/identity/v1/consents/diary", {"given": OPERATOR}),
        ("PUT", "/identity/v1/consents/diary", {"given": "yes"}),
        ("PUT", "/identity/v1/consents/research", {"given": True}),
        ("PUT", "/content/v1/suggestions/01912f4e-0000-7000-8000-000000000000/rating", {"rating": OPERATOR}),
        ("GET", "/content/v1/items?dimension[$ne]=x", None),
        ("GET", "/content/v1/items?limit=1000", None),
        ("GET", "/content/v1/items?language=fr", None),
        ("GET", "/selfcare/v1/diary?limit=-1", None),
    ],
)
def test_bad_input_elsewhere_is_refused_too(anna: Outsider, method: str, path: str, body: Any) -> None:
    answer = anna.request(method, path, body)
    assert answer.status in (404, 422), answer.body[:200]
    problem(answer, answer.status)


def test_broken_and_oversized_bodies_are_refused(anna: Outsider) -> None:
    token = {"Authorization": f"Bearer {anna.tokens['access_token']}", "Content-Type": "application/json"}
    for raw, status in ((b"{", 400), (b"", 400), (b"[1]", 400), (b'{"a":1,"a":2}', 400), (b"[" * 100_000, 400)):
        problem(anna._send("POST", "/selfcare/v1/diary", raw, token), status)
    huge = json.dumps({"note": "x" * 2_000_000}).encode()
    problem(anna._send("POST", "/selfcare/v1/diary", huge, token), 413)
    problem(anna._send("POST", "/selfcare/v1/diary", b"note=x", token | {"Content-Type": "text/plain"}), 415)


def test_tokens_that_are_missing_made_up_or_of_another_kind_open_nothing(city: City, anna: Outsider) -> None:
    for token in ("", "x", "a.b.c", anna.tokens["refresh_token"], anna.tokens["id_token"], "x" * 9000):
        for path in ("/selfcare/v1/diary", "/content/v1/suggestions", "/identity/v1/me"):
            answer = anna.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            assert answer.status in (401, 431), (token[:10], path, answer.status)
    problem(anna.request("GET", "/selfcare/v1/diary", anonymous=True), 401)


def test_a_token_without_the_scope_is_refused_by_name(city: City, anna: Outsider) -> None:
    poor = Outsider(city.url)
    poor.register()
    poor.sign_in(scope="openid profile")
    assert problem(poor.request("GET", "/selfcare/v1/diary"), 403)["scope"] == "diary"


def test_without_consent_nothing_is_written_and_the_way_is_named(city: City) -> None:
    new = Outsider(city.url)
    new.register()
    new.sign_in()
    refused = problem(new.request("POST", "/selfcare/v1/diary", ENTRY), 403)
    assert (refused["type"].rpartition("/")[2], refused["purpose"]) == ("consent-needed", "diary")
    new.consent("diary")
    path = f"/selfcare/v1/diary/{new.expect(201, 'POST', '/selfcare/v1/diary', ENTRY)['id']}"
    new.expect(200, "PUT", "/identity/v1/consents/diary", {"given": False})
    problem(new.request("POST", "/selfcare/v1/diary", ENTRY), 403)
    problem(new.request("PATCH", path, {"note": "more"}, {"If-Match": '"1"'}), 403)
    assert new.request("GET", path).status == 200
    problem(new.request("DELETE", path, headers={"If-Match": '"0"'}), 412)
    assert new.request("DELETE", path).status == 204


def test_somebody_elses_entry_is_not_there(anna: Outsider, piet: Outsider) -> None:
    entry = anna.expect(201, "POST", "/selfcare/v1/diary", ENTRY)
    for method, body in (("GET", None), ("PATCH", {"fatigue": 1}), ("DELETE", None)):
        problem(piet.request(method, f"/selfcare/v1/diary/{entry['id']}", body, {"If-Match": '"1"'}), 404)
    assert anna.expect(200, "GET", f"/selfcare/v1/diary/{entry['id']}")["note"] == "x"


def test_an_entry_is_changed_at_its_version_only_and_can_be_deleted(anna: Outsider) -> None:
    path = f"/selfcare/v1/diary/{anna.expect(201, 'POST', '/selfcare/v1/diary', ENTRY)['id']}"
    problem(anna.request("PATCH", path, {"fatigue": 4}), 428)
    assert anna.expect(200, "PATCH", path, {"fatigue": 4}, {"If-Match": '"1"'})["version"] == 2
    problem(anna.request("PATCH", path, {"fatigue": 5}, {"If-Match": '"1"'}), 412)
    assert anna.request("DELETE", path, headers={"If-Match": '"2"'}).status == 204
    problem(anna.request("GET", path), 404)


def test_the_same_key_gives_the_same_entry_and_another_body_is_refused(anna: Outsider) -> None:
    key = {"Idempotency-Key": secrets.token_hex(8)}
    first = anna.expect(201, "POST", "/selfcare/v1/diary", ENTRY, key)
    again = anna.request("POST", "/selfcare/v1/diary", ENTRY, key)
    assert again.status in (200, 201)
    assert again.json["id"] == first["id"]
    problem(anna.request("POST", "/selfcare/v1/diary", {**ENTRY, "note": "y"}, key), 422)


def test_a_refresh_token_used_twice_ends_the_family(city: City) -> None:
    person = Outsider(city.url)
    person.register()
    old = dict(person.sign_in())
    new = dict(person.refresh())
    assert new["refresh_token"] != old["refresh_token"]
    assert person.expect(200, "GET", "/identity/v1/me")
    person.tokens = old
    with pytest.raises(AssertionError, match="400"):
        person.refresh()
    person.tokens = new
    with pytest.raises(AssertionError, match="400"):
        person.refresh()


def test_words_of_crisis_bring_the_card_and_no_suggestion(city: City) -> None:
    person = Outsider(city.url)
    person.register()
    person.sign_in()
    person.consent("diary", "suggestions")
    entry = person.expect(
        201, "POST", "/selfcare/v1/diary", {"sleep": {"quality": 1}, "note": "Ik wil niet meer leven."}
    )
    assert entry["safety"] == "crisis"
    assert any("113" in way["contact"] for way in entry["card"]["ways"])
    from outside import wait_until

    moment = wait_until(lambda: person.expect(200, "GET", "/content/v1/moments")["items"], "the entry to be handled")[0]
    assert moment["outcome"] == "resting"
    assert person.expect(200, "GET", "/content/v1/suggestions")["items"] == []


def test_the_documentation_names_every_public_route_and_works_offline(anna: Outsider) -> None:
    document = anna._send("GET", "/openapi.json").json
    assert "x-unavailable" not in document or document["x-unavailable"] == []
    assert {"/selfcare/v1/diary", "/content/v1/items", "/identity/v1/me", "/v1/stream"} <= set(document["paths"])
    page = anna._send("GET", "/docs").body.decode()
    assert "https://" not in page.replace("https://www.w3.org", "")


def test_no_log_of_the_city_holds_a_secret_or_a_word_of_a_person(city: City) -> None:
    if city.data is None:
        pytest.skip("the logs of a city elsewhere are not ours to read")
    canary = f"kanarie{secrets.token_hex(6)}"
    person = Outsider(city.url)
    person.email, person.password = f"{canary}@pijnstad.example", f"{canary}-Wachtwoord-9"
    person.register()
    person.sign_in(SCOPE)
    person.consent("diary", "suggestions")
    stream = person.listen()
    person.expect(201, "POST", "/selfcare/v1/diary", {"note": canary, "worth_it": canary, "sleep": {"quality": 1}})
    person.request("POST", "/selfcare/v1/diary", {"note": [canary]})
    person.request("GET", f"/content/v1/items?q={canary}")
    person.request("GET", f"/selfcare/v1/diary/{canary}?x={canary}", headers={"X-Request-Id": "ok"})
    stream.next()
    stream.close()
    tokens = [person.tokens[name] for name in ("access_token", "refresh_token", "id_token")]
    logs = "".join(path.read_text(errors="replace") for path in (city.data / "log").rglob("*") if path.is_file())
    assert len(logs) > 1000
    for planted in (canary, *tokens):
        assert planted not in logs
