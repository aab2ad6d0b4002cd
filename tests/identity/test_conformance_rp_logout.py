"""OpenID Connect's conformance modules for RP-initiated logout at the provider, each under its own name."""

from __future__ import annotations

from typing import Any

import pytest
from relying_party import SIGNED_OUT, RelyingParty


@pytest.fixture
def rp(door: Any, tools: Any) -> RelyingParty:
    return RelyingParty(door, tools.basic)


def logout(rp: RelyingParty, **query: str) -> Any:
    return rp.browser.get("/oauth/logout", **query)


def signed_in(rp: RelyingParty) -> bool:
    return rp.back(prompt="none").get("error") != "login_required"


def hint_of(rp: RelyingParty) -> str:
    return str(rp.tokens()["id_token"])


def press_yes(rp: RelyingParty, page: Any) -> Any:
    """Answer the page that asks whether one really wants to leave."""
    assert page.status_code == 200, page.text
    return rp.browser.submit(page, "/account/sign-out", agreed="yes")


def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(rp: RelyingParty) -> None:
    told = rp.door.app.test_client().get("/.well-known/openid-configuration").get_json()
    assert told["end_session_endpoint"].startswith(f"{told['issuer']}/")


def test_oidcc_rp_initiated_logout(rp: RelyingParty) -> None:
    answer = logout(rp, id_token_hint=hint_of(rp), post_logout_redirect_uri=SIGNED_OUT, state="a state")
    assert answer.headers["Location"] == f"{SIGNED_OUT}?state=a+state"
    assert not signed_in(rp)


def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(rp: RelyingParty) -> None:
    answer = logout(rp, id_token_hint=hint_of(rp), post_logout_redirect_uri="https://rp.example/elsewhere", state="s")
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_oidcc_rp_initiated_logout_modified_id_token_hint(rp: RelyingParty) -> None:
    head, body, signature = hint_of(rp).split(".")
    changed = ".".join((head, body, ("A" if signature[10] != "A" else "B").join((signature[:10], signature[11:]))))
    answer = logout(rp, id_token_hint=changed, post_logout_redirect_uri=SIGNED_OUT, state="s")
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert signed_in(rp)


def test_oidcc_rp_initiated_logout_no_id_token_hint(rp: RelyingParty) -> None:
    """Nobody knows whose wish it is: the person is asked, and no address is followed."""
    rp.tokens()
    page = logout(rp, post_logout_redirect_uri=SIGNED_OUT, state="s")
    assert signed_in(rp)
    gone = press_yes(rp, page)
    assert SIGNED_OUT not in gone.headers.get("Location", "")
    assert not signed_in(rp)


def test_oidcc_rp_initiated_logout_no_params(rp: RelyingParty) -> None:
    rp.tokens()
    press_yes(rp, logout(rp))
    assert not signed_in(rp)


def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(rp: RelyingParty) -> None:
    answer = logout(rp, id_token_hint=hint_of(rp), state="s")
    assert "rp.example" not in answer.headers.get("Location", "")
    assert not signed_in(rp)


def test_oidcc_rp_initiated_logout_no_state(rp: RelyingParty) -> None:
    answer = logout(rp, id_token_hint=hint_of(rp), post_logout_redirect_uri=SIGNED_OUT)
    assert answer.headers["Location"] == SIGNED_OUT
    assert not signed_in(rp)


def test_oidcc_rp_initiated_logout_only_state(rp: RelyingParty) -> None:
    rp.tokens()
    press_yes(rp, logout(rp, state="s"))
    assert not signed_in(rp)


def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(rp: RelyingParty) -> None:
    answer = logout(rp, id_token_hint=hint_of(rp), post_logout_redirect_uri=f"{SIGNED_OUT}?added=1", state="s")
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_oidcc_rp_initiated_logout_bad_id_token_hint(rp: RelyingParty) -> None:
    answer = logout(rp, id_token_hint="this is not an id token", post_logout_redirect_uri=SIGNED_OUT, state="s")
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert signed_in(rp)
