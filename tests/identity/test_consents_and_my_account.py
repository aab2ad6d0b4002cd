"""The JSON API: my account, and consents with their receipts and events."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from identity.domain.clients import Client
from pijnstad_contracts.envelope import decode
from pijnstad_contracts.registry import event_types


@pytest.fixture
def member(door) -> str:
    email = door.email()
    door.person(email)
    return door.member(email)


def _put(door, member, purpose="diary", **more):
    return door.api("PUT", f"/identity/v1/consents/{purpose}", member, **more)


def _row(door, member):
    return door.ports.accounts._store.collection.find_one({"_id": member})


def _events(door, member):
    return [decode(bytes(entry["body"]), event_types()) for entry in _row(door, member)["outbox"]]


def test_my_account_is_told_to_me(door, member) -> None:
    answer = door.api("GET", "/identity/v1/me", member)
    told = answer.get_json()
    assert answer.headers["ETag"] == '"1"'
    assert (told["id"], told["name"], told["audience"], told["language"]) == (member, "Sanne", "person_in_pain", "nl")
    assert told["created_at"].endswith("Z")
    assert not {"password_hash", "outbox", "receipts", "version", "_id"} & set(told)


def test_every_purpose_has_its_text_and_starts_without_consent(door, member) -> None:
    told = door.api("GET", "/identity/v1/consents", member, headers={"Accept-Language": "nl"}).get_json()
    assert [item["purpose"] for item in told["items"]] == ["diary", "suggestions"]
    assert told["next"] is None
    for item in told["items"]:
        assert item["given"] is False
        assert item["texts"]["nl"]["text"] == item["text"]
        assert item["texts"]["en"]["text"] != item["text"]


def test_a_consent_is_given_and_withdrawn_with_receipts_and_events_in_one_stream(door, member) -> None:
    given = _put(door, member, json={"given": True}).get_json()
    assert (given["given"], given["read_version"]) == (True, given["version"])
    assert _put(door, member, json={"given": False}).get_json()["given"] is False
    receipts = _row(door, member)["receipts"]
    assert [(one["purpose"], one["given"], one["client_id"]) for one in receipts] == [
        ("diary", True, "pijnstad-demo"),
        ("diary", False, "pijnstad-demo"),
    ]
    assert [
        (event.sequence, type(event.data).__name__, event.subject, event.member) for event in _events(door, member)
    ] == [
        (1, "AccountRegistered", member, member),
        (2, "ConsentGiven", member, member),
        (3, "ConsentWithdrawn", member, member),
    ]


def test_the_gateway_hears_of_a_consent_at_its_next_question(door) -> None:
    email = door.email()
    grant = door.grant(door.person(email))
    _put(door, door.member(email), "suggestions", json={"given": True})
    assert door.introspect(grant.access).get_json()["consents"] == ["suggestions"]
    _put(door, door.member(email), "suggestions", json={"given": False})
    assert door.introspect(grant.access).get_json()["consents"] == []


def test_saying_the_same_again_leaves_no_receipt_and_no_event(door, member) -> None:
    for _ in range(3):
        assert _put(door, member, json={"given": True}).status_code == 200
    assert len(_row(door, member)["receipts"]) == 1
    assert len(_events(door, member)) == 2


def test_ten_answers_at_once_leave_a_stream_without_holes(door, member) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(
                lambda turn: _put(door, member, ("diary", "suggestions")[turn % 2], json={"given": True}), range(10)
            )
        )
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert [event.sequence for event in _events(door, member)] == [1, 2, 3]
    assert sorted(one["purpose"] for one in _row(door, member)["receipts"]) == ["diary", "suggestions"]


def test_a_text_that_was_not_the_current_one_is_not_agreed_to(door, member) -> None:
    answer = _put(door, member, json={"given": True, "version": "2019-01"})
    assert (answer.status_code, answer.get_json()["type"].rsplit("/", 1)[1]) == (422, "consent-text-changed")
    assert answer.get_json()["version"] == "2026-11"
    assert _put(door, member, json={"given": True, "version": "2026-11"}).status_code == 200


def test_a_partners_client_cannot_answer_for_a_member(door, member) -> None:
    partner = Client(id="partner-app", names={"nl": "p", "en": "p"}, owner="partner", audience=(), scopes=("openid",))
    door.ports.clients.put(partner)
    answer = _put(door, member, client="partner-app", json={"given": True})
    assert (answer.status_code, answer.get_json()["type"].rsplit("/", 1)[1]) == (403, "first-party-only")
    assert _row(door, member)["receipts"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"json": {}}, 422),
        ({"json": {"given": "yes"}}, 422),
        ({"json": {"given": 1}}, 422),
        ({"json": {"given": {"$ne": None}}}, 422),
        ({"json": {"given": True, "version": {"$ne": None}}}, 422),
        ({"json": {"given": True, "purpose": "diary"}}, 422),
        ({"json": {"given": True, "roles": ["admin"]}}, 422),
        ({"json": [True]}, 400),
        ({"data": "{", "content_type": "application/json"}, 400),
        ({"data": '{"given": true, "given": false}', "content_type": "application/json"}, 400),
        ({"data": "given=true", "content_type": "application/x-www-form-urlencoded"}, 415),
        ({"data": b"x" * (2 * 1024 * 1024), "content_type": "application/json"}, 413),
    ],
)
def test_bad_input_is_a_problem_with_words_and_no_echo(door, member, body, status) -> None:
    answer = _put(door, member, **body)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["detail"]
    assert "$ne" not in answer.text
    assert _row(door, member)["receipts"] == []


@pytest.mark.parametrize("purpose", ["research", "%7B%22$ne%22:null%7D", "x" * 300])
def test_an_unknown_purpose_is_refused(door, member, purpose) -> None:
    assert _put(door, member, purpose, json={"given": True}).status_code in (404, 422)


@pytest.mark.parametrize("path", ["/identity/v1/me", "/identity/v1/consents"])
def test_the_api_is_closed_without_the_gateways_token(door, member, path) -> None:
    client = door.app.test_client()
    assert client.get(path).status_code == 401
    grant = door.grant(door.person())
    assert client.get(path, headers={"Authorization": f"Bearer {grant.access}"}).status_code == 401
    assert door.api("GET", path, member, scope="diary").status_code == 403


def test_somebody_whose_account_is_gone_is_not_there(door) -> None:
    assert door.api("GET", "/identity/v1/me", "01912f4e-0000-7000-8000-000000000001").status_code == 404
    assert _put(door, "01912f4e-0000-7000-8000-000000000001", json={"given": True}).status_code == 404


def test_the_openapi_document_shows_the_api_and_not_the_pages(door) -> None:
    document = door.app.test_client().get("/openapi.json").get_json()
    assert {"/identity/v1/me", "/identity/v1/consents", "/identity/v1/consents/{purpose}"} <= set(document["paths"])
    assert all(path.startswith("/identity/v1/") for path in document["paths"])
