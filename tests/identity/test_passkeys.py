"""Passkeys by an authenticator in software: what is accepted, and every lie about origin, site, person and time refused."""

from __future__ import annotations

import html
import importlib.util
import json
import re
import time
from pathlib import Path

import pytest

_PLACE = Path(__file__).parents[1] / "e2e" / "authenticator.py"
_SPEC = importlib.util.spec_from_file_location("authenticator", _PLACE)
authenticator = importlib.util.module_from_spec(_SPEC)


@pytest.fixture(scope="module", autouse=True)
def _loaded():
    import sys

    sys.modules["authenticator"] = authenticator
    _SPEC.loader.exec_module(authenticator)


def _in(browser) -> bool:
    return browser.get("/account").status_code == 200


def _question(page) -> dict:
    return json.loads(html.unescape(re.search(r'data-question="([^"]+)"', page.text)[1]))


def _add(browser, device, password, page=None):
    page = page or browser.get("/account/passkeys")
    answer = device.make(_question(page))
    return browser.submit(
        page, "/account/passkeys", do="add", answer=answer, current_password=password, name="Telefoon"
    )


def _use(browser, device, page=None):
    page = page or browser.get("/account/sign-in")
    return browser.submit(page, "/account/passkey", answer=device.use(_question(page)))


@pytest.fixture
def device(tools):
    return authenticator.Authenticator(tools.issuer)


@pytest.fixture
def held(door, tools, device):
    """Somebody with a passkey: their address, browser and device."""
    email = door.email()
    browser = door.person(email)
    assert _add(browser, device, tools.password).headers["Location"].endswith("gedaan=passkey")
    return email, browser, device


def test_somebody_is_known_by_their_passkey_alone(door, held) -> None:
    email, _, device = held
    browser = door.browser()
    assert _use(browser, device).headers["Location"] == "/account"
    assert email in browser.get("/account").text


def test_a_passkey_is_told_by_mail_and_kept_by_its_public_key(door, tools, device) -> None:
    email = door.email()
    browser = door.person(email)
    door.mails.new()
    _add(browser, device, tools.password)
    assert [mail["Subject"] for mail in door.mails.new()] == ["Er is een passkey veranderd"]
    (kept,) = door.ports.accounts.by_address(email).passkeys
    assert (kept.name, kept.sign_count, len(kept.public_key)) == ("Telefoon", 0, 77)


def test_adding_a_passkey_asks_for_the_password(door, device) -> None:
    email = door.email()
    assert _add(door.person(email), device, "niet het goede").status_code == 400
    assert door.ports.accounts.by_address(email).passkeys == ()


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8001"},
        {"rp_id": "evil.example"},
        {"flags": 0x01},
        {"flags": 0x04},
    ],
    ids=str,
)
def test_a_lie_makes_no_passkey_and_signs_nobody_in(door, tools, held, lie) -> None:
    email, browser, device = held
    liar = authenticator.Authenticator(**({"origin": tools.issuer} | lie))
    assert _add(browser, liar, tools.password).status_code == 400
    for name, value in lie.items():
        setattr(device, name, value)
    stranger = door.browser()
    assert _use(stranger, device).status_code == 400
    assert not _in(stranger)
    assert len(door.ports.accounts.by_address(email).passkeys) == 1


def test_an_answer_works_once_even_in_its_own_browser(door, held) -> None:
    _, _, device = held
    browser = door.browser()
    page = browser.get("/account/sign-in")
    cookie, answer = browser.cookie, device.use(_question(page))
    assert browser.submit(page, "/account/passkey", answer=answer).status_code == 303
    again = door.browser()
    again.client.set_cookie("pijnstad_account", cookie)
    assert again.submit(page, "/account/passkey", answer=answer).status_code == 400


def test_a_question_of_another_browser_or_for_another_purpose_or_too_old_is_not_answered(
    door, tools, held, monkeypatch
) -> None:
    _, own, device = held
    asked, other = door.browser().get("/account/sign-in"), door.browser()
    page = other.get("/account/sign-in")
    assert other.submit(page, "/account/passkey", answer=device.use(_question(asked))).status_code == 400
    adding = own.get("/account/passkeys")
    assert own.submit(adding, "/account/passkey", answer=device.use(_question(adding))).status_code == 400
    real = time.time()
    monkeypatch.setattr("identity.passkeys.time.time", lambda: real + 601)
    assert other.submit(page, "/account/passkey", answer=device.use(_question(page))).status_code == 400


def test_a_copied_passkey_is_noticed_by_its_count(door, held) -> None:
    _, _, device = held
    device.count = 10
    assert _use(door.browser(), device).status_code == 303
    device.count = 5
    assert _use(door.browser(), device).status_code == 400


def test_a_passkey_of_one_does_not_open_the_account_of_another(door, tools, held) -> None:
    _, _, device = held
    victim = door.email()
    door.person(victim)
    device.handle = door.member(victim).encode()
    browser = door.browser()
    assert _use(browser, device).status_code == 400
    assert not _in(browser)


def test_a_removed_passkey_opens_nothing(door, held) -> None:
    _, browser, device = held
    page = browser.get("/account/passkeys")
    chosen = re.search(r'name="passkey" value="([^"]+)"', page.text)[1]
    browser.submit(page, "/account/passkeys", do="rename", passkey=chosen, name="<b>Bo</b>")
    assert "&lt;b&gt;Bo" in browser.get("/account/passkeys").text
    browser.submit(page, "/account/passkeys", do="remove", passkey=chosen)
    assert _use(door.browser(), device).status_code == 400


def test_a_disabled_account_is_not_opened(door, held) -> None:
    email, _, device = held
    door.ports.accounts.set_disabled(door.member(email), True)
    assert _use(door.browser(), device).status_code == 400


@pytest.mark.parametrize(
    "answer",
    [
        *("", "x", "[]", "{}", '{"id": {"$ne": null}}', '{"response": []}', "[" * 9000, "x" * 30_000),
        '{"id": "AA", "response": {"userHandle": "\\u0000", "clientDataJSON": "AA"}}',
        '{"id": "AA", "response": {"userHandle": "AA", "clientDataJSON": 1}}',
    ],
)
def test_nonsense_is_refused_in_words(door, tools, answer) -> None:
    browser = door.person()
    page = browser.get("/account/sign-in")
    refused = browser.submit(page, "/account/passkey", answer=answer)
    assert refused.status_code == 400
    assert "gebruik je wachtwoord" in refused.text
    page = browser.get("/account/passkeys")
    refused = browser.submit(page, "/account/passkeys", do="add", answer=answer, current_password=tools.password)
    assert refused.status_code == 400


def test_the_script_is_a_file_of_ours_without_anything_from_elsewhere(door) -> None:
    answer = door.browser().get("/account/passkeys.js")
    assert answer.content_type.startswith("text/javascript")
    assert "http" not in answer.text
    assert "fetch(" not in answer.text
    assert "innerHTML" not in answer.text
