"""The pure rules: addresses, names, passwords, redirect URIs, consents, what an authorize request still needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from identity.domain import authorize, consents, passwords, redirects, scopes
from identity.domain.authorize import Refused, Seen
from identity.domain.consents import Receipt
from identity.domain.people import NotAnAddress, NotAName, address, called

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_one_address_in_two_spellings_is_one_account() -> None:
    assert address("Anna.De.Vries@Voorbeeld.NL").key == address(" anna.de.vries@voorbeeld.nl ").key


@pytest.mark.parametrize(
    "text", ["", "anna", "anna@", "@b.nl", "a b@c.nl", "a@b", "a@b..nl", "a" * 250 + "@b.nl", "a@b.nl\x00"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(NotAnAddress):
        address(text)


@pytest.mark.parametrize("text", ["", "   ", "x" * 61, "Ann\u202ea", "An\x00na"])
def test_what_cannot_be_a_name_is_refused(text: str) -> None:
    with pytest.raises(NotAName):
        called(text)


def test_a_name_keeps_its_letters_and_loses_its_spare_spaces() -> None:
    assert called("  Joëlle   van 't Hof ") == "Joëlle van 't Hof"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("kort", "too_short"),
        ("x" * 201, "too_long"),
        ("welkom2026!", "too_easy"),
        ("wachtwoord1", "too_easy"),
        ("annadevries1", "too_easy"),
        ("aaaaaaaaaaaaaaaaaaaa", "too_easy"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, why: str) -> None:
    assert passwords.weakness(password, ["Anna", "anna.devries@voorbeeld.nl", "annadevries"]) == why


@pytest.mark.parametrize("password", ["tulp fiets wolkenlucht 7 anker", "tulp fiets anker wolk " * 9, "V9!kq2#Lm0pZ"])
def test_a_strong_password_is_taken_also_beyond_the_length_that_zxcvbn_measures(password: str) -> None:
    assert passwords.weakness(password) is None


def test_two_keyboards_give_one_password() -> None:
    assert passwords.prepared("cafe\u0301 ﬁets") == passwords.prepared("café fiets")


REGISTERED = ("https://app.example/cb",)
S12 = [
    "https://app.example/cb/",
    "https://app.example/cb?x=1",
    "https://app.example/cb#f",
    "https://app.example/cb/../evil",
    "https://app.example/CB",
    "https://app.example/%63b",
    "https://app.example%2fcb",
    "https://app.example/cb%2f..",
    "https://APP.example/cb",
    "https://app.example:443/cb",
    "https://app.example:8443/cb",
    "https://app.example.evil.example/cb",
    "https://evil.example/https://app.example/cb",
    "https://app.example@evil.example/cb",
    "https://user@app.example/cb",
    "http://app.example/cb",
    "//app.example/cb",
    "https://*.example/cb",
    "https://app。example/cb",
    "https://app.example\\@evil.example/cb",
    "https://127.0.0.1/cb",
    "javascript:alert(1)",
    "https://app.example/cb\n",
    " https://app.example/cb",
    "",
]


@pytest.mark.parametrize("uri", S12)
def test_s12_a_redirect_uri_that_differs_in_anything_is_refused(uri: str) -> None:
    assert not redirects.allowed(uri, REGISTERED, native=False)
    assert redirects.allowed("https://app.example/cb", REGISTERED, native=False)


NATIVE = ("http://127.0.0.1/callback", "http://[::1]/callback")


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1/callback",
        "http://127.0.0.1:1/callback",
        "http://127.0.0.1:65535/callback",
        "http://[::1]:5/callback",
    ],
)
def test_s12_a_native_app_listens_on_any_loopback_port(uri: str) -> None:
    assert redirects.allowed(uri, NATIVE, native=True)


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:0/callback",
        "http://127.0.0.1:65536/callback",
        "http://127.0.0.1:8000:9/callback",
        "http://127.0.0.1:80@evil.example/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://127.0.0.2:5/callback",
        "http://localhost:5/callback",
        "https://127.0.0.1:5/callback",
        "http://127.0.0.1:5/callback/",
        "http://127.0.0.1:5/callback?x",
        "http://127.0.0.1:5/callback#x",
        "http://127.0.0.1:5/Callback",
        "http://127.0.0.1:5\\@evil.example/callback",
        "http://[::2]:5/callback",
        "http://127.1:5/callback",
        "http://2130706433:5/callback",
    ],
)
def test_s12_a_native_app_gets_the_port_and_nothing_else(uri: str) -> None:
    assert not redirects.allowed(uri, NATIVE, native=True)


def test_s12_only_native_apps_have_a_free_port() -> None:
    assert not redirects.allowed("http://127.0.0.1:5/callback", NATIVE, native=False)


@pytest.mark.parametrize(
    "uri",
    [
        "http://app.example/cb",
        "https://*.example/cb",
        "https://app.example/cb#f",
        "https://user@app.example/cb",
        "https://localhost/cb",
        "http://169.254.169.254/latest",
        "javascript:alert(1)",
        "https:///cb",
        "https://app.example/c b",
    ],
)
def test_a_redirect_uri_that_must_never_get_a_code_is_not_registered(uri: str) -> None:
    with pytest.raises(redirects.NotRegistrable):
        redirects.check_registrable(uri, native=False, development=False)


def test_loopback_is_registered_for_native_apps_and_in_development_only() -> None:
    redirects.check_registrable("http://127.0.0.1/cb", native=True, development=False)
    redirects.check_registrable("http://localhost:8000/signed-in", native=False, development=True)
    with pytest.raises(redirects.NotRegistrable):
        redirects.check_registrable("http://127.0.0.1/cb", native=False, development=False)


def test_a_client_gets_what_it_asks_and_never_more_than_it_may() -> None:
    allowed = ("openid", "diary")
    assert scopes.granted("openid diary", allowed) == "openid diary"
    assert scopes.granted("openid  openid address phone offline_access", allowed) == "openid"
    assert scopes.granted("openid content", allowed) is None
    assert scopes.granted("openid admin", allowed) is None
    assert scopes.granted("", allowed) is None
    assert scopes.granted("address", allowed) is None


def test_every_scope_has_its_sentence_in_both_languages() -> None:
    assert all(set(words) == {"nl", "en"} for words in scopes.SENTENCES.values())


def _receipt(given: bool, version: str = "2026-11") -> Receipt:
    return Receipt("r", "diary", given, version, "nl", NOW, "pijnstad-web")


def test_the_last_receipt_says_how_things_stand() -> None:
    assert consents.given([]) == []
    assert consents.given([_receipt(True)]) == ["diary"]
    assert consents.given([_receipt(True), _receipt(False)]) == []


def test_saying_again_what_holds_changes_nothing_unless_the_text_is_newer() -> None:
    assert not consents.changes_something([], "diary", False)
    assert not consents.changes_something([_receipt(True)], "diary", True)
    assert consents.changes_something([_receipt(True, "2025-01")], "diary", True)
    assert consents.changes_something([_receipt(True)], "diary", False)


def test_every_purpose_has_its_text_in_both_languages() -> None:
    assert set(consents.TEXTS) == set(consents.PURPOSES)
    assert all(set(text.words) == {"nl", "en"} for text in consents.TEXTS.values())


EARLIER, LATER = Seen("anna", NOW - timedelta(hours=1)), Seen("anna", NOW + timedelta(seconds=1))
AGREED = ["openid", "diary"]


def _step(prompt: str = "", seen: Seen | None = EARLIER, agreed: list[str] = AGREED, **more: str) -> authorize.Step:
    hinted = more.pop("hinted", None)
    parameters = more | ({"prompt": prompt} if prompt else {})
    return authorize.next_step(
        parameters, "openid diary", seen, agreed, asked_at=NOW, now=NOW + timedelta(seconds=5), hinted=hinted
    )


def test_nobody_signed_in_has_to_sign_in() -> None:
    assert _step(seen=None) == "sign_in"


def test_somebody_who_agreed_before_goes_on() -> None:
    assert _step() == "go"


def test_s18_a_new_scope_is_asked_about() -> None:
    assert _step(agreed=["openid"]) == "consent"


def test_prompt_login_asks_for_a_sign_in_after_the_request() -> None:
    assert _step("login") == "sign_in"
    assert _step("login", seen=LATER) == "go"
    assert _step("select_account") == "sign_in"


def test_max_age_asks_for_a_sign_in_that_is_younger() -> None:
    assert _step(max_age="10000") == "go"
    assert _step(max_age="1") == "sign_in"
    assert _step(max_age="0", seen=LATER) == "go"


def test_prompt_consent_always_asks() -> None:
    assert _step("consent") == "consent"


@pytest.mark.parametrize(
    ("seen", "agreed", "more", "error"),
    [
        (None, AGREED, {}, "login_required"),
        (EARLIER, AGREED, {"max_age": "1"}, "login_required"),
        (EARLIER, AGREED, {"hinted": "piet"}, "login_required"),
        (EARLIER, [], {}, "consent_required"),
    ],
)
def test_s18_prompt_none_never_shows_a_page(
    seen: Seen | None, agreed: list[str], more: dict[str, str], error: str
) -> None:
    with pytest.raises(Refused) as refused:
        _step("none", seen, agreed, **more)
    assert refused.value.error == error


def test_a_hint_about_somebody_else_asks_once_and_then_tells_the_client() -> None:
    assert _step(hinted="piet") == "sign_in"
    with pytest.raises(Refused):
        _step(hinted="piet", seen=LATER)


@pytest.mark.parametrize("prompt", ["none login", "shout", "login shout"])
def test_a_prompt_that_makes_no_sense_is_refused(prompt: str) -> None:
    with pytest.raises(Refused):
        authorize.check_prompt(prompt)


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"response_type": "code", "request": "x.y.z"}, "request_not_supported"),
        ({"response_type": "code", "request_uri": "https://app.example/r"}, "request_uri_not_supported"),
        ({"response_type": "code", "registration": "{}"}, "registration_not_supported"),
        ({"response_type": "code", "response_mode": "fragment"}, "invalid_request"),
        ({"response_type": "code", "response_mode": "form_post"}, "invalid_request"),
        ({}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": 'code"\\'}, "unsupported_response_type"),
        ({"response_type": "code", "max_age": "-1"}, "invalid_request"),
        ({"response_type": "code", "max_age": "soon"}, "invalid_request"),
    ],
)
def test_what_this_provider_does_not_do_has_its_own_error(parameters: dict[str, str], error: str) -> None:
    with pytest.raises(Refused) as refused:
        authorize.check_supported(parameters)
    assert refused.value.error == error


@pytest.mark.parametrize("name", ["state", "nonce", "scope", "unknown"])
def test_s17_a_repeated_parameter_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        authorize.check_parameters({name: ["a", "b"]})
