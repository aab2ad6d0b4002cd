"""Through identity and back: only an answer that is ours, whole and of this browser lets anybody in."""

from __future__ import annotations

import threading
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fake_visitor import Visitor
from joserfc.jwk import ECKey, OctKey, RSAKey


def asked(visitor: Visitor) -> dict[str, str]:
    answer = visitor.get("/inloggen?verder=/zelfmanagement", follow=False)
    assert answer.status == 303
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def test_signing_in_leads_back_to_where_one_was_going(visitor: Visitor) -> None:
    page = visitor.sign_in("/zelfmanagement")
    assert urlsplit(page.url).path == "/zelfmanagement"
    assert "Uitloggen" in page.text


def test_the_request_carries_pkce_state_nonce_and_the_language(visitor: Visitor) -> None:
    first, second = asked(visitor), asked(visitor)
    assert first["code_challenge_method"] == "S256"
    assert first["response_type"] == "code"
    assert first["ui_locales"] == "nl"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]


def test_the_cookie_is_opaque_and_changes_at_sign_in(visitor: Visitor, city: Any) -> None:
    answer = visitor.get("/inloggen", follow=False)
    before = visitor.cookie()
    flags = answer.headers["Set-Cookie"]
    assert "HttpOnly" in flags
    assert "SameSite=Lax" in flags
    visitor.get("/inloggen")
    assert visitor.cookie() != before
    assert not any(token in (visitor.cookie() or "") for token in city.tokens)


@pytest.mark.parametrize(
    "onward",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "",
        "elsewhere",
    ],
)
def test_signing_in_never_leads_out_of_the_city(visitor: Visitor, onward: str) -> None:
    assert visitor.sign_in(onward).url == f"{visitor.url}/"


@pytest.mark.parametrize(
    "forged",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-client"},
        {"aud": ["pijnstad-web", "another-client"]},
        {"nonce": "not-ours"},
        {"exp": int(time.time()) - 3600},
    ],
)
def test_an_id_token_that_is_not_for_this_sign_in_lets_nobody_in(
    visitor: Visitor, city: Any, forged: dict[str, Any]
) -> None:
    city.claims = forged
    page = visitor.sign_in()
    assert page.status == 400
    assert "Inloggen lukte niet" in page.text
    assert "Uitloggen" not in visitor.get("/").text


def test_an_id_token_signed_by_somebody_else_lets_nobody_in(visitor: Visitor, city: Any) -> None:
    city.signing_key = ECKey.generate_key("P-256", {"kid": "k1", "alg": "ES256"})
    assert visitor.sign_in().status == 400


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256", "kid": "k1"}])
def test_an_id_token_without_a_real_signature_lets_nobody_in(
    visitor: Visitor, city: Any, header: dict[str, str]
) -> None:
    city.header = header
    if header["alg"] == "HS256":
        city.signing_key = OctKey.import_key("only-for-tests-and-long-enough-for-it")
    assert visitor.sign_in().status == 400


def test_an_id_token_of_the_other_allowed_algorithm_lets_its_owner_in(visitor: Visitor, city: Any) -> None:
    city.key = city.signing_key = RSAKey.generate_key(2048, {"kid": "r1", "alg": "RS256", "use": "sig"})
    city.header = {"alg": "RS256", "kid": "r1"}
    assert "Uitloggen" in visitor.sign_in().text


def test_a_new_signing_key_is_learned_without_a_restart(served: Any, city: Any) -> None:
    assert Visitor(served.url).sign_in().status == 200
    city.key = city.signing_key = ECKey.generate_key("P-256", {"kid": "k1", "alg": "ES256", "use": "sig"})
    served.ports.oidc._keys._at -= 60  # as if the keys were read a minute ago
    assert Visitor(served.url).sign_in().status == 200


@pytest.mark.parametrize(
    "answer", [{"iss": "https://elsewhere.example"}, {"iss": ""}, {"state": "stolen"}, {"code": "guessed"}]
)
def test_an_answer_that_was_tampered_with_lets_nobody_in(visitor: Visitor, city: Any, answer: dict[str, str]) -> None:
    city.answer = answer
    assert visitor.sign_in().status == 400


def test_an_answer_works_once(visitor: Visitor, served: Any) -> None:
    to_identity = visitor.get("/inloggen", follow=False).headers["Location"]
    to_us = visitor.get(to_identity.removeprefix(served.url), follow=False).headers["Location"].removeprefix(served.url)
    other = Visitor(served.url)
    assert other.get(to_us).status == 400  # somebody else's browser: login CSRF
    assert visitor.get(to_us, follow=False).status == 303
    assert "Inloggen lukte niet" not in visitor.get(to_us).text  # signed in already: home


def test_saying_no_at_identity_leads_home_without_a_fuss(visitor: Visitor, city: Any) -> None:
    city.answer = {"error": "access_denied"}
    page = visitor.sign_in()
    assert page.status == 200
    assert page.url == f"{visitor.url}/"


def test_a_wrong_issuer_in_discovery_is_not_followed(visitor: Visitor, city: Any) -> None:
    city.url = "https://elsewhere.example"
    page = visitor.get("/inloggen")
    assert page.status == 503
    assert "Er is niets kwijt" in page.text


def test_signing_out_revokes_both_tokens_and_ends_the_session(anna: Visitor, served: Any, city: Any) -> None:
    page, cookie = anna.get("/"), anna.cookie()
    held = (*city.tokens, *city.refresh_tokens)
    assert anna.post("/uitloggen", {"csrf": page.hidden("csrf")}).url == f"{served.url}/"
    assert sorted(city.revoked) == sorted(held)
    assert ("GET", "/oauth/logout") in city.requests
    assert anna.cookie() is None
    assert served.ports.sessions.find(cookie) is None


def test_nobody_is_signed_out_from_another_site(anna: Visitor) -> None:
    assert anna.post("/uitloggen", {"csrf": "guessed"}).status == 403
    token = anna.get("/").hidden("csrf")
    assert anna.post("/uitloggen", {"csrf": token}, Origin="https://elsewhere.example").status == 403
    assert "Uitloggen" in anna.get("/").text


def test_parallel_requests_renew_the_token_once(anna: Visitor, served: Any, city: Any) -> None:
    city.forget_tokens()
    cookie = f"pijnstad_web={anna.cookie()}"
    answers: list[int] = []

    def look() -> None:
        answers.append(Visitor(served.url).get("/zelfmanagement/dagboek/dagen", Cookie=cookie).status)

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 8
    assert city.refreshes == 1


def test_a_token_about_to_end_is_renewed_before_it_is_used(visitor: Visitor, city: Any) -> None:
    city.expires_in = 5
    visitor.sign_in()
    city.expires_in = 600
    city.requests.clear()
    assert visitor.get("/informatiecentrum/tips").status == 200
    assert [path for _, path in city.requests] == ["/oauth/token", "/content/v1/suggestions"]


def test_a_refused_refresh_ends_the_session_and_asks_to_sign_in_again(anna: Visitor, city: Any) -> None:
    city.forget_tokens()
    city.refresh_tokens.clear()
    answer = anna.get("/zelfmanagement/dagboek/dagen", follow=False)
    assert answer.status == 303
    assert "/oauth/authorize" in answer.headers["Location"]
    assert (
        anna.get("/zelfmanagement/dagboek/dagen").status == 200
    )  # identity still knows the person: back where one was


def test_identity_away_while_renewing_keeps_the_session(anna: Visitor, city: Any) -> None:
    city.forget_tokens()
    city.away = {"/oauth/token"}
    assert anna.get("/zelfmanagement/dagboek/dagen").status == 503
    city.away = set()
    assert anna.get("/zelfmanagement/dagboek/dagen").status == 200
    assert city.refreshes == 1
