"""DPoP at the door: a token bound to a key opens nothing without a fresh proof of that key, made for this request."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from pijnstad_kit.dpop import hashed

KEY, OTHER = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
PATH = "/selfcare/v1/diary"


def bound(city: Any) -> str:
    return str(city.token(cnf={"jkt": KEY.thumbprint()}, token_type="DPoP"))


def proof(token: str, key: Any = KEY, **changed: Any) -> str:
    claims: dict[str, Any] = {"htm": "GET", "htu": f"http://localhost:8000{PATH}", "iat": int(time.time())}
    claims |= {"jti": uuid.uuid4().hex, "ath": hashed(token)} | changed
    head = {"alg": "ES256", "typ": "dpop+jwt", "jwk": key.as_dict(private=False)}
    return jwt.encode(head, claims, key, algorithms=["ES256"])


def shown(city: Any, scheme: str, token: str, *proofs: str, path: str = PATH) -> Any:
    headers = {"Authorization": f"{scheme} {token}"} | ({"DPoP": proofs[0]} if proofs else {})
    return city.get(path, headers=headers)


def test_a_bound_token_with_its_proof_reaches_the_service_and_the_proof_stays_at_the_door(city: Any) -> None:
    token = bound(city)
    assert shown(city, "DPoP", token, proof(token)).status == 200
    assert "dpop" not in city.selfcare.last
    assert shown(city, "dpop", token, proof(token), path=f"{PATH}?limit=5").status == 200


@pytest.mark.parametrize("scheme", ["Bearer", "DPoP"])
def test_a_bound_token_alone_opens_nothing_and_the_answer_says_what_is_wanted(city: Any, scheme: str) -> None:
    before = len(city.selfcare.seen(PATH))
    answer = shown(city, scheme, bound(city))
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("DPoP ")
    assert len(city.selfcare.seen(PATH)) == before


def test_a_bound_token_as_bearer_is_refused_even_with_its_proof(city: Any) -> None:
    token = bound(city)
    assert shown(city, "Bearer", token, proof(token)).status == 401


def test_a_proof_opens_once(city: Any) -> None:
    token = bound(city)
    once = proof(token)
    assert [shown(city, "DPoP", token, once).status for _ in range(2)] == [200, 401]


@pytest.mark.parametrize(
    "changed",
    [
        {"htm": "POST"},
        {"htu": "http://localhost:8000/content/v1/items"},
        {"htu": f"https://elsewhere.example{PATH}"},
        {"ath": hashed("another-token")},
        {"iat": 1_700_000_000},
        {"key": OTHER},
    ],
    ids=["method", "path", "host", "token", "old", "key"],
)
def test_a_proof_for_something_else_opens_nothing(city: Any, changed: dict[str, Any]) -> None:
    token = bound(city)
    assert shown(city, "DPoP", token, proof(token, **changed)).status == 401


def test_a_free_token_is_no_dpop_token(city: Any) -> None:
    token = city.token()
    assert shown(city, "DPoP", token, proof(token)).status == 401
    assert shown(city, "Bearer", token).status == 200


def test_identity_gets_the_proof_where_clients_prove_themselves(city: Any) -> None:
    city.request("POST", "/oauth/token", headers={"DPoP": "a.b.c"}, body=b"grant_type=x")
    assert city.identity.last["dpop"] == "a.b.c"
