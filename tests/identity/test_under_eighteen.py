"""Close ones from 12: who may have an account, when a parent agrees first, and what a parent never gets to see."""

from __future__ import annotations

import pytest

from pijnstad_contracts.envelope import decode
from pijnstad_contracts.registry import event_types

CONSENT = "/identity/v1/consents/diary"


def _child(door, age="12"):
    email, browser = door.email(), door.browser()
    answer = browser.register(email, age=age, audience="child", name="Noor")
    assert answer.status_code == 303, answer.text
    return door.member(email), browser


def _agree(door, member, given=True):
    return door.api("PUT", CONSENT, member, json={"given": given})


def _ask(door, browser, to="ouder@voorbeeld.example"):
    door.mails.new()
    browser.submit(browser.get("/account/parent-ask"), "/account/parent-ask", email=to)
    return door.mails.link("parent")


def _say(parent, link, agreed):
    page = parent.client.get(link)
    return parent.submit(page, "/account/parent", token=link.partition("token=")[2], agreed=agreed)


@pytest.mark.parametrize("age", ["12", "16"])
def test_a_close_one_has_an_account_from_twelve_without_a_parent(door, age) -> None:
    member, browser = _child(door, age)
    assert browser.get("/account").status_code == 200
    assert door.ports.accounts.get(member).age == age


def test_at_sixteen_one_agrees_oneself(door) -> None:
    assert _agree(door, _child(door, "16")[0]).status_code == 200


def test_under_sixteen_a_parent_agrees_first(door) -> None:
    member, browser = _child(door)
    refused = _agree(door, member)
    assert (refused.status_code, refused.get_json()["type"].rsplit("/", 1)[1]) == (403, "parent-needed")
    link = _ask(door, browser)
    parent = door.browser()
    assert "Mag Noor een dagboek bijhouden?" in parent.client.get(link).text
    assert _agree(door, member).status_code == 403  # looking is not agreeing
    assert "Je hebt ja gezegd" in _say(parent, link, "yes").text
    assert _agree(door, member).status_code == 200


def test_a_parent_takes_the_yes_back_at_the_same_link_and_the_consents_end(door) -> None:
    member, browser = _child(door)
    link, parent = _ask(door, browser), door.browser()
    _say(parent, link, "yes")
    _agree(door, member)
    assert "Trek mijn ja in" in parent.client.get(link).text
    _say(parent, link, "no")
    row = door.ports.accounts._store.collection.find_one({"_id": member})
    last = decode(bytes(row["outbox"][-1]["body"]), event_types())
    assert (type(last.data).__name__, last.data.purpose) == ("ConsentWithdrawn", "diary")
    assert (row["receipts"][-1]["given"], row["receipts"][-1]["client_id"]) == (False, "parent")
    assert _agree(door, member).status_code == 403


def test_a_no_gives_nothing(door) -> None:
    member, browser = _child(door)
    _say(door.browser(), _ask(door, browser), "no")
    assert _agree(door, member).status_code == 403


def test_the_parent_sees_a_name_and_a_question_and_nothing_of_the_account(door) -> None:
    member, browser = _child(door)
    link = _ask(door, browser)
    account = door.ports.accounts.get(member)
    page = door.browser().client.get(link).text
    for hidden in (account.email, member, "Mijn vader of moeder"):
        assert hidden not in page
    parent = door.browser()
    _say(parent, link, "yes")
    assert parent.get("/account").headers["Location"] == "/account/sign-in"


def test_the_parents_address_is_kept_nowhere_once_the_mail_went(door) -> None:
    from identity.store.deliveries import DeliveryDocument

    member, browser = _child(door)
    _ask(door, browser, "geheime-ouder@voorbeeld.example")
    row = door.ports.accounts._store.collection.find_one({"_id": member})
    assert "geheime-ouder" not in str(row) + str(list(DeliveryDocument._get_collection().find({})))


def test_one_grows_older_and_never_younger(door) -> None:
    member, browser = _child(door)
    fields = {"name": "Noor", "audience": "child", "language": "nl"}
    for age, then in (("16", "16"), ("12", "16"), ("18", "18")):
        browser.submit(browser.get("/account/about-me"), "/account/about-me", **fields, age=age)
        assert door.ports.accounts.get(member).age == then


def test_nobody_under_eighteen_becomes_an_adult_by_audience(door) -> None:
    member, browser = _child(door, "16")
    fields = {"name": "Noor", "audience": "person_in_pain", "language": "nl"}
    answer = browser.submit(browser.get("/account/about-me"), "/account/about-me", **fields)
    assert answer.status_code == 400
    body = {"audience": "professional"}
    assert door.api("PATCH", "/identity/v1/me", member, json=body, headers={"If-Match": '"1"'}).status_code == 422


def test_an_adult_has_nobody_to_ask(door) -> None:
    assert door.person().get("/account/parent-ask").headers["Location"] == "/account"


@pytest.mark.parametrize("token", ["", "x", '{"$ne": null}'])
def test_a_link_that_nobody_was_sent_is_about_nobody(door, token) -> None:
    assert door.browser().get("/account/parent", token=token).status_code == 400
