"""What somebody agreed to, on a page: given and taken back by one button each, with receipts to keep."""

from __future__ import annotations

import pytest


@pytest.fixture
def held(door):
    """Somebody: id and browser."""
    email = door.email()
    browser = door.person(email)
    return door.member(email), browser


def _answer(browser, given, **changed):
    page = browser.get("/account/consents")
    fields = {"purpose": "diary", "version": "2026-11", "given": given} | changed
    return browser.submit(page, "/account/consents", **fields)


def test_a_consent_is_given_and_taken_back_by_one_button_each(door, held) -> None:
    member, browser = held
    assert "Je dagboek bewaren" in browser.get("/account/consents").text
    assert _answer(browser, "yes").headers["Location"] == "/account/consents?gedaan=consent"
    assert door.api("GET", "/identity/v1/consents", member).get_json()["items"][0]["given"]
    assert "Trek mijn ja in" in browser.get("/account/consents").text
    _answer(browser, "no")
    assert not door.api("GET", "/identity/v1/consents", member).get_json()["items"][0]["given"]


def test_the_receipts_are_a_file_with_the_words_that_were_read(door, held) -> None:
    member, browser = held
    _answer(browser, "yes")
    _answer(browser, "no")
    answer = browser.get("/account/consents/receipts")
    assert "attachment" in answer.headers["Content-Disposition"]
    told = answer.get_json()
    assert told["member"] == member
    assert [(one["purpose"], one["given"], one["text_version"]) for one in told["receipts"]] == [
        ("diary", False, "2026-11"),
        ("diary", True, "2026-11"),
    ]
    assert told["receipts"][1]["title"] == "Je dagboek bewaren"
    assert "versleuteld" in told["receipts"][1]["text"]


def test_words_that_changed_meanwhile_are_read_again_first(door, held) -> None:
    member, browser = held
    assert _answer(browser, "yes", version="2019-01").status_code == 403
    assert not door.api("GET", "/identity/v1/consents", member).get_json()["items"][0]["given"]


@pytest.mark.parametrize("purpose", ["", "research", '{"$ne": null}'])
def test_an_unknown_purpose_is_agreed_to_by_nobody(door, held, purpose) -> None:
    member, browser = held
    _answer(browser, "yes", purpose=purpose)
    assert not any(one["given"] for one in door.api("GET", "/identity/v1/consents", member).get_json()["items"])


def test_who_is_under_sixteen_is_told_to_ask_first(door) -> None:
    browser = door.browser()
    browser.register(door.email(), age="12", audience="child")
    answer = _answer(browser, "yes")
    assert answer.status_code == 400
    assert "ouder of voogd" in answer.text


def test_a_form_of_another_site_agrees_to_nothing(door, held) -> None:
    member, browser = held
    sent = {"csrf": "0" * 64, "purpose": "diary", "given": "yes", "version": "2026-11"}
    assert browser.client.post("/account/consents", data=sent).status_code == 403
    assert not door.api("GET", "/identity/v1/consents", member).get_json()["items"][0]["given"]
