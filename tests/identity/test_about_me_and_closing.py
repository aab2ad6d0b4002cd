"""What somebody says about themselves, and closing the account: what is gone at once, and what is told to whom."""

from __future__ import annotations

import pytest

from pijnstad_contracts.envelope import decode
from pijnstad_contracts.registry import event_types


@pytest.fixture
def held(door):
    """Somebody: id, browser, address."""
    email = door.email()
    browser = door.person(email)
    return door.member(email), browser, email


def _row(door, member):
    return door.ports.accounts._store.collection.find_one({"_id": member})


def _names(door, member) -> list[str]:
    events = [decode(bytes(entry["body"]), event_types()) for entry in _row(door, member)["outbox"]]
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    return [type(event.data).__name__ for event in events]


def _patch(door, member, body, version="1"):
    return door.api("PATCH", "/identity/v1/me", member, json=body, headers={"If-Match": f'"{version}"'})


def test_somebody_changes_what_they_said_on_a_page(door, held) -> None:
    member, browser, _ = held
    page = browser.get("/account/about-me")
    fields = {"name": "Bo", "audience": "partner", "language": "en", "wish-larger_text": "yes", "wish-listen": "yes"}
    browser.submit(page, "/account/about-me", **fields)
    told = door.api("GET", "/identity/v1/me", member).get_json()
    assert (told["name"], told["audience"], told["language"]) == ("Bo", "partner", "en")
    assert told["wishes"] == ["larger_text", "listen"]
    assert "<h1>Your account</h1>" in browser.get("/account").text
    assert _names(door, member)[-1] == "AccountChanged"
    assert 'id="wish-listen" value="yes" checked' in browser.get("/account/about-me").text


def test_the_api_changes_only_what_is_sent_and_only_the_version_it_knows(door, held) -> None:
    member, *_ = held
    changed = _patch(door, member, {"wishes": ["low_stimulus"]})
    assert changed.headers["ETag"] == '"2"'
    assert changed.get_json()["name"] == "Sanne"
    assert _patch(door, member, {"name": "Bo"}, "1").status_code == 412
    assert door.api("PATCH", "/identity/v1/me", member, json={"name": "Bo"}).status_code == 428
    assert _names(door, member) == ["AccountRegistered"]  # wishes and names are nobody else's business


def test_saying_the_same_again_changes_nothing(door, held) -> None:
    member, *_ = held
    assert _patch(door, member, {"audience": "person_in_pain", "name": "Sanne"}).headers["ETag"] == '"1"'


@pytest.mark.parametrize(
    "body",
    [
        {"name": " "},
        {"name": 1},
        {"audience": "spy"},
        {"wishes": ["all"]},
        {"roles": ["admin"]},
        {"name": {"$ne": None}},
    ],
)
def test_what_does_not_fit_is_refused(door, held, body) -> None:
    assert _patch(door, held[0], body).status_code == 422
    assert _row(door, held[0])["roles"] == []


def _close(browser, password, **more):
    page = browser.get("/account/close")
    return browser.submit(page, "/account/close", current_password=password, **({"sure": "yes"} | more))


def test_closing_ends_everything_and_frees_the_address(door, held, tools) -> None:
    member, browser, email = held
    app = door.grant(browser)
    answer = _close(browser, tools.password)
    assert answer.headers["Location"] == "/account/closed"
    assert "Het ga je goed" in browser.get("/account/closed").text
    assert not door.alive(app.access)
    assert browser.get("/account").status_code == 303
    assert door.browser().sign_in(email).status_code == 400
    assert door.api("GET", "/identity/v1/me", member).status_code == 404
    assert _names(door, member)[-1] == "AccountClosed"
    door.person(email)
    assert door.member(email) != member


def test_after_closing_identity_knows_neither_name_nor_address_nor_password(door, held, tools) -> None:
    member, browser, email = held
    door.api("PUT", "/identity/v1/consents/diary", member, json={"given": True})
    door.mails.new()
    _close(browser, tools.password)
    row = str(_row(door, member))
    for gone in (email, "Sanne", "argon2"):
        assert gone not in row
    assert len(_row(door, member)["receipts"]) == 1
    (mail,) = door.mails.new()
    assert (mail["To"], mail["Subject"]) == (email, "Je account is gesloten")


def test_closing_ends_shares_in_the_same_write(door, held, tools) -> None:
    member, browser, _ = held
    body = {"email": "zus@voorbeeld.example", "name": "Zus", "parts": ["diary"], "days": 7}
    door.mails.new()
    door.api("POST", "/identity/v1/shares", member, json=body)
    link = door.mails.link("share")
    reader = door.person()
    reader.submit(reader.client.get(link), "/account/share", token=link.partition("token=")[2], agreed="yes")
    _close(browser, tools.password)
    assert _names(door, member)[-2:] == ["ShareRevoked", "AccountClosed"]


@pytest.mark.parametrize(
    ("password", "sure", "words"), [("niet goed", "yes", "niet je wachtwoord"), (None, "", "vinkje")]
)
def test_closing_asks_for_password_and_tick(door, held, tools, password, sure, words) -> None:
    answer = _close(held[1], password or tools.password, sure=sure)
    assert answer.status_code == 400
    assert words in answer.text
    assert held[1].get("/account").status_code == 200
