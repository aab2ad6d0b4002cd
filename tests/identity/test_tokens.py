"""Codes and tokens: redeemed once, revoked together, told about to the gateway only."""

from __future__ import annotations

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from identity.domain.clients import Client
from identity.store.authorizations import AuthorizationDocument, Authorizations
from identity.store.tokens import TokenDocument, Tokens
from pijnstad_kit.store.documents import now


def _error(answer, error, status=400):
    assert (answer.status_code, answer.get_json()["error"]) == (status, error), answer.text
    assert "access_token" not in answer.text


def _at_once(times, call):
    """Call it so many times at the same moment, each in a thread of its own."""
    barrier = Barrier(times)

    def one(_):
        barrier.wait()
        return call()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def _together(monkeypatch, store, name, times):
    """Let everybody who found a code or token usable wait until all have, so that they claim it at the same moment."""
    barrier, claim = Barrier(times), getattr(store, name)

    def claim_together(self, id, client_id):
        barrier.wait(timeout=30)
        return claim(self, id, client_id)

    monkeypatch.setattr(store, name, claim_together)


def _aged(document, secret, field, seconds):
    """Let time pass for one code or token."""
    past = now() - timedelta(seconds=seconds)
    id = hashlib.sha256(secret.encode()).hexdigest()
    assert document._get_collection().update_one({"_id": id}, {"$set": {field: past}}).matched_count == 1


def test_a_code_and_its_verifier_give_tokens(door) -> None:
    grant = door.grant(door.person())
    assert grant.answer["token_type"] == "Bearer"
    assert grant.answer["expires_in"] == 600
    assert grant.answer["scope"] == "openid diary content"
    assert grant.answer["id_token"].count(".") == 2


def test_tokens_are_answered_without_being_stored_on_the_way(door) -> None:
    code, verifier = door.code(door.person())
    answer = door.redeem(code, verifier)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_what_is_stored_of_codes_and_tokens_is_their_hash(door) -> None:
    browser = door.person()
    code, verifier = door.code(browser)
    answer = door.redeem(code, verifier).get_json()
    database = TokenDocument._get_collection().database
    everything = "".join(str(row) for name in database.list_collection_names() for row in database[name].find())
    for secret in (code, answer["access_token"], answer["refresh_token"], browser.cookie, verifier):
        assert secret not in everything


@pytest.mark.parametrize(
    ("verifier", "error"),
    [
        (None, "invalid_request"),
        ("", "invalid_request"),
        ("a" * 43, "invalid_grant"),
        ("short", "invalid_request"),
        ("é" * 43, "invalid_request"),
    ],
)
@pytest.mark.parametrize("client", ["pijnstad-demo", "pijnstad-web"])
def test_s11_a_code_without_its_verifier_is_worth_nothing_to_any_client(door, tools, verifier, error, client) -> None:
    browser = door.person()
    if client == "pijnstad-demo":
        code, _ = door.code(browser)
        _error(door.redeem(code, verifier), error)
        return
    code, _ = door.code(browser, client_id=client, redirect_uri=tools.web_callback)
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": tools.web_callback}
    _error(door.token(tools.web, **sent, **({"code_verifier": verifier} if verifier is not None else {})), error)


def test_s11_the_challenge_itself_is_no_verifier(door) -> None:
    asked, verifier = door.question()
    browser = door.person()
    code, _ = door.code(browser, code_challenge=asked["code_challenge"])
    _error(door.redeem(code, asked["code_challenge"]), "invalid_grant")
    assert door.redeem(code, verifier).status_code == 200


def test_s11_a_challenge_of_another_request_does_not_fit(door) -> None:
    browser = door.person()
    _, other = door.code(browser)
    code, _ = door.code(browser)
    _error(door.redeem(code, other), "invalid_grant")


def test_s13_another_client_cannot_redeem_a_code_nor_burn_it(door, tools) -> None:
    code, verifier = door.code(door.person())
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": tools.callback, "code_verifier": verifier}
    _error(door.token(tools.web, **sent), "invalid_grant")
    assert door.redeem(code, verifier).status_code == 200


@pytest.mark.parametrize(
    "uri", ["http://127.0.0.1:49153/callback", "http://127.0.0.1:49152/callback/", "", "http://evil.example/"]
)
def test_s13_another_redirect_uri_cannot_redeem_a_code_nor_burn_it(door, uri) -> None:
    code, verifier = door.code(door.person())
    _error(door.redeem(code, verifier, redirect_uri=uri), "invalid_grant")
    assert door.redeem(code, verifier).status_code == 200


def test_s13_a_code_comes_twice_and_everything_from_it_dies(door) -> None:
    code, verifier = door.code(door.person())
    first = door.redeem(code, verifier).get_json()
    assert door.alive(first["access_token"])
    second = door.refresh(first["refresh_token"]).get_json()
    _error(door.redeem(code, verifier), "invalid_grant")
    for token in (first["access_token"], second["access_token"]):
        assert not door.alive(token)
    _error(door.refresh(second["refresh_token"]), "invalid_grant")


def test_s13_reuse_by_another_client_ends_nothing(door, tools) -> None:
    code, verifier = door.code(door.person())
    token = door.redeem(code, verifier).get_json()["access_token"]
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": tools.callback, "code_verifier": verifier}
    _error(door.token(tools.web, **sent), "invalid_grant")
    assert door.alive(token)


def test_s13_one_code_redeemed_fifty_times_at_once_gives_one_answer_and_the_family_is_dead(door, monkeypatch) -> None:
    code, verifier = door.code(door.person())
    _together(monkeypatch, Authorizations, "redeem", 50)
    answers = _at_once(50, lambda: door.redeem(code, verifier))
    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert {answer.get_json()["error"] for answer in answers if answer.status_code != 200} == {"invalid_grant"}
    assert not door.alive(won[0].get_json()["access_token"])
    _error(door.refresh(won[0].get_json()["refresh_token"]), "invalid_grant")


def test_s13_a_code_is_too_old_after_a_minute(door) -> None:
    code, verifier = door.code(door.person())
    _aged(AuthorizationDocument, code, "code_expires_at", 1)
    _error(door.redeem(code, verifier), "invalid_grant")


def test_s14_a_refresh_token_gives_new_ones_and_comes_back_only_to_end_the_family(door) -> None:
    first = door.grant(door.person())
    second = door.refresh(first.refresh).get_json()
    third = door.refresh(second["refresh_token"]).get_json()
    assert door.alive(third["access_token"])
    _error(door.refresh(first.refresh), "invalid_grant")
    for token in (first.access, second["access_token"], third["access_token"]):
        assert not door.alive(token)
    _error(door.refresh(third["refresh_token"]), "invalid_grant")


def test_s14_another_client_cannot_use_a_refresh_token_nor_burn_it(door, tools) -> None:
    grant = door.grant(door.person())
    _error(door.refresh(grant.refresh, tools.web), "invalid_grant")
    assert door.refresh(grant.refresh).status_code == 200


def test_s14_reuse_by_another_client_ends_nothing(door, tools) -> None:
    grant = door.grant(door.person())
    second = door.refresh(grant.refresh).get_json()
    _error(door.refresh(grant.refresh, tools.web), "invalid_grant")
    assert door.alive(second["access_token"])


@pytest.mark.parametrize("scope", ["openid diary content community", "admin", "openid admin"])
def test_s14_a_wider_scope_is_refused_and_burns_nothing(door, scope) -> None:
    grant = door.grant(door.person())
    _error(door.refresh(grant.refresh, scope=scope), "invalid_scope")
    assert door.refresh(grant.refresh).status_code == 200


def test_a_narrower_scope_narrows_the_access_token_and_not_the_next_refresh(door) -> None:
    grant = door.grant(door.person())
    narrow = door.refresh(grant.refresh, scope="openid").get_json()
    assert narrow["scope"] == "openid"
    assert door.introspect(narrow["access_token"]).get_json()["scope"] == "openid"
    assert door.refresh(narrow["refresh_token"]).get_json()["scope"] == "openid diary content"


def test_s14_one_refresh_token_used_fifty_times_at_once_gives_one_answer_and_the_family_is_dead(
    door, monkeypatch
) -> None:
    grant = door.grant(door.person())
    _together(monkeypatch, Tokens, "use", 50)
    answers = _at_once(50, lambda: door.refresh(grant.refresh))
    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert {answer.get_json()["error"] for answer in answers if answer.status_code != 200} == {"invalid_grant"}
    assert not door.alive(grant.access)
    assert not door.alive(won[0].get_json()["access_token"])
    _error(door.refresh(won[0].get_json()["refresh_token"]), "invalid_grant")


def test_an_access_token_lives_ten_minutes(door) -> None:
    grant = door.grant(door.person())
    told = door.introspect(grant.access).get_json()
    assert 590 <= told["exp"] - now().timestamp() <= 600
    _aged(TokenDocument, grant.access, "expires_at", 1)
    assert door.introspect(grant.access).get_json() == {"active": False}
    assert door.userinfo(grant.access).status_code == 401


def test_the_end_of_a_sign_in_is_not_moved_by_refreshing(door) -> None:
    grant = door.grant(door.person())
    id = hashlib.sha256(grant.refresh.encode()).hexdigest()
    ends = TokenDocument._get_collection().find_one({"_id": id})["expires_at"]
    newer = hashlib.sha256(door.refresh(grant.refresh).get_json()["refresh_token"].encode()).hexdigest()
    assert TokenDocument._get_collection().find_one({"_id": newer})["expires_at"] == ends


def test_the_gateway_is_told_whose_token_it_is(door) -> None:
    email = door.email()
    browser = door.browser()
    browser.register(email, audience="partner", language="en")
    grant = door.grant(browser)
    told = door.introspect(grant.access).get_json()
    exp = told.pop("exp")
    assert isinstance(exp, int)
    assert told == {
        "active": True,
        "sub": door.member(email),
        "client_id": "pijnstad-demo",
        "scope": "openid diary content",
        "token_type": "Bearer",
        "iss": "http://localhost:8000",
        "roles": [],
        "consents": [],
        "language": "en",
        "audience_kind": "partner",
    }


def test_s20_only_the_gateway_learns_anything_by_introspection(door, tools) -> None:
    grant = door.grant(door.person())
    assert door.introspect(grant.access, tools.web).get_json() == {"active": False}
    client = door.app.test_client()
    _error(client.post("/oauth/introspect", data={"token": grant.access}), "invalid_client", 401)
    _error(
        client.post("/oauth/introspect", data={"token": grant.access, "client_id": "pijnstad-demo"}),
        "invalid_client",
        401,
    )
    wrong = tools.basic("pijnstad-gateway", "guess")
    _error(door.introspect(grant.access, wrong), "invalid_client", 401)


@pytest.mark.parametrize("token", ["", "x", "x" * 9000, '{"$ne": null}', "\x00", "null"])
def test_what_is_no_token_is_not_active(door, token) -> None:
    answer = door.introspect(token)
    assert answer.status_code in (200, 400)
    assert "sub" not in answer.get_json()


def test_a_refresh_token_is_no_access_token(door) -> None:
    grant = door.grant(door.person())
    assert not door.alive(grant.refresh)
    assert door.userinfo(grant.refresh).status_code == 401


def test_s06_an_id_token_is_no_access_token(door) -> None:
    grant = door.grant(door.person())
    assert not door.alive(grant.answer["id_token"])
    assert door.userinfo(grant.answer["id_token"]).status_code == 401


def test_revoking_a_refresh_token_ends_the_family(door) -> None:
    grant = door.grant(door.person())
    second = door.refresh(grant.refresh).get_json()
    assert door.revoke(second["refresh_token"]).status_code == 200
    assert not door.alive(grant.access)
    assert not door.alive(second["access_token"])
    _error(door.refresh(second["refresh_token"]), "invalid_grant")


def test_revoking_an_access_token_ends_it_alone(door) -> None:
    grant = door.grant(door.person())
    assert door.revoke(grant.access, token_type_hint="refresh_token").status_code == 200
    assert not door.alive(grant.access)
    assert door.refresh(grant.refresh).status_code == 200


def test_s20_revoking_anothers_token_does_nothing_and_tells_nothing(door, tools) -> None:
    grant = door.grant(door.person())
    mine, none = door.revoke(grant.access, tools.web), door.revoke("no such token", tools.web)
    assert (mine.status_code, mine.data) == (none.status_code, none.data) == (200, none.data)
    assert door.revoke(grant.refresh, tools.web).status_code == 200
    assert door.alive(grant.access)
    assert door.refresh(grant.refresh).status_code == 200


def test_s24_a_secret_in_the_address_is_refused(door, tools) -> None:
    code, verifier = door.code(door.person(), client_id="pijnstad-web", redirect_uri=tools.web_callback)
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": tools.web_callback,
        "code_verifier": verifier,
    }
    query = {"client_id": "pijnstad-web", "client_secret": tools.web_secret}
    client = door.app.test_client()
    _error(client.post("/oauth/token", query_string=query, data=sent), "invalid_request")
    _error(client.post("/oauth/token", query_string=sent, headers=tools.web), "invalid_request")


def test_a_confidential_client_proves_itself_in_the_one_way_it_has(door, tools) -> None:
    code, verifier = door.code(door.person(), client_id="pijnstad-web", redirect_uri=tools.web_callback)
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": tools.web_callback,
        "code_verifier": verifier,
    }
    _error(door.token(**sent, client_id="pijnstad-web"), "invalid_client", 401)
    _error(door.token(**sent, client_id="pijnstad-web", client_secret=tools.web_secret), "invalid_client", 401)
    _error(door.token(tools.web, **sent, client_secret=tools.web_secret), "invalid_request")
    _error(door.token(tools.web, **sent, client_id="pijnstad-demo"), "invalid_request")
    _error(door.token(tools.basic("pijnstad-web", "guess"), **sent), "invalid_client", 401)
    _error(door.token({"Authorization": "Basic //79"}, **sent), "invalid_client", 401)
    _error(door.token({"Authorization": "Basic %%%"}, **sent), "invalid_client", 401)
    _error(door.token({"Authorization": "Bearer x"}, **sent), "invalid_client", 401)
    assert door.token(tools.web, **sent).status_code == 200


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password", "username": "a", "password": "b"}, "unsupported_grant_type"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"grant_type": '{"$ne": null}'}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": '{"$ne": null}', "code_verifier": "a" * 43}, "invalid_grant"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": '{"$ne": null}'}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x" * 9000}, "invalid_request"),
    ],
)
def test_a_token_request_that_does_not_fit_gets_its_own_error_and_no_echo(door, sent, error) -> None:
    answer = door.token(**({"client_id": "pijnstad-demo"} | sent))
    _error(answer, error)
    assert "$ne" not in answer.text


def test_s17_a_repeated_parameter_at_the_token_endpoint_is_refused(door) -> None:
    code, verifier = door.code(door.person())
    pairs = {
        "grant_type": "authorization_code",
        "redirect_uri": "http://127.0.0.1:49152/callback",
        "client_id": "pijnstad-demo",
    }
    answer = door.app.test_client().post("/oauth/token", data=pairs | {"code": [code, code], "code_verifier": verifier})
    _error(answer, "invalid_request")


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data"])
def test_a_token_request_is_a_plain_form(door, kind) -> None:
    answer = door.app.test_client().post("/oauth/token", data=b'{"grant_type":"refresh_token"}', content_type=kind)
    _error(answer, "invalid_request")


def test_a_public_native_client_is_known_by_its_id_alone_and_an_unknown_one_by_nothing(door) -> None:
    code, verifier = door.code(door.person())
    _error(door.redeem(code, verifier, client_id="nobody"), "invalid_client", 400)
    assert door.redeem(code, verifier).status_code == 200


def test_s27_a_disabled_account_has_no_living_token(door) -> None:
    email = door.email()
    browser = door.person(email)
    grant = door.grant(browser)
    code, verifier = door.code(browser)
    door.ports.accounts.set_disabled(door.member(email), True)
    assert not door.alive(grant.access)
    assert door.userinfo(grant.access).status_code == 401
    _error(door.refresh(grant.refresh), "invalid_grant")
    _error(door.redeem(code, verifier), "invalid_grant")


def test_s27_a_disabled_client_has_no_living_token(door) -> None:
    grant = door.grant(door.person())
    door.ports.clients.set_disabled("pijnstad-demo", True)
    try:
        assert not door.alive(grant.access)
        assert door.refresh(grant.refresh).get_json()["error"] == "invalid_client"
    finally:
        door.ports.clients.set_disabled("pijnstad-demo", False)
    assert door.alive(grant.access)


def test_the_id_token_says_who_for_whom_and_when(door, tools) -> None:
    email = door.email()
    grant = door.grant(door.person(email), nonce="a-nonce")
    keys = KeySet.import_key_set(door.app.test_client().get("/oauth/jwks").get_json())
    token = jwt.decode(grant.answer["id_token"], keys, algorithms=["RS256"])
    half = base64.urlsafe_b64encode(hashlib.sha256(grant.access.encode()).digest()[:16]).rstrip(b"=").decode()
    assert token.header["typ"] == "JWT"
    told = token.claims
    assert (told["iss"], told["aud"], told["sub"]) == (tools.issuer, "pijnstad-demo", door.member(email))
    assert (told["nonce"], told["at_hash"]) == ("a-nonce", half)
    assert told["iat"] <= now().timestamp() < told["exp"]
    assert told["iat"] - 60 <= told["auth_time"] <= told["iat"]
    assert email not in str(told)


def test_no_scope_openid_no_id_token_and_no_userinfo(door) -> None:
    grant = door.grant(door.person(), scope="diary")
    assert "id_token" not in grant.answer
    answer = door.userinfo(grant.access)
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_userinfo_tells_what_was_agreed_to_and_no_more(door) -> None:
    email = door.email()
    browser = door.person(email)
    little = door.userinfo(door.grant(browser, scope="openid").access).get_json()
    assert little == {"sub": door.member(email)}
    much = door.userinfo(door.grant(browser, scope="openid profile email").access).get_json()
    assert set(much) == {"sub", "name", "locale", "updated_at", "email", "email_verified"}
    assert (much["name"], much["email"], much["email_verified"]) == ("Sanne", email, True)


def test_userinfo_takes_the_token_from_header_or_body_and_never_from_the_address(door) -> None:
    grant = door.grant(door.person())
    client = door.app.test_client()
    assert client.post("/oauth/userinfo", headers={"Authorization": f"Bearer {grant.access}"}).status_code == 200
    assert client.post("/oauth/userinfo", data={"access_token": grant.access}).status_code == 200
    assert client.get("/oauth/userinfo", query_string={"access_token": grant.access}).status_code == 401
    assert client.get("/oauth/userinfo").headers["WWW-Authenticate"] == 'Bearer realm="pijnstad"'


def test_s25_partners_know_one_person_by_names_of_their_own(door) -> None:
    email = door.email()
    browser = door.person(email)
    names = []
    for owner in ("fes", "crps"):
        client = Client(
            id=f"{owner}-app",
            names={"nl": owner, "en": owner},
            owner=owner,
            audience=("community",),
            scopes=("openid", "community"),
            redirect_uris=(f"https://{owner}.example/cb",),
            grant_types=("authorization_code",),
        )
        door.ports.clients.put(client)
        told = {"client_id": client.id, "redirect_uri": client.redirect_uris[0]}
        code, verifier = door.code(browser, scope="openid community", **told)
        answer = door.redeem(code, verifier, **told).get_json()
        assert "refresh_token" not in answer
        keys = KeySet.import_key_set(door.app.test_client().get("/oauth/jwks").get_json())
        claimed = jwt.decode(answer["id_token"], keys, algorithms=["RS256"]).claims["sub"]
        assert door.userinfo(answer["access_token"]).get_json()["sub"] == claimed
        inside = door.introspect(answer["access_token"]).get_json()
        assert (inside["client_sub"], inside["sub"]) == (claimed, door.member(email))
        names.append(claimed)
    assert len({*names, door.member(email)}) == 3
