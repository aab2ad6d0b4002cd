"""DPoP (RFC 9449): tokens bound to a key are of no use to who only has the token."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from relying_party import RelyingParty

from pijnstad_kit.dpop import hashed

ISSUER = "http://localhost:8000"
KEY, OTHER = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")


def proof(path: str = "/oauth/token", key: Any = KEY, header: dict[str, Any] | None = None, **changed: Any) -> str:
    now = int(time.time())
    claims: dict[str, Any] = {"htm": "POST", "htu": ISSUER + path, "iat": now, "jti": uuid.uuid4().hex}
    head = {"alg": "ES256", "typ": "dpop+jwt", "jwk": KEY.as_dict(private=False)} | (header or {})
    told = {name: value for name, value in (claims | changed).items() if value is not None}
    if isinstance(told.get("iat"), tuple):  # so far from now, not from when the tests were collected
        told["iat"] = now + told["iat"][1]
    return jwt.encode(head, told, key, algorithms=[head["alg"]])


def redeemed(door: Any, *proofs: str) -> Any:
    code, verifier = door.code(door.person())
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://127.0.0.1:49152/callback"}
    return door.token(_headers(proofs), client_id="pijnstad-demo", code_verifier=verifier, **sent)


def _headers(proofs: Any) -> Any:
    return [("DPoP", one) for one in proofs]


def told(door: Any, token: str, tools: Any) -> dict[str, Any]:
    answer = door.app.test_client().post("/oauth/introspect", data={"token": token}, headers=tools.gateway)
    return dict(answer.get_json())


def userinfo(door: Any, token: str, scheme: str, *proofs: str) -> int:
    headers = [("Authorization", f"{scheme} {token}"), *_headers(proofs)]
    return int(door.app.test_client().get("/oauth/userinfo", headers=headers).status_code)


def test_a_token_asked_for_with_a_proof_is_bound_to_its_key(door: Any, tools: Any) -> None:
    answer = redeemed(door, proof()).get_json()
    assert answer["token_type"] == "DPoP"
    known = told(door, answer["access_token"], tools)
    assert (known["token_type"], known["cnf"]) == ("DPoP", {"jkt": KEY.thumbprint()})


def test_without_a_proof_it_is_a_bearer_token(door: Any, tools: Any) -> None:
    answer = redeemed(door).get_json()
    assert answer["token_type"] == "Bearer"
    assert "cnf" not in told(door, answer["access_token"], tools)


def test_userinfo_wants_the_proof_with_a_bound_token(door: Any) -> None:
    token = redeemed(door, proof()).get_json()["access_token"]
    here = {"path": "/oauth/userinfo", "htm": "GET"}
    assert userinfo(door, token, "DPoP", proof(**here, ath=hashed(token))) == 200
    assert userinfo(door, token, "Bearer") == 401
    assert userinfo(door, token, "DPoP") == 401
    assert userinfo(door, token, "DPoP", proof(**here)) == 401
    assert userinfo(door, token, "DPoP", proof(**here, ath=hashed("another"))) == 401
    assert userinfo(door, token, "Bearer", proof(**here, ath=hashed(token))) == 401
    foreign = proof(**here, key=OTHER, header={"jwk": OTHER.as_dict(private=False)}, ath=hashed(token))
    assert userinfo(door, token, "DPoP", foreign) == 401
    free = redeemed(door).get_json()["access_token"]
    assert userinfo(door, free, "DPoP", proof(**here, ath=hashed(free))) == 401


def test_a_public_client_refreshes_only_with_its_key_and_a_thief_burns_nothing(door: Any) -> None:
    refresh = redeemed(door, proof()).get_json()["refresh_token"]
    sent = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": "pijnstad-demo"}
    thief = proof(key=OTHER, header={"jwk": OTHER.as_dict(private=False)})
    assert door.token(None, **sent).get_json()["error"] == "invalid_grant"
    assert door.token(_headers([thief]), **sent).get_json()["error"] == "invalid_grant"
    assert door.token(_headers([proof()]), **sent).get_json()["token_type"] == "DPoP"


def test_a_client_with_a_secret_may_take_another_key(door: Any, tools: Any) -> None:
    rp = RelyingParty(door, tools.basic)
    refresh = rp.tokens()["refresh_token"]
    headers = [*rp._basic(rp.client.id, "conformance-secret-conformance-secret").items(), ("DPoP", proof())]
    assert door.token(headers, grant_type="refresh_token", refresh_token=refresh).get_json()["token_type"] == "DPoP"


@pytest.mark.parametrize(
    "changed",
    [
        {"htm": "GET"},
        {"htu": f"{ISSUER}/oauth/userinfo"},
        {"htu": f"{ISSUER}/oauth/token?x=1"},
        {"htu": None},
        {"iat": ("now", -120)},
        {"iat": ("now", +120)},
        {"iat": None},
        {"iat": True},
        {"iat": "now"},
        {"jti": None},
        {"jti": "x"},
        {"jti": {"$ne": None}},
        {"header": {"typ": "JWT"}},
        {"header": {"jwk": OTHER.as_dict(private=False)}},
        {"header": {"jwk": KEY.as_dict(private=True)}},
        {"header": {"jwk": {"kty": "oct", "k": "AAAA"}}},
    ],
    ids=str,
)
def test_a_proof_that_is_off_in_anything_is_refused(door: Any, changed: dict[str, Any]) -> None:
    answer = redeemed(door, proof(**changed))
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_dpop_proof")


def test_proofs_signed_otherwise_unreadable_repeated_or_used_before_are_refused(door: Any) -> None:
    rsa, shared = RSAKey.generate_key(2048), OctKey.generate_key(256)
    good = proof()
    assert redeemed(door, good).status_code == 200
    for proofs in (
        [good],
        [proof(), proof()],
        ["x.y.z"],
        [""],
        ["a" * 5000],
        ["eyJhbGciOiJub25lIn0.e30."],
        [proof(key=rsa, header={"alg": "RS256", "jwk": rsa.as_dict(private=False)})],
        [proof(key=shared, header={"alg": "HS256", "jwk": shared.as_dict()})],
        [proof()[:-4] + "AAAA"],
    ):
        assert redeemed(door, *proofs).get_json()["error"] == "invalid_dpop_proof", proofs
