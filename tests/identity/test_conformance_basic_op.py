"""OpenID Connect's conformance modules for a Basic OP and a Config OP, each under its own name.

Rebuilt from what the modules of the OpenID Foundation's suite ask of a provider (shared names, own code): a client with a
secret and without PKCE goes through the pages as a person would.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from relying_party import BACK, RelyingParty, conformance_client

from identity.store.authorizations import AuthorizationDocument
from identity.store.sessions import SessionDocument

UNSIGNED = "eyJhbGciOiJub25lIn0.eyJzY29wZSI6Im9wZW5pZCJ9."


@pytest.fixture
def rp(door: Any, tools: Any) -> RelyingParty:
    return RelyingParty(door, tools.basic)


@pytest.fixture
def second(door: Any, tools: Any) -> RelyingParty:
    """Be the suite's second client, of somebody else."""
    return RelyingParty(door, tools.basic)


def test_oidcc_server(rp: RelyingParty) -> None:
    tokens = rp.tokens()
    assert rp.userinfo(tokens) == {"sub": rp.claims_unchecked(tokens["id_token"])["sub"]}


def test_oidcc_response_type_missing(rp: RelyingParty) -> None:
    assert rp.back(response_type=None)["error"] == "invalid_request"


def test_oidcc_idtoken_signature(rp: RelyingParty) -> None:
    token = rp.tokens()["id_token"]
    foreign = RSAKey.generate_key(2048, parameters={"kid": "foreign"})
    with pytest.raises(Exception, match=r".*"):
        jwt.decode(token, foreign, algorithms=["RS256"])
    assert rp.claims(token, nonce=rp.nonce)


def test_oidcc_idtoken_unsigned(rp: RelyingParty) -> None:
    """The provider offers no unsigned ID tokens, which the module then accepts; every token it gives is signed."""
    discovery = rp.door.app.test_client().get("/.well-known/openid-configuration").get_json()
    assert "none" not in discovery["id_token_signing_alg_values_supported"]
    assert rp.tokens()["id_token"].split(".")[2]


def test_oidcc_userinfo_get(rp: RelyingParty) -> None:
    assert rp.userinfo(rp.tokens())["sub"]


def test_oidcc_userinfo_post_header(rp: RelyingParty) -> None:
    tokens = rp.tokens()
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    answer = rp.door.app.test_client().post("/oauth/userinfo", headers=headers)
    assert answer.get_json()["sub"] == rp.claims_unchecked(tokens["id_token"])["sub"]


def test_oidcc_userinfo_post_body(rp: RelyingParty) -> None:
    tokens = rp.tokens()
    answer = rp.door.app.test_client().post("/oauth/userinfo", data={"access_token": tokens["access_token"]})
    assert answer.get_json()["sub"] == rp.claims_unchecked(tokens["id_token"])["sub"]


def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(rp: RelyingParty) -> None:
    assert "nonce" not in rp.claims_unchecked(rp.tokens(nonce=None)["id_token"])


def test_oidcc_scope_profile(rp: RelyingParty) -> None:
    told = rp.userinfo(rp.tokens(scope="openid profile"))
    assert {"sub", "name", "locale", "updated_at"} == set(told)


def test_oidcc_scope_email(rp: RelyingParty) -> None:
    told = rp.userinfo(rp.tokens(scope="openid email"))
    assert (told["email"], told["email_verified"]) == (rp.email, True)


def test_oidcc_scope_address(rp: RelyingParty) -> None:
    """We hold no address: the scope is accepted and gives nothing."""
    assert set(rp.userinfo(rp.tokens(scope="openid address"))) == {"sub"}


def test_oidcc_scope_phone(rp: RelyingParty) -> None:
    """We hold no phone number: the scope is accepted and gives nothing."""
    assert set(rp.userinfo(rp.tokens(scope="openid phone"))) == {"sub"}


def test_oidcc_scope_all(rp: RelyingParty) -> None:
    told = rp.userinfo(rp.tokens(scope="openid profile email address phone"))
    assert {"sub", "name", "email"} <= set(told)


def test_oidcc_alternate_happy_flow(rp: RelyingParty) -> None:
    """The second registered address, another order of scopes, and no state."""
    told = rp.back(redirect_uri=f"{BACK}/second", scope="profile openid", state=None)
    assert "state" not in told
    answer = rp.post(grant_type="authorization_code", code=told["code"], redirect_uri=f"{BACK}/second")
    assert rp.claims(answer.get_json()["id_token"], nonce=rp.nonce)


def test_oidcc_display_page(rp: RelyingParty) -> None:
    assert rp.tokens(display="page")


def test_oidcc_display_popup(rp: RelyingParty) -> None:
    assert rp.tokens(display="popup")


def test_oidcc_prompt_login(rp: RelyingParty) -> None:
    first = rp.claims_unchecked(rp.tokens()["id_token"])
    _time_passes(rp, seconds=5)
    page = rp.ask(prompt="login")
    told = rp.follow(page)
    answer = rp.redeem(told["code"])
    again = rp.claims(answer.get_json()["id_token"], nonce=rp.nonce)
    assert again["sub"] == first["sub"]
    assert again["auth_time"] > first["auth_time"] - 5


def test_oidcc_prompt_none_not_logged_in(rp: RelyingParty) -> None:
    rp.browser = rp.door.browser()
    assert rp.back(prompt="none")["error"] in {"login_required", "interaction_required"}


def test_oidcc_prompt_none_logged_in(rp: RelyingParty) -> None:
    first = rp.claims_unchecked(rp.tokens()["id_token"])
    answer = rp.ask(prompt="none")
    assert answer.status_code in (302, 303)
    again = rp.claims(rp.redeem(rp.follow(answer)["code"]).get_json()["id_token"], nonce=rp.nonce)
    assert (again["sub"], again["auth_time"]) == (first["sub"], first["auth_time"])


def test_oidcc_max_age_1(rp: RelyingParty) -> None:
    first = rp.claims_unchecked(rp.tokens()["id_token"])
    _time_passes(rp, seconds=10)
    page = rp.ask(max_age="1")
    while "Location" in page.headers and page.headers["Location"].startswith("/"):
        page = rp.browser.client.get(page.headers["Location"])
    assert 'name="password"' in page.text
    again = rp.claims(rp.redeem(rp.follow(page)["code"]).get_json()["id_token"], nonce=rp.nonce)
    assert again["auth_time"] >= first["auth_time"]
    assert time.time() - again["auth_time"] < 60


def test_oidcc_max_age_10000(rp: RelyingParty) -> None:
    first = rp.claims_unchecked(rp.tokens()["id_token"])
    answer = rp.ask(max_age="10000")
    assert answer.status_code in (302, 303)
    again = rp.claims(rp.redeem(rp.follow(answer)["code"]).get_json()["id_token"], nonce=rp.nonce)
    assert again["auth_time"] == first["auth_time"]


def test_oidcc_ensure_request_with_unknown_parameter_succeeds(rp: RelyingParty) -> None:
    assert rp.tokens(extra="foobar")


def test_oidcc_id_token_hint(rp: RelyingParty) -> None:
    hint = rp.tokens()["id_token"]
    again = rp.redeem(rp.back(prompt="none", id_token_hint=hint)["code"]).get_json()["id_token"]
    assert rp.claims_unchecked(again)["sub"] == rp.claims_unchecked(hint)["sub"]


def test_oidcc_login_hint(rp: RelyingParty) -> None:
    rp.browser = rp.door.browser()
    page = rp.ask(login_hint=rp.email)
    while "Location" in page.headers:
        page = rp.browser.client.get(page.headers["Location"])
    assert f'value="{rp.email}"' in page.text
    assert rp.redeem(rp.follow(page)["code"]).status_code == 200


def test_oidcc_ui_locales(rp: RelyingParty) -> None:
    page = rp.ask(ui_locales="en nl")
    assert 'lang="en"' in page.text
    assert rp.redeem(rp.follow(page)["code"]).status_code == 200


def test_oidcc_claims_locales(rp: RelyingParty) -> None:
    assert rp.tokens(claims_locales="se")


def test_oidcc_ensure_request_with_acr_values_succeeds(rp: RelyingParty) -> None:
    assert rp.tokens(acr_values="urn:mace:incommon:iap:silver")


def test_oidcc_codereuse(rp: RelyingParty) -> None:
    code = rp.back()["code"]
    tokens = rp.redeem(code).get_json()
    again = rp.redeem(code)
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    assert rp.door.userinfo(tokens["access_token"]).status_code == 401


def test_oidcc_codereuse_30seconds(rp: RelyingParty) -> None:
    code = rp.back()["code"]
    tokens = rp.redeem(code).get_json()
    _time_passes(rp, seconds=30)
    again = rp.redeem(code)
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    assert rp.door.userinfo(tokens["access_token"]).status_code == 401


def test_oidcc_ensure_registered_redirect_uri(rp: RelyingParty) -> None:
    answer = rp.ask(redirect_uri="https://rp.example/callback-that-nobody-registered")
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_oidcc_ensure_post_request_succeeds(rp: RelyingParty) -> None:
    posted = rp.browser.client.post("/oauth/authorize", data=rp.question())
    assert rp.redeem(rp.follow(posted)["code"]).status_code == 200


def test_oidcc_server_client_secret_post(door: Any, tools: Any) -> None:
    rp = RelyingParty(door, tools.basic, conformance_client("client_secret_post"))
    assert rp.userinfo(rp.tokens())["sub"]
    basic = rp.door.token(
        tools.basic(rp.client.id, "conformance-secret-conformance-secret"), grant_type="refresh_token"
    )
    assert basic.get_json()["error"] == "invalid_client"


def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(rp: RelyingParty) -> None:
    told = rp.back(request_uri="https://rp.example/request.jwt")
    assert told["error"] == "request_uri_not_supported"


def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(rp: RelyingParty) -> None:
    assert rp.back(request=UNSIGNED)["error"] == "request_not_supported"


def test_oidcc_claims_essential(rp: RelyingParty) -> None:
    told = rp.userinfo(rp.tokens(claims='{"userinfo": {"name": {"essential": true}}}'))
    assert told["name"] == "Sanne"


@pytest.mark.parametrize("claims", ["[", "[]", '{"userinfo": []}', "[" * 2000])
def test_claims_that_cannot_be_read_are_refused(rp: RelyingParty, claims: str) -> None:
    assert rp.back(claims=claims)["error"] == "invalid_request"


def test_claims_a_client_may_not_have_are_not_given(door: Any, tools: Any) -> None:
    rp = RelyingParty(door, tools.basic, conformance_client(scopes=("openid",)))
    assert set(rp.userinfo(rp.tokens(claims='{"userinfo": {"email": {"essential": true}}}'))) == {"sub"}


def test_oidcc_ensure_request_object_with_redirect_uri(rp: RelyingParty) -> None:
    assert rp.back(request=UNSIGNED, state="a-state")["error"] == "request_not_supported"


def test_oidcc_refresh_token(rp: RelyingParty, second: RelyingParty) -> None:
    tokens = rp.tokens(scope="openid offline_access", prompt="consent")
    before = rp.claims_unchecked(tokens["id_token"])
    foreign = second.post(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert foreign.get_json()["error"] == "invalid_grant"
    answer = rp.post(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert answer.status_code == 200, answer.text
    again = answer.get_json()
    if "id_token" in again:
        after = rp.claims_unchecked(again["id_token"])
        assert [after[name] for name in ("iss", "sub", "aud", "auth_time")] == [
            before[name] for name in ("iss", "sub", "aud", "auth_time")
        ]
    assert rp.door.userinfo(again["access_token"]).get_json()["sub"] == before["sub"]


def test_oidcc_ensure_request_with_valid_pkce_succeeds(rp: RelyingParty, tools: Any) -> None:
    verifier, challenge = tools.pkce()
    told = rp.back(code_challenge=challenge, code_challenge_method="S256")
    assert rp.redeem(told["code"], code_verifier=verifier).status_code == 200


def test_s11_a_client_without_pkce_that_sends_some_is_held_to_it(rp: RelyingParty, tools: Any) -> None:
    verifier, challenge = tools.pkce()
    assert rp.back(code_challenge=challenge)["error"] == "invalid_request"
    assert rp.back(code_challenge=verifier, code_challenge_method="plain")["error"] == "invalid_request"
    challenged = rp.back(code_challenge=challenge, code_challenge_method="S256")["code"]
    assert rp.redeem(challenged).get_json()["error"] == "invalid_request"
    free = rp.back()["code"]
    assert rp.redeem(free, code_verifier=verifier).get_json()["error"] == "invalid_grant"


def test_a_public_client_cannot_be_freed_from_pkce(door: Any, tools: Any) -> None:
    rp = RelyingParty(door, tools.basic, conformance_client("none", secret_hash=None))
    assert rp.back()["error"] == "invalid_request"


def test_oidcc_discovery_endpoint_verification(rp: RelyingParty) -> None:
    client = rp.door.app.test_client()
    answer = client.get("/.well-known/openid-configuration")
    told = answer.get_json()
    assert answer.mimetype == "application/json"
    assert told["issuer"] == rp.door.ports.issuer
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
        assert told[name].startswith(told["issuer"])
    for name in ("response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported"):
        assert told[name]
    assert {"openid"} <= set(told["scopes_supported"])
    assert {"sub"} <= set(told["claims_supported"])
    assert told["claims_parameter_supported"] is True
    assert client.get("/oauth/jwks").get_json()["keys"]


def _time_passes(rp: RelyingParty, seconds: int) -> None:
    """Let what the person signed in with, and what grew from it, be older by this much."""
    earlier = timedelta(seconds=seconds)
    for document, field in ((SessionDocument, "signed_in_at"), (AuthorizationDocument, "signed_in_at")):
        rows = document._get_collection()
        for row in rows.find({field: {"$exists": True}}):
            rows.update_one({"_id": row["_id"]}, {"$set": {field: row[field] - earlier}})
