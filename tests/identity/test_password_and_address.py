"""Changing password and address, and the way back in: who is told, what ends, and what a stranger cannot learn."""

from __future__ import annotations

import re

import pytest

from identity.store.deliveries import DeliveryDocument

NEW = "kaars wolk trein 44 mosterd"


def _change(browser, current, new=NEW):
    return browser.submit(
        browser.get("/account/password"), "/account/password", current_password=current, new_password=new
    )


def _ask(browser, email):
    return browser.submit(browser.get("/account/recover"), "/account/recover", email=email)


def _choose(browser, link, new=NEW):
    page = browser.client.get(link)
    return browser.submit(page, "/account/new-password", token=link.partition("token=")[2], new_password=new)


def _in(browser) -> bool:
    return browser.get("/account").status_code == 200


def test_a_new_password_works_and_the_old_one_does_not(door, tools) -> None:
    email = door.email()
    browser = door.person(email)
    answer = _change(browser, tools.password)
    assert answer.headers["Location"] == "/account?gedaan=password"
    assert "veranderd" in browser.get("/account", gedaan="password").text
    assert door.browser().sign_in(email).status_code == 400
    assert door.browser().sign_in(email, NEW).status_code == 303


def test_changing_the_password_ends_every_other_session_and_its_tokens_and_is_told_by_mail(door, tools) -> None:
    email = door.email()
    here, elsewhere = door.person(email), door.browser()
    elsewhere.sign_in(email)
    app = door.grant(elsewhere)
    door.mails.new()
    _change(here, tools.password)
    assert (_in(here), _in(elsewhere), door.alive(app.access)) == (True, False, False)
    (mail,) = door.mails.new()
    assert (mail["To"], mail["Subject"]) == (email, "Je wachtwoord is veranderd")
    assert NEW not in mail.get_content()


@pytest.mark.parametrize(
    ("current", "new", "words"),
    [("niet het goede", NEW, "niet je wachtwoord van nu"), (None, "kort", "te kort"), (None, "Sanne2026!", "raden")],
)
def test_a_change_that_does_not_fit_changes_nothing_and_shows_no_password(door, tools, current, new, words) -> None:
    email = door.email()
    answer = _change(door.person(email), current or tools.password, new)
    assert answer.status_code == 400
    assert words in answer.text
    assert tools.password not in answer.text
    assert f'value="{new}"' not in answer.text
    assert door.browser().sign_in(email).status_code == 303


@pytest.mark.usefixtures("long_minute")
def test_the_present_password_cannot_be_guessed_without_end(door) -> None:
    browser = door.person()
    assert [_change(browser, f"gok nummer {n}").status_code for n in range(6)] == [400] * 5 + [429]


def test_a_way_back_in_answers_the_same_for_everybody(door) -> None:
    known = door.email()
    door.person(known)
    answers = [_ask(door.browser(), email) for email in (known, door.email())]
    assert answers[0].headers["Location"] == answers[1].headers["Location"] == "/account/mail-sent"
    assert answers[0].text == answers[1].text


def test_a_stranger_gets_no_mail_and_the_work_is_the_same(door) -> None:
    known, unknown = door.email(), door.email()
    door.person(known)
    door.mails.new()
    before = DeliveryDocument._get_collection().count_documents({})
    for email in (known, unknown):
        _ask(door.browser(), email)
    assert DeliveryDocument._get_collection().count_documents({}) == before + 2
    assert [mail["To"] for mail in door.mails.new()] == [known]


def test_a_new_password_by_link_ends_every_session_and_token_and_signs_nobody_in(door) -> None:
    email = door.email()
    before = door.person(email)
    app = door.grant(before)
    browser = door.browser()
    _ask(browser, email)
    link = door.mails.link("new-password")
    answer = _choose(browser, link)
    assert answer.headers["Location"] == "/account/sign-in?gedaan=recovered"
    assert (_in(before), _in(browser), door.alive(app.access)) == (False, False, False)
    assert door.browser().sign_in(email, NEW).status_code == 303


def test_a_link_to_a_new_password_works_once_and_a_weak_password_does_not_use_it_up(door) -> None:
    email, browser = door.email(), door.browser()
    door.person(email)
    _ask(browser, email)
    link = door.mails.link("new-password")
    assert _choose(browser, link, "kort").status_code == 400
    assert _choose(browser, link).status_code == 303
    assert door.browser().client.get(link).status_code == 400


def test_a_link_dies_with_the_password_it_was_for_and_after_half_an_hour(door, tools, monkeypatch) -> None:
    from datetime import timedelta

    from identity.store import proofs

    email = door.email()
    browser = door.person(email)
    _ask(door.browser(), email)
    link = door.mails.link("new-password")
    real = proofs.now
    monkeypatch.setattr(proofs, "now", lambda: real() + timedelta(minutes=31))
    assert door.browser().client.get(link).status_code == 400
    monkeypatch.setattr(proofs, "now", real)
    assert door.browser().client.get(link).status_code == 200
    _change(browser, tools.password)
    assert door.browser().client.get(link).status_code == 400


@pytest.mark.usefixtures("long_minute")
def test_the_way_back_in_is_capped_for_known_and_unknown_alike(door) -> None:
    known = door.email()
    door.person(known)  # one mail of the five
    assert [_ask(door.browser(), known).status_code for _ in range(5)] == [303] * 4 + [429]
    unknown = door.email()
    assert [_ask(door.browser(), unknown).status_code for _ in range(6)] == [303] * 5 + [429]


def test_a_new_address_is_used_once_it_is_confirmed_and_told_to_the_old_one(door, tools) -> None:
    old, new = door.email(), door.email()
    browser = door.person(old)
    door.mails.new()
    page = browser.get("/account/address")
    sent = browser.submit(page, "/account/address", email=new, current_password=tools.password)
    assert sent.headers["Location"] == "/account/mail-sent"
    link = door.mails.link("new-address")
    assert door.ports.accounts.by_address(new) is None
    confirm = browser.client.get(link)
    assert new in confirm.text
    browser.submit(confirm, "/account/new-address", token=link.partition("token=")[2])
    assert door.ports.accounts.by_address(old) is None
    assert door.browser().sign_in(new).status_code == 303
    assert [(mail["To"], mail["Subject"]) for mail in door.mails.new()] == [(old, "Je e-mailadres is veranderd")]
    assert browser.client.get(link).status_code == 400


def test_an_address_of_somebody_else_is_not_told_on_the_page(door, tools) -> None:
    taken, mine = door.email(), door.email()
    door.person(taken)
    browser, answers = door.person(mine), []
    door.mails.new()
    for email in (taken, door.email()):
        page = browser.get("/account/address")
        answers.append(browser.submit(page, "/account/address", email=email, current_password=tools.password))
    assert answers[0].text == answers[1].text
    assert "heeft al een account" in door.mails.new()[0]["Subject"]


@pytest.mark.parametrize("page", ["password", "address", "places"])
def test_s22_a_form_of_another_site_changes_nothing(door, tools, page) -> None:
    email = door.email()
    browser = door.person(email)
    sent = {
        "csrf": "0" * 64,
        "current_password": tools.password,
        "new_password": NEW,
        "email": "a@b.nl",
        "place": "others",
    }
    assert browser.client.post(f"/account/{page}", data=sent).status_code == 403
    assert door.browser().sign_in(email).status_code == 303


@pytest.mark.parametrize("page", ["password", "address", "places"])
def test_who_is_not_signed_in_is_led_to_the_door(door, page) -> None:
    for method in ("GET", "POST"):
        answer = door.browser().client.open(f"/account/{page}", method=method)
        assert answer.headers["Location"] == "/account/sign-in"


# Where one is signed in


def _places(browser) -> list[str]:
    return re.findall(r'name="place" value="([^"]+)"', browser.get("/account/places").text)


def test_one_session_is_ended_from_another_device_with_its_tokens(door, tools) -> None:
    email = door.email()
    here, phone = door.person(email), door.browser(**{"User-Agent": "Mozilla/5.0 (iPhone) Safari/604.1"})
    phone.sign_in(email)
    code, verifier = door.code(phone, client_id="pijnstad-web", redirect_uri=tools.web_callback)
    redeem = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
    token = door.token(tools.web, **redeem, redirect_uri=tools.web_callback).get_json()
    page = here.get("/account/places")
    assert "Safari · iPhone" in page.text
    (place, _others) = _places(here)
    here.submit(page, "/account/places", place=place)
    assert (_in(here), _in(phone), door.alive(token["access_token"])) == (True, False, False)
    assert door.refresh(token["refresh_token"], tools.web).status_code == 400


def test_an_app_is_ended_by_itself(door) -> None:
    browser = door.person()
    app = door.grant(browser)
    page = browser.get("/account/places")
    assert "proef-app" in page.text
    browser.submit(page, "/account/places", place=_places(browser)[0])
    assert (_in(browser), door.alive(app.access)) == (True, False)


def test_all_others_are_ended_at_once(door) -> None:
    email = door.email()
    here, others = door.person(email), [door.browser() for _ in range(3)]
    for other in others:
        other.sign_in(email)
    app = door.grant(others[0])
    here.submit(here.get("/account/places"), "/account/places", place="others")
    assert (_in(here), [_in(other) for other in others], door.alive(app.access)) == (True, [False] * 3, False)


def test_nobody_ends_the_session_of_somebody_else(door) -> None:
    victim, stranger_mail = door.person(), door.email()
    stranger = door.person(stranger_mail)
    member = door.app.extensions["ports"].sessions.get(victim.cookie)
    page = stranger.get("/account/places")
    stranger.submit(page, "/account/places", place=member.sid)
    answer = door.api("DELETE", f"/identity/v1/sessions/{member.sid}", door.member(stranger_mail))
    assert answer.status_code == 404
    assert _in(victim)


def test_the_api_lists_and_ends_sessions(door) -> None:
    email = door.email()
    browser, other = door.person(email), door.browser()
    other.sign_in(email)
    member = door.member(email)
    told = door.api("GET", "/identity/v1/sessions", member).get_json()["items"]
    assert [one["kind"] for one in told] == ["browser", "browser"]
    assert door.api("DELETE", f"/identity/v1/sessions/{told[0]['id']}", member).status_code == 204
    assert (_in(browser), _in(other)) == (True, False)
    other.sign_in(email)
    assert door.api("DELETE", f"/identity/v1/sessions?but={told[1]['id']}", member).status_code == 204
    assert (_in(browser), _in(other)) == (True, False)
    assert door.api("DELETE", "/identity/v1/sessions", member).status_code == 204
    assert not _in(browser)
