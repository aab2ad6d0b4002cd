"""Discovery, keys and their rotation, and signing out at a client's wish."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from identity.store.keys import SigningKeyDocument


def test_discovery_names_every_endpoint_under_the_issuer(door, tools) -> None:
    told = door.app.test_client().get("/.well-known/openid-configuration").get_json()
    assert told["issuer"] == tools.issuer
    rules = {rule.rule for rule in door.app.url_map.iter_rules()}
    endpoints = [value for name, value in told.items() if name.endswith("_endpoint") or name == "jwks_uri"]
    assert len(endpoints) == 8
    assert all(url.startswith(tools.issuer) and url.removeprefix(tools.issuer) in rules for url in endpoints)
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert "RS256" in told["id_token_signing_alg_values_supported"]
    assert "none" not in told["id_token_signing_alg_values_supported"]
    assert told["authorization_response_iss_parameter_supported"] is True
    assert told["request_uri_parameter_supported"] is False


def test_the_published_keys_are_public(door) -> None:
    for key in door.app.test_client().get("/oauth/jwks").get_json()["keys"]:
        assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}


def test_a_private_key_is_stored_sealed(door) -> None:
    stored = str(list(SigningKeyDocument._get_collection().find()))
    private = door.ports.keys.signing().as_dict(private=True)
    assert private["d"] not in stored
    assert '"d"' not in stored


def _id_token(door, browser):
    return door.grant(browser).answer["id_token"]


def _kid(token):
    import base64

    return json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))["kid"]


def _published(door):
    return {key["kid"] for key in door.app.test_client().get("/oauth/jwks").get_json()["keys"]}


def _pass(door, **time_that_passes):
    """Let time pass for all keys."""
    for row in SigningKeyDocument._get_collection().find():
        earlier = row["signs_from"] - timedelta(**time_that_passes)
        SigningKeyDocument._get_collection().update_one({"_id": row["_id"]}, {"$set": {"signs_from": earlier}})
    door.ports.keys._looked = float("-inf")


def test_s26_a_new_key_is_published_before_it_signs_and_the_old_one_as_long_as_its_tokens_live(door) -> None:
    browser = door.person()
    before = _id_token(door, browser)
    fresh = door.ports.keys.rotate()
    assert _kid(_id_token(door, browser)) == _kid(before) != fresh
    assert _published(door) >= {fresh, _kid(before)}
    _pass(door, seconds=601)
    after = _id_token(door, browser)
    assert _kid(after) == fresh
    keys = KeySet.import_key_set(door.app.test_client().get("/oauth/jwks").get_json())
    for token in (before, after):
        jwt.decode(token, keys, algorithms=["RS256"])
    _pass(door, hours=3)
    assert _published(door) == {fresh}
    with pytest.raises(Exception, match=r".+"):
        jwt.decode(
            before, KeySet.import_key_set(door.app.test_client().get("/oauth/jwks").get_json()), algorithms=["RS256"]
        )


BACK = "http://127.0.0.1/signed-out"


def _logout(browser, **query):
    return browser.get("/oauth/logout", **query)


def _in(browser):
    return browser.get("/account").status_code == 200


def test_a_client_signs_its_person_out_and_gets_them_back_with_its_state(door) -> None:
    browser = door.person()
    hint = _id_token(door, browser)
    answer = _logout(browser, id_token_hint=hint, post_logout_redirect_uri=BACK, state="st")
    assert answer.headers["Location"] == f"{BACK}?state=st"
    assert not _in(browser)


def test_a_posted_wish_comes_back_as_a_get_so_that_the_cookie_is_there(door) -> None:
    browser = door.person()
    hint = _id_token(door, browser)
    sent = {"id_token_hint": hint, "post_logout_redirect_uri": BACK}
    posted = door.browser().client.post("/oauth/logout", data=sent)
    assert posted.headers["Location"].startswith("/oauth/logout?")
    assert browser.client.get(posted.headers["Location"]).headers["Location"] == BACK
    assert not _in(browser)


def test_an_old_hint_still_works(door) -> None:
    browser = door.person()
    claims = jwt.decode(_id_token(door, browser), door.ports.keys.verifying(), algorithms=["RS256"]).claims
    key = door.ports.keys.signing()
    old = jwt.encode({"alg": "RS256", "kid": key.kid, "typ": "JWT"}, claims | {"exp": int(time.time()) - 999}, key)
    assert _logout(browser, id_token_hint=old, post_logout_redirect_uri=BACK).headers["Location"] == BACK


def test_without_an_address_our_own_page_says_goodbye(door) -> None:
    browser = door.person()
    answer = _logout(browser, id_token_hint=_id_token(door, browser))
    assert answer.headers["Location"] == "/account/sign-out"
    assert "Je bent uitgelogd" in browser.get("/account/sign-out").text


@pytest.mark.parametrize("query", [{}, {"state": "x"}, {"client_id": "pijnstad-demo"}, {"logout_hint": "x"}])
def test_s21_without_a_hint_nobody_is_signed_out_unasked(door, query) -> None:
    browser = door.person()
    answer = _logout(browser, **query)
    assert "Wil je uitloggen" in answer.text
    assert _in(browser)


def test_s21_a_hint_about_somebody_else_signs_nobody_out(door) -> None:
    other, browser = door.person(), door.person()
    answer = _logout(browser, id_token_hint=_id_token(door, other))
    assert "Wil je uitloggen" in answer.text
    assert _in(browser)


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/",
        "//evil.example",
        BACK + "/",
        BACK + "?x=1",
        "http://127.0.0.1:1/signed-out",
        "javascript:alert(1)",
        "http://localhost:8000/",
    ],
)
def test_s21_nobody_is_sent_to_an_address_the_client_did_not_register(door, uri) -> None:
    browser = door.person()
    answer = _logout(browser, id_token_hint=_id_token(door, browser), post_logout_redirect_uri=uri)
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert _in(browser)


@pytest.mark.parametrize("uri", [BACK, "https://evil.example/"])
def test_s21_without_a_hint_no_address_is_followed(door, uri) -> None:
    browser = door.person()
    answer = _logout(browser, client_id="pijnstad-demo", post_logout_redirect_uri=uri)
    assert "Wil je uitloggen" in answer.text
    assert "evil.example" not in answer.text
    assert _in(browser)
    gone = _logout(door.browser(), client_id="pijnstad-demo", post_logout_redirect_uri=uri)
    assert "Je bent uitgelogd" in gone.text
    assert "Location" not in gone.headers


def test_s21_a_hint_for_one_client_does_not_speak_for_another(door) -> None:
    browser = door.person()
    assert _logout(browser, id_token_hint=_id_token(door, browser), client_id="pijnstad-web").status_code == 400
    assert _in(browser)


def _forged(door, browser, kind):
    good = _id_token(door, browser)
    claims = jwt.decode(good, door.ports.keys.verifying(), algorithms=["RS256"]).claims
    key, stranger = door.ports.keys.signing(), RSAKey.generate_key(2048, parameters={"kid": "stranger"})
    header = {"alg": "RS256", "kid": key.kid, "typ": "JWT"}
    head, body, signature = good.split(".")
    return {
        "changed": f"{head}.{body[:-2]}AA.{signature}",
        "unsigned": f"eyJhbGciOiJub25lIn0.{body}.",
        "stranger": jwt.encode(header, claims, stranger),
        "jwk in header": jwt.encode(
            {"alg": "RS256", "typ": "JWT", "jwk": stranger.as_dict(private=False)}, claims, stranger
        ),
        "other issuer": jwt.encode(header, claims | {"iss": "https://evil.example"}, key),
        "list of audiences": jwt.encode(header, claims | {"aud": ["pijnstad-demo"]}, key),
        "other type": jwt.encode(header | {"typ": "at+jwt"}, claims, key),
        "kid as path": jwt.encode(header | {"kid": "../../etc/passwd"}, claims, key),
        "nonsense": 'x"\\.y.z',
        "long": "x" * 7000,
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        "changed",
        "unsigned",
        "stranger",
        "jwk in header",
        "other issuer",
        "list of audiences",
        "other type",
        "kid as path",
        "nonsense",
        "long",
    ],
)
def test_s21_a_hint_that_is_not_ours_signs_nobody_out_and_is_no_hint_for_a_code(door, tools, kind) -> None:
    browser = door.person()
    hint = _forged(door, browser, kind)
    assert _logout(browser, id_token_hint=hint, post_logout_redirect_uri=BACK).status_code == 400
    assert _in(browser)
    asked, _ = door.question(id_token_hint=hint)
    assert tools.arrived(browser.get("/oauth/authorize", **asked))["error"] == "invalid_request"


def test_a_hint_of_the_signed_in_person_lets_prompt_none_through_and_anothers_does_not(door, tools) -> None:
    other, browser = door.person(), door.person()
    theirs, mine = _id_token(door, other), _id_token(door, browser)
    asked, _ = door.question(prompt="none", id_token_hint=mine)
    assert "code" in tools.arrived(browser.get("/oauth/authorize", **asked))
    asked, _ = door.question(prompt="none", id_token_hint=theirs)
    assert tools.arrived(browser.get("/oauth/authorize", **asked))["error"] == "login_required"
