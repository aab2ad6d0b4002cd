"""S01 to S10: tokens that must open nothing, at each service directly (a thief inside) and at the door (everybody else).

Each forgery differs in one thing from a token that is in order; that one is tried first, so that a refusal proves something.
Who is refused at the door never reaches identity with more than a question.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import ECKey
from town import CALM, People, Town

pytestmark = pytest.mark.city

Forge = Callable[[Town, str], str]


def b64(data: bytes | dict[str, Any]) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(spelling: str) -> Forge:
    return lambda town, audience: f"{b64(town.header(alg=spelling))}.{b64(town.claims(audience))}."


def with_public_key_as_secret(form: str) -> Forge:
    def forge(town: Town, audience: str) -> str:
        public = town.key.as_pem(private=False) if form == "pem" else town.key.as_der(private=False)
        start = f"{b64(town.header(alg='HS256'))}.{b64(town.claims(audience))}"
        return f"{start}.{b64(hmac.digest(public, start.encode(), hashlib.sha256))}"

    return forge


def own_key(**header: Any) -> Forge:
    """Sign with a key of the attacker's and offer it in the header."""

    def forge(town: Town, audience: str) -> str:
        from joserfc import jwt

        mine = ECKey.generate_key("P-256")
        offered = {name: mine.as_dict(private=False) if value is ... else value for name, value in header.items()}
        return jwt.encode(town.header(**offered), town.claims(audience), mine, algorithms=["ES256"])

    return forge


def claims(**changed: Any) -> Forge:
    return lambda town, audience: town.signed(audience, **changed)


def header(**changed: Any) -> Forge:
    return lambda town, audience: _signed_raw(town, town.header(**changed), town.claims(audience))


def moved(**seconds: int) -> Forge:
    def forge(town: Town, audience: str) -> str:
        now = int(time.time())
        return town.signed(audience, **{name: now + by for name, by in seconds.items()})

    return forge


def _signed_raw(town: Town, head: dict[str, Any], body: dict[str, Any]) -> str:
    """Sign as the city would, whatever the header says (a library would refuse to)."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    start = f"{b64(head)}.{b64(body)}"
    private = town.key.private_key
    r, s = utils.decode_dss_signature(private.sign(start.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{start}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


ELSEWHERE = "https://evil.example/keys.json"
FORGED: dict[str, dict[str, Forge]] = {
    "s01": {spelling: unsigned(spelling) for spelling in ("none", "None", "NONE", "nOnE", "")},
    "s02": {form: with_public_key_as_secret(form) for form in ("pem", "der")},
    "s03": {
        "jwk, own key": own_key(jwk=...),
        "jku, own key": own_key(jku=ELSEWHERE),
        "x5u, own key": own_key(x5u=ELSEWHERE),
        "own key, no hint": own_key(),
        "jku, right key": header(jku=ELSEWHERE),
        "x5u, right key": header(x5u=ELSEWHERE),
        "x5c, right key": header(x5c=["MIIB"]),
    },
    "s04": {
        "a path": header(kid="../../../../dev/null"),
        "SQL": header(kid="' OR 1=1 --"),
        "NoSQL": header(kid={"$ne": None}),
        "a list": header(kid=["a"]),
        "a number": header(kid=1),
        "10 kB": header(kid="k" * 10_240),
        "unknown": header(kid="nobody"),
    },
    "s05": {
        "unknown crit": header(crit=["sun"], sun=1),
        "b64": header(crit=["b64"], b64=False),
        "empty crit": header(crit=[]),
    },
    "s06": {
        "no typ": header(typ=None),
        "JWT": header(typ="JWT"),
        "an id token": header(typ="id+jwt"),
        "a logout token": header(typ="logout+jwt"),
        "a number": header(typ=1),
    },
    "s07": {
        "another service": claims(aud="community"),
        "the door": claims(aud="gateway"),
        "none": claims(aud=None),
        "a partner": claims(aud="https://partner.example"),
    },
    "s08": {
        "elsewhere": claims(iss="https://evil.example"),
        "none": claims(iss=None),
        "with a slash": lambda town, audience: town.signed(audience, iss=town.url + "/"),
        "a list": lambda town, audience: town.signed(audience, iss=[town.url]),
    },
    "s09": {
        "expired for 61 s": moved(iat=-121, exp=-61),
        "begins in 61 s": moved(nbf=61),
        "made in 61 s": moved(iat=61, exp=120),
        "no end": claims(exp=None),
        "an end in words": claims(exp="tomorrow"),
    },
    "s10": {
        "64 kB of signature": lambda town, audience: town.signed(audience) + "A" * 65_536,
        "64 kB of claims": claims(jti="j" * 65_536),
        "12 kB of claims": claims(jti="j" * 12_000),
    },
}
# A list as audience is refused even when the right one is among them: one token, one service.
FORGED["s07"] |= {
    "a list of one": lambda town, audience: town.signed(audience, aud=[audience]),
    "a list of two": lambda town, audience: town.signed(audience, aud=[audience, "community"]),
}
CASES = [(number, name) for number, forgeries in FORGED.items() for name in forgeries]


def at(town: Town, service: str, token: str) -> Any:
    return town.http.request("GET", town.inside(service) + CALM[service], headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize("service", CALM)
@pytest.mark.parametrize(("number", "name"), CASES, ids=[f"{number}_{name}" for number, name in CASES])
def test_s01_to_s10_a_forged_token_opens_no_service(town: Town, service: str, number: str, name: str) -> None:
    in_order = at(town, service, town.signed(service))
    assert in_order.status in (200, 404)  # 404: identity knows no such member
    answer = at(town, service, FORGED[number][name](town, service))
    assert answer.status in ((400, 401, 431) if number == "s10" else (401,))
    if answer.status == 401:
        assert answer.json()["type"].endswith("/problems/unauthenticated")
        assert "error" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(("number", "name"), CASES, ids=[f"{number}_{name}" for number, name in CASES])
def test_s01_to_s10_no_signed_token_of_any_kind_opens_the_door(town: Town, number: str, name: str) -> None:
    """Outside only opaque tokens are worth something, so even one that is in order is worth nothing."""
    for token in (FORGED[number][name](town, "selfcare"), town.signed("selfcare")):
        answer = town.http.request("GET", town.url + CALM["selfcare"], headers={"Authorization": f"Bearer {token}"})
        assert answer.status in (401, 431)


@pytest.mark.parametrize("change", ["shorter", "longer", "one letter", "other case", "twice", "NUL", "spaces"])
def test_s10_an_opaque_token_is_that_one_or_none(town: Town, people: People, change: str) -> None:
    token = people.owner.tokens["access_token"]
    changed = {
        "shorter": token[:-1],
        "longer": token + "A",
        "one letter": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "other case": token.swapcase(),
        "twice": f"{token} {token}",
        "NUL": token + "%00",
        "spaces": token[:8] + " " + token[8:],
    }[change]
    answer = town.http.request("GET", town.url + CALM["selfcare"], headers={"Authorization": f"Bearer {changed}"})
    assert answer.status == 401
