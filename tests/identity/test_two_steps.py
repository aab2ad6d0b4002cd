"""The second step: a code by the clock after the password, each once; recovery codes; on and off."""

from __future__ import annotations

import html
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest


def _in(browser) -> bool:
    return browser.get("/account").status_code == 200


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Hold the clock of codes; move it with `clock(seconds)`."""
    start, shift = float(int(time.time() // 30) * 30 + 15), [0.0]
    monkeypatch.setattr("identity.usecases.factors.time.time", lambda: start + shift[0])

    def later(seconds: float) -> float:
        shift[0] += seconds
        return start + shift[0]

    return later


def _turn_on(door, browser, moment, password) -> tuple[pyotp.TOTP, list[str]]:
    page = browser.get("/account/two-steps")
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")
    token = re.search(r'name="token" value="([^"]+)"', page.text)[1]
    totp = pyotp.TOTP(secret)
    answer = browser.submit(page, "/account/two-steps", token=token, code=totp.at(moment(0)), current_password=password)
    assert answer.status_code == 200, answer.text
    return totp, re.findall(r"<li><code>([a-z0-9-]+)</code>", answer.text)


@pytest.fixture
def held(door, tools, clock):
    """Somebody with two steps: their address, browser, authenticator and recovery codes, a minute later."""
    email = door.email()
    browser = door.person(email)
    totp, codes = _turn_on(door, browser, clock, tools.password)
    clock(60)
    return email, browser, totp, codes


def _password_then(door, email, code, browser=None):
    browser = browser or door.browser()
    asked = browser.sign_in(email)
    assert asked.headers["Location"].startswith("/account/second-step?token=")
    page = browser.client.get(asked.headers["Location"])
    token = html.unescape(re.search(r'name="token" value="([^"]+)"', page.text)[1])
    return browser, browser.submit(page, "/account/second-step", token=token, code=code)


def test_the_qr_code_is_drawn_and_the_secret_stands_beside_it_as_text(door) -> None:
    page = door.person().get("/account/two-steps").text
    assert "<svg" in page
    assert re.search(r'<code class="secret">[A-Z2-7]{8} [A-Z2-7]{8} [A-Z2-7]{8} [A-Z2-7]{8}<', page)
    assert "style=" not in page


def test_the_password_alone_signs_nobody_in_any_more(door, held) -> None:
    email, *_ = held
    browser = door.browser()
    browser.sign_in(email)
    assert not _in(browser)


def test_password_and_code_sign_in_and_a_code_works_once(door, held, clock) -> None:
    email, _, totp, _ = held
    code = totp.at(clock(0))
    browser, answer = _password_then(door, email, code)
    assert answer.headers["Location"] == "/account"
    assert _in(browser)
    again, refused = _password_then(door, email, code)
    assert refused.status_code == 400
    assert "al gebruikt" in refused.text
    assert not _in(again)


def test_the_code_that_turned_it_on_signs_nobody_in(door, tools, clock) -> None:
    email = door.email()
    totp, _ = _turn_on(door, door.person(email), clock, tools.password)
    assert _password_then(door, email, totp.at(clock(0)))[1].status_code == 400


def test_one_code_at_the_same_moment_signs_one_browser_in(door, held, clock) -> None:
    email, _, totp, _ = held
    code, asked = totp.at(clock(0)), []
    for _ in range(4):
        browser = door.browser()
        page = browser.client.get(browser.sign_in(email).headers["Location"])
        asked.append((browser, page, html.unescape(re.search(r'name="token" value="([^"]+)"', page.text)[1])))
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda one: one[0].submit(one[1], "/account/second-step", token=one[2], code=code), asked)
        )
    assert sorted(answer.status_code for answer in answers) == [303, 400, 400, 400]


@pytest.mark.parametrize("seconds", [-3600, -61, 91, 3600])
def test_a_code_of_another_time_does_not_fit(door, held, clock, seconds) -> None:
    email, _, totp, _ = held
    clock(4000)
    assert _password_then(door, email, totp.at(clock(0) + seconds))[1].status_code == 400


def test_a_clock_that_is_half_a_minute_off_is_forgiven(door, held, clock) -> None:
    email, _, totp, _ = held
    clock(4000)
    assert _password_then(door, email, totp.at(clock(0) - 30))[1].status_code == 303


def test_there_are_ten_recovery_codes_each_for_once_in_any_spelling(door, held) -> None:
    email, _, _, codes = held
    assert len(set(codes)) == 10
    assert _password_then(door, email, codes[3].upper().replace("-", " "))[1].status_code == 303
    assert _password_then(door, email, codes[3])[1].status_code == 400
    assert _password_then(door, email, codes[4])[1].status_code == 303
    stored = str(door.ports.accounts._store.collection.find_one({"email_key": email})["recovery_codes"])
    assert not any(code.replace("-", "") in stored for code in codes)


def test_new_recovery_codes_end_the_old_ones(door, held, tools) -> None:
    email, browser, _, old = held
    page = browser.get("/account/two-steps")
    answer = browser.submit(page, "/account/two-steps", do="codes", current_password=tools.password)
    new = re.findall(r"<li><code>([a-z0-9-]+)</code>", answer.text)
    assert _password_then(door, email, old[0])[1].status_code == 400
    assert _password_then(door, email, new[0])[1].status_code == 303


def test_codes_cannot_be_guessed_without_end(door, held) -> None:
    email, *_ = held
    answers = []
    browser = door.browser()
    page = browser.client.get(browser.sign_in(email).headers["Location"])
    token = html.unescape(re.search(r'name="token" value="([^"]+)"', page.text)[1])
    for number in range(6):
        answers.append(browser.submit(page, "/account/second-step", token=token, code=f"{number:06}").status_code)
    assert answers == [400] * 5 + [429]


def test_a_started_sign_in_goes_on_in_its_own_browser_only(door, held, clock) -> None:
    email, _, totp, _ = held
    first = door.browser()
    link = first.sign_in(email).headers["Location"]
    thief = door.browser()
    page = thief.client.get(link)
    answer = thief.submit(page, "/account/second-step", token=link.partition("=")[2], code=totp.at(clock(0)))
    assert answer.headers["Location"] == "/account/sign-in?gedaan=too_late"
    assert not _in(thief)


@pytest.mark.parametrize("token", ["", "x", '{"$ne": null}', "x" * 3000])
def test_a_token_that_nobody_was_given_leads_back_to_the_beginning(door, token) -> None:
    browser = door.browser()
    page = browser.get("/account/second-step", token=token)
    answer = browser.submit(page, "/account/second-step", token=token, code="000000")
    assert answer.headers["Location"] == "/account/sign-in?gedaan=too_late"


def test_turning_it_off_asks_for_the_password_and_is_told_by_mail(door, held, tools) -> None:
    email, browser, *_ = held
    door.mails.new()
    page = browser.get("/account/two-steps")
    assert browser.submit(page, "/account/two-steps", do="off", current_password="niet goed").status_code == 400
    browser.submit(page, "/account/two-steps", do="off", current_password=tools.password)
    assert door.browser().sign_in(email).headers["Location"] == "/account"
    assert [mail["Subject"] for mail in door.mails.new()] == ["Inloggen in twee stappen is veranderd"]


def test_a_wrong_code_or_password_turns_nothing_on_and_keeps_the_key(door, tools, clock) -> None:
    email = door.email()
    browser = door.person(email)
    page = browser.get("/account/two-steps")
    token = re.search(r'name="token" value="([^"]+)"', page.text)[1]
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)[1]
    for code, password in (("000000", tools.password), (pyotp.TOTP(secret.replace(" ", "")).at(clock(0)), "niet")):
        answer = browser.submit(page, "/account/two-steps", token=token, code=code, current_password=password)
        assert answer.status_code == 400
        assert secret in answer.text
    assert door.ports.accounts.by_address(email).second_step is None


def test_a_request_that_waited_goes_on_after_the_code(door, held, tools, clock) -> None:
    email, _, totp, _ = held
    browser = door.browser()
    asked, _ = door.question()
    sign_in = browser.client.get(browser.get("/oauth/authorize", **asked).headers["Location"])
    second = browser.submit(sign_in, "/account/sign-in", email=email, password=tools.password)
    page = browser.client.get(second.headers["Location"])
    token = html.unescape(re.search(r'name="token" value="([^"]+)"', page.text)[1])
    answer = browser.submit(page, "/account/second-step", token=token, code=totp.at(clock(0)))
    assert "proef-app" in browser.client.get(answer.headers["Location"]).text
