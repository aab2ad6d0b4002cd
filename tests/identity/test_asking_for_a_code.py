"""The authorize endpoint and the consent page: who gets a code, and what a client is told when it gets none."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest


def _ask(door, browser=None, **changed):
    asked, _ = door.question(**changed)
    return (browser or door.browser()).get("/oauth/authorize", **asked)


def _refused(tools, answer, error):
    assert answer.status_code == 303, answer.text
    told = tools.arrived(answer)
    assert told["error"] == error, told
    assert "code" not in told
    return told


def test_somebody_registers_agrees_and_comes_back_with_a_code(door, tools) -> None:
    browser = door.browser()
    asked, _ = door.question()
    answer = browser.get("/oauth/authorize", **asked)
    assert answer.headers["Location"].startswith("/account/sign-in?flow=")
    sign_in = browser.client.get(answer.headers["Location"])
    assert "proef-app" in sign_in.text
    register = browser.client.get(re.search(r'href="(/account/register\?flow=[^"]+)"', sign_in.text)[1])
    fields = {
        "email": door.email(),
        "password": tools.password,
        "name": "Bo",
        "language": "nl",
        "audience": "parent",
        "age": "18",
    }
    sent = browser.submit(register, "/account/register", **fields)
    assert sent.headers["Location"] == "/account/mail-sent"
    answer = browser.confirm(door.mails.link("confirm"))
    consent = browser.client.get(answer.headers["Location"])
    assert consent.status_code == 200
    assert "je dagboek lezen en erin schrijven" in consent.text
    told = tools.arrived(door.agree(browser, consent))
    assert set(told) == {"code", "state", "iss"}
    assert (told["state"], told["iss"]) == ("a-state", tools.issuer)


def test_consent_is_asked_once_and_again_for_more(door, tools) -> None:
    browser = door.person()
    assert _ask(door, browser).status_code == 200
    door.code(browser)
    assert "code" in tools.arrived(_ask(door, browser))
    assert "code" in tools.arrived(_ask(door, browser, scope="openid"))
    more = _ask(door, browser, scope="openid diary content community")
    assert more.status_code == 200
    assert "Pijncommunity" in more.text


def test_no_is_told_to_the_client_and_remembered_by_nobody(door, tools) -> None:
    browser = door.person()
    told = _refused(tools, door.agree(browser, _ask(door, browser), "no"), "access_denied")
    assert (told["state"], told["iss"]) == ("a-state", tools.issuer)
    assert _ask(door, browser).status_code == 200


def test_a_yes_counts_once(door) -> None:
    browser = door.person()
    page = _ask(door, browser)
    assert door.agree(browser, page).status_code == 303
    again = door.agree(browser, page)
    assert again.status_code == 400
    assert "code=" not in again.headers.get("Location", "")


def test_a_yes_of_somebody_who_is_not_signed_in_leads_to_signing_in(door) -> None:
    page = _ask(door, door.person())
    stranger = door.browser()
    stranger.get("/account/sign-in")
    own = stranger.get("/account/sign-in", flow=re.search(r'name="flow" value="([^"]+)"', page.text)[1])
    answer = stranger.submit(own, "/account/consent", agreed="yes")
    assert answer.headers["Location"].startswith("/account/sign-in?flow=")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": "s256"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "a" * 44}, "invalid_request"),
        ({"code_challenge": "a" * 42 + "="}, "invalid_request"),
    ],
)
@pytest.mark.parametrize("client", ["pijnstad-demo", "pijnstad-web"])
def test_s11_every_client_needs_an_s256_challenge(door, tools, changed, error, client) -> None:
    uri = {"redirect_uri": tools.web_callback} if client == "pijnstad-web" else {}
    told = _refused(tools, _ask(door, door.person(), client_id=client, **(uri | changed)), error)
    assert told["iss"] == tools.issuer


@pytest.mark.parametrize(
    "uri",
    [
        "http://localhost:8000/signed-in/",
        "http://localhost:8000/signed-in?x=1",
        "http://localhost:8000/signed-in#f",
        "http://localhost:8000/Signed-in",
        "http://localhost:8000/%73igned-in",
        "http://localhost:8001/signed-in",
        "http://localhost/signed-in",
        "https://localhost:8000/signed-in",
        "http://localhost:8000@evil.example/signed-in",
        "http://evil.example/?http://localhost:8000/signed-in",
        'http://localhost:8000/signed-in"\\',
        "http://localhost:8000/signed-in\u00e9",
        "javascript:alert(1)",
        "http://127.0.0.1:8000/signed-in",
        None,
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_s12_nothing_is_sent_to_an_address_that_is_not_the_clients(door, uri, signed_in) -> None:
    browser = door.person() if signed_in else door.browser()
    answer = _ask(door, browser, client_id="pijnstad-web", redirect_uri=uri)
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert "evil.example" not in answer.text
    assert "evil.example" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("client", [None, "nobody", "pijnstad-gateway", "x" * 5000, '{"$ne": null}', "\x00"])
def test_an_unknown_client_gets_a_page_and_no_redirect(door, client) -> None:
    answer = _ask(door, door.person(), client_id=client)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize("name", ["scope", "state", "response_type", "code_challenge", "nonce", "prompt", "made_up"])
def test_s17_a_repeated_parameter_goes_back_as_an_error(door, tools, name) -> None:
    asked, _ = door.question(nonce="n", prompt="login", made_up="x")
    answer = door.person().client.get("/oauth/authorize", query_string=[*asked.items(), (name, "again")])
    told = _refused(tools, answer, "invalid_request")
    assert ("state" in told) == (name != "state")


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_s17_a_repeated_client_or_address_gets_a_page(door, name) -> None:
    asked, _ = door.question()
    answer = door.person().client.get("/oauth/authorize", query_string=[*asked.items(), (name, asked[name])])
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": 'co"de\\'}, "unsupported_response_type"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "openid admin"}, "invalid_scope"),
        ({"scope": 'openid "\\'}, "invalid_scope"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "http://169.254.169.254/latest"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "x"}, "invalid_request"),
        ({"id_token_hint": "not.a.token"}, "invalid_request"),
        ({"state": "x" * 2000}, "invalid_request"),
        ({"nonce": "x\x07"}, "invalid_request"),
    ],
)
def test_s15_every_error_goes_back_with_state_and_issuer(door, tools, changed, error) -> None:
    told = _refused(tools, _ask(door, door.person(), **changed), error)
    assert told["iss"] == tools.issuer
    assert told["state"] == changed.get("state", "a-state")


def test_s18_a_client_cannot_ask_for_more_than_it_is_registered_for(door, tools) -> None:
    _refused(tools, _ask(door, door.person(), scope="openid events:publish"), "invalid_scope")


def test_s18_prompt_none_shows_no_page_whatever_is_missing(door, tools) -> None:
    _refused(tools, _ask(door, prompt="none"), "login_required")
    browser = door.person()
    _refused(tools, _ask(door, browser, prompt="none"), "consent_required")
    door.code(browser)
    assert "code" in tools.arrived(_ask(door, browser, prompt="none"))
    _refused(tools, _ask(door, browser, prompt="none", scope="openid diary content email"), "consent_required")


def test_prompt_login_and_max_age_ask_to_sign_in_again_and_then_go_on(door, tools) -> None:
    email = door.email()
    browser = door.person(email)
    door.code(browser)
    answer = _ask(door, browser, prompt="login")
    assert answer.headers["Location"].startswith("/account/sign-in?flow=")
    still = browser.client.get(answer.headers["Location"].replace("/account/sign-in", "/oauth/authorize"))
    assert still.headers["Location"].startswith("/account/sign-in?flow=")
    page = browser.client.get(answer.headers["Location"])
    onward = browser.submit(page, "/account/sign-in", email=email, password=tools.password)
    assert "code" in tools.arrived(browser.client.get(onward.headers["Location"]))


def test_prompt_consent_asks_again(door) -> None:
    browser = door.person()
    door.code(browser)
    assert _ask(door, browser, prompt="consent").status_code == 200


def test_a_posted_request_finds_the_session_although_the_post_brought_no_cookie(door, tools) -> None:
    browser = door.person()
    door.code(browser)
    asked, _ = door.question(prompt="none")
    posted = door.browser().client.post("/oauth/authorize", data=asked)  # as a cross-site form: no cookie
    assert posted.status_code == 303
    assert "code" in tools.arrived(browser.client.get(posted.headers["Location"]))


def test_a_posted_request_has_nothing_in_its_address(door) -> None:
    asked, _ = door.question()
    assert door.browser().client.post("/oauth/authorize?state=x", data=asked).status_code == 400


def test_unknown_parameters_and_known_but_unused_ones_do_no_harm(door, tools) -> None:
    browser = door.person()
    more = {
        "display": "popup",
        "ui_locales": "en nl",
        "claims_locales": "nl",
        "acr_values": "1",
        "made_up": "x",
        "claims": "{}",
    }
    told = tools.arrived(door.agree(browser, _ask(door, browser, **more)))
    assert "code" in told


def test_the_client_says_which_language_and_which_address(door) -> None:
    browser = door.browser()
    answer = _ask(door, browser, ui_locales="en-GB nl", login_hint="piet@voorbeeld.nl")
    page = browser.client.get(answer.headers["Location"])
    assert "<h1>Sign in</h1>" in page.text
    assert 'value="piet@voorbeeld.nl"' in page.text


def test_the_pages_form_may_lead_to_this_client_and_to_no_other(door, tools) -> None:
    browser = door.browser()
    page = browser.client.get(_ask(door, browser).headers["Location"])
    assert page.headers["Content-Security-Policy"].endswith(
        f"form-action 'self' http://{urlsplit(tools.callback).netloc}"
    )


def test_a_disabled_client_gets_nothing(door) -> None:
    door.ports.clients.set_disabled("pijnstad-web", True)
    try:
        assert (
            _ask(
                door, door.person(), client_id="pijnstad-web", redirect_uri="http://localhost:8000/signed-in"
            ).status_code
            == 400
        )
    finally:
        door.ports.clients.set_disabled("pijnstad-web", False)


def test_the_language_switch_on_the_consent_page_keeps_the_request(door) -> None:
    browser = door.person()
    page = _ask(door, browser)
    switch = re.search(r'href="([^"]+)" hreflang="en"', page.text)[1].replace("&amp;", "&")
    english = browser.client.get(switch)
    assert english.status_code == 200
    assert "May the Pijnstad demo app do this?" in english.text
    assert door.agree(browser, english).status_code == 303
