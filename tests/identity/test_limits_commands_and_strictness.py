"""Limits, commands, what production refuses, what the logs hold, and what happens without the database."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from identity.__main__ import main
from identity.config import Settings
from identity.domain.clients import Client
from identity.domain.redirects import NotRegistrable
from identity.store.counters import CounterDocument, Counters, Limit
from identity.usecases import clients

FROM_ABROAD = {"Forwarded": 'for=203.0.113.7;host="localhost:8000";proto=http'}


@pytest.fixture(autouse=True)
def _a_minute_is_long(monkeypatch) -> None:
    """Hold the counters' clock in the middle of a minute, so that no window ends during a test."""
    fixed = float(int(time.time() // 60) * 60 + 30)
    monkeypatch.setattr("identity.store.counters.time.time", lambda: fixed)


def _forget(door) -> None:
    CounterDocument._get_collection().delete_many({})


def test_s23_the_sixth_try_on_one_account_within_a_minute_waits_also_with_the_right_password(door) -> None:
    email = door.email()
    door.person(email)
    for number in range(5):
        browser = door.browser(Forwarded=f"for=203.0.113.{number}")
        assert browser.sign_in(email, "iets anders dan het was").status_code == 400
    answer = door.browser(Forwarded="for=198.51.100.1").sign_in(email)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 31
    assert "Wacht " in answer.text
    _forget(door)
    assert door.browser().sign_in(email).status_code == 303


def test_s23_unknown_accounts_are_counted_like_known_ones(door) -> None:
    email = door.email()
    for _ in range(5):
        assert door.browser().sign_in(email, "iets anders dan het was").status_code == 400
    assert door.browser().sign_in(email, "iets anders dan het was").status_code == 429


def test_s23_one_address_tries_twenty_times_a_minute_over_all_accounts(door) -> None:
    _forget(door)
    for _ in range(20):
        assert door.browser(**FROM_ABROAD).sign_in(door.email(), "iets anders dan het was").status_code == 400
    assert door.browser(**FROM_ABROAD).sign_in(door.email(), "iets anders dan het was").status_code == 429
    assert door.browser(Forwarded="for=203.0.113.8").sign_in(door.email(), "iets anders dan het was").status_code == 400


def test_one_household_is_one_address(door) -> None:
    _forget(door)
    for number in range(20):
        browser = door.browser(Forwarded=f'for="[2001:db8:1:2::{number:x}]"')
        assert browser.sign_in(door.email(), "iets anders dan het was").status_code == 400
    assert (
        door.browser(Forwarded='for="[2001:db8:1:2:ffff::1]"').sign_in(door.email(), "iets anders").status_code == 429
    )
    assert door.browser(Forwarded='for="[2001:db8:1:3::1]"').sign_in(door.email(), "iets anders").status_code == 400


def test_g06_one_address_registers_twenty_times_an_hour(door) -> None:
    _forget(door)
    answers = [door.browser(**FROM_ABROAD).register(door.email()).status_code for _ in range(21)]
    assert answers == [303] * 20 + [429]


def test_this_machine_itself_may_register_a_whole_street(door) -> None:
    _forget(door)
    assert {door.browser().register(door.email()).status_code for _ in range(22)} == {303}


def test_agreeing_is_paced_and_withdrawing_never(door) -> None:
    _forget(door)
    email = door.email()
    door.person(email)
    member, path = door.member(email), "/identity/v1/consents/diary"
    for _ in range(30):
        assert door.api("PUT", path, member, json={"given": True}).status_code == 200
        assert door.api("PUT", path, member, json={"given": False}).status_code == 200
    answer = door.api("PUT", path, member, json={"given": True})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_fifty_at_once_are_counted_fifty_times(door) -> None:
    limit = Limit("fifty", 49)
    with ThreadPoolExecutor(50) as pool:
        waits = list(pool.map(lambda _: Counters().exceeded(limit, "somebody"), range(50)))
    assert sum(wait > 0 for wait in waits) == 1


# Commands


def _run(door, monkeypatch, *words):
    settings = door.ports.settings
    for name, value in settings.model_dump().items():
        given = value.get_secret_value() if hasattr(value, "get_secret_value") else value
        monkeypatch.setenv(f"PIJNSTAD_{name.upper()}", "" if given is None else str(given))
    return CliRunner().invoke(main, list(words))


def test_the_first_administrator_is_made_by_a_command_and_it_is_noted_who_did_it(door, monkeypatch) -> None:
    email = door.email()
    grant = door.grant(door.person(email))
    done = _run(door, monkeypatch, "grant-role", email.upper(), "admin")
    assert done.exit_code == 0, done.output
    assert door.introspect(grant.access).get_json()["roles"] == ["admin"]
    row = door.ports.accounts._store.collection.find_one({"email_key": email})
    assert [(one["role"], one["granted"], one["by"].startswith("command by ")) for one in row["role_changes"]] == [
        ("admin", True, True)
    ]
    assert _run(door, monkeypatch, "grant-role", "--revoke", email, "admin").exit_code == 0
    assert door.introspect(grant.access).get_json()["roles"] == []


def test_a_role_for_nobody_says_what_to_do(door, monkeypatch) -> None:
    done = _run(door, monkeypatch, "grant-role", "nobody@voorbeeld.example", "admin")
    assert done.exit_code == 1
    assert "Register it first" in done.output


def test_demo_accounts_are_made_once_and_can_sign_in(door, monkeypatch) -> None:
    _forget(door)
    for _ in range(2):
        assert _run(door, monkeypatch, "demo-accounts").output.split() == [
            "anna@pijnstad.example",
            "piet@pijnstad.example",
        ]
    assert door.ports.accounts._store.collection.count_documents({"email_key": "anna@pijnstad.example"}) == 1
    assert door.browser().sign_in("anna@pijnstad.example").status_code == 303


def test_a_key_is_rotated_by_a_command(door, monkeypatch) -> None:
    done = _run(door, monkeypatch, "rotate-keys")
    assert done.exit_code == 0
    door.ports.keys._looked = float("-inf")
    assert done.output.split()[0] in {key["kid"] for key in door.ports.keys.published()["keys"]}


# Production


def _production(door, **changed):
    return Settings(
        **(
            door.ports.settings.model_dump()
            | {"mode": "production", "public_url": "https://pijnstad.example"}
            | {"smtp_url": "smtps://post.pijnstad.example", "mail_from": "Pijnstad <post@pijnstad.example>"}
            | changed
        )
    )


def test_production_has_no_demo_accounts_and_no_demo_client(door, monkeypatch) -> None:
    refused = _run(door, monkeypatch, "demo-accounts")
    assert refused.exit_code == 0
    monkeypatch.setenv("PIJNSTAD_MODE", "production")
    monkeypatch.setenv("PIJNSTAD_PUBLIC_URL", "https://pijnstad.example")
    monkeypatch.setenv("PIJNSTAD_SMTP_URL", "smtps://post.pijnstad.example")
    monkeypatch.setenv("PIJNSTAD_MAIL_FROM", "Pijnstad <post@pijnstad.example>")
    refused = CliRunner().invoke(main, ["demo-accounts"])
    assert refused.exit_code == 1
    assert "refused in production" in refused.output
    assert [client.id for client in clients.first_party(_production(door))] == ["pijnstad-web", "pijnstad-gateway"]


@pytest.mark.parametrize(
    "changed",
    [
        {"public_url": "http://pijnstad.example"},
        {"introspection_secret": "short"},
        {"web_client_secret": ""},
        {"master_key": "c2hvcnQ"},
        {"loopback_factor": 100},
        {"faults": "x"},
        {"smtp_url": ""},
        {"smtp_url": "smtp://post.pijnstad.example"},
        {"smtp_url": "http://post.pijnstad.example"},
        {"mail_from": "Pijnstad <pijnstad@localhost>"},
    ],
)
def test_production_does_not_start_on_what_is_weak(door, changed) -> None:
    with pytest.raises(ValidationError):
        _production(door, **changed)


def test_what_is_missing_stops_the_start_and_is_named(monkeypatch) -> None:
    for name in ("MASTER_KEY", "INTROSPECTION_SECRET", "WEB_CLIENT_SECRET", "MONGO_URL", "LISTEN"):
        monkeypatch.delenv(f"PIJNSTAD_{name}", raising=False)
    done = CliRunner().invoke(main, ["rotate-keys"])
    assert done.exit_code == 2


def test_every_first_client_has_owner_audience_scopes_and_subject_type(door) -> None:
    for seeded in clients.first_party(door.ports.settings):
        stored = door.ports.clients.get(seeded.id)
        assert stored == seeded
        assert (stored.owner, stored.subject_type) == ("lpo", "public")


def test_a_new_client_is_pairwise_unless_somebody_says_otherwise() -> None:
    assert Client(id="x", names={}, owner="partner", audience=(), scopes=()).subject_type == "pairwise"


def test_a_first_client_with_a_weak_address_stops_the_start(door, monkeypatch) -> None:
    monkeypatch.setattr(
        clients,
        "_demo",
        lambda: Client(id="d", names={}, owner="lpo", audience=(), scopes=(), redirect_uris=("http://*/",)),
    )
    with pytest.raises(NotRegistrable):
        clients.seed_clients(door.ports)


def test_the_cookie_is_bound_to_host_and_https_in_production(door, monkeypatch) -> None:
    import dataclasses

    monkeypatch.setitem(door.app.extensions, "ports", dataclasses.replace(door.ports, settings=_production(door)))
    cookie = door.app.test_client().get("/account/sign-in", base_url="https://pijnstad.example").headers["Set-Cookie"]
    assert cookie.startswith("__Host-pijnstad_account=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie


# Logs


def test_authlib_is_not_heard_below_warnings(door) -> None:
    for name in (
        "authlib",
        "authlib.oauth2.rfc6749.grants.authorization_code",
        "authlib.oauth2.rfc6749.authenticate_client",
    ):
        assert logging.getLogger(name).getEffectiveLevel() >= logging.WARNING


def test_s28_no_secret_and_no_word_of_a_person_is_in_any_log(door, tools) -> None:
    _forget(door)
    heard = io.StringIO()
    handler, root = logging.StreamHandler(heard), logging.getLogger()
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.DEBUG)
    secret_name, email = "Zeldzamenaam", door.email()
    try:
        browser = door.browser()
        browser.register(email, name=secret_name)
        asked, verifier = door.question(state="state-canary", nonce="nonce-canary", login_hint=email)
        code = tools.arrived(door.agree(browser, browser.get("/oauth/authorize", **asked)))["code"]
        answer = door.redeem(code, verifier).get_json()
        second = door.refresh(answer["refresh_token"]).get_json()
        door.introspect(second["access_token"])
        door.userinfo(second["access_token"])
        door.redeem(code, verifier)
        door.refresh(answer["refresh_token"])
        door.revoke(second["refresh_token"])
        door.browser().sign_in(email, "een verkeerd wachtwoord")
        browser.get("/oauth/logout", id_token_hint=answer["id_token"])
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
    lines = heard.getvalue()
    assert "/oauth/token" in lines  # something was heard
    secrets = [
        answer["access_token"],
        answer["refresh_token"],
        answer["id_token"],
        second["access_token"],
        second["refresh_token"],
    ]
    secrets += [
        code,
        verifier,
        tools.password,
        "een verkeerd wachtwoord",
        email,
        secret_name,
        "state-canary",
        "nonce-canary",
        browser.cookie or "-no-",
    ]
    for secret in secrets:
        assert secret not in lines


# Without the database


def test_r20_without_the_database_a_page_and_a_client_are_told_to_come_back(door, monkeypatch) -> None:
    from pymongo.errors import ServerSelectionTimeoutError

    def away(*_, **__):
        raise ServerSelectionTimeoutError("away")

    monkeypatch.setattr("identity.store.clients.Clients.get", away)
    monkeypatch.setattr("identity.store.sessions.Sessions.get", away)
    asked, _ = door.question()
    page = door.browser().get("/oauth/authorize", **asked)
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"
    assert "Dit lukt nu even niet" in page.text
    answer = door.token(grant_type="refresh_token", refresh_token="x", client_id="pijnstad-demo")
    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Retry-After"]


def test_what_nobody_thought_of_is_a_page_too(door, monkeypatch) -> None:
    monkeypatch.setattr("identity.store.clients.Clients.get", lambda *_: 1 / 0)
    asked, _ = door.question()
    page = door.browser().get("/oauth/authorize", **asked)
    assert page.status_code == 500
    assert "<h1>" in page.text
    assert "ZeroDivision" not in page.text


def test_the_command_line_imports_nothing_that_eventlet_must_patch_first() -> None:
    """The worker patches the standard library after this import; pydantic and threads made before it would be broken."""
    late = "{'pydantic', 'pymongo', 'flask', 'mongoengine'}"
    program = f"import sys, identity.__main__; print(sorted({late} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
