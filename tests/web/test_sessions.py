"""Sessions: opaque, rotated, sealed, and gone when they end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pijnstad_kit.vault import Vault, new_key
from web.sessions import SessionStore, SignIn

TOKENS = {"access_token": "secret-access", "refresh_token": "secret-refresh", "expires_at": 1.0}


@pytest.fixture
def raw(mongo_url: str, database: str) -> Iterator[Database[Any]]:
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_url, tz_aware=True)
    yield client[database]
    client.drop_database(database)
    client.close()


@pytest.fixture
def store(raw: Database[Any]) -> SessionStore:
    return SessionStore(raw, Vault(new_key()), days=30)


def test_the_database_holds_neither_the_cookie_nor_a_token(store: SessionStore, raw: Database[Any]) -> None:
    cookie, visitor = store.open()
    store.keep_draft(visitor.key, {"note": "heel geheim"})
    signed = store.sign_in(store.find(cookie) or visitor, "anna", TOKENS)
    kept = repr(list(raw["sessions"].find()))
    for secret in (cookie, signed, "secret-access", "secret-refresh", "heel geheim"):
        assert secret not in kept


def test_signing_in_changes_the_cookie_and_ends_the_old_one(store: SessionStore) -> None:
    cookie, visitor = store.open()
    signed = store.sign_in(visitor, "anna", TOKENS)
    assert signed != cookie
    assert store.find(cookie) is None
    found = store.find(signed)
    assert found is not None
    assert (found.member, found.tokens) == ("anna", TOKENS)
    assert found.csrf != visitor.csrf


def test_a_draft_comes_along_with_the_sign_in_that_began_from_it(store: SessionStore) -> None:
    _, visitor = store.open()
    store.begin_sign_in(visitor, "state", SignIn("nonce", "verifier", "/", {"note": "slecht"}))
    begun = store.claim_sign_in(visitor, "state")
    assert begun is not None
    found = store.find(store.sign_in(visitor, "anna", TOKENS, begun.draft))
    assert found is not None
    assert found.draft == {"note": "slecht"}
    store.drop_draft(found.key)
    again = store.read(found.key)
    assert again is not None
    assert again.draft is None


def test_a_draft_never_comes_along_with_another_sign_in_in_the_same_browser(store: SessionStore) -> None:
    _, visitor = store.open()
    store.begin_sign_in(visitor, "given up", SignIn("nonce", "verifier", "/", {"note": "slecht"}))
    store.begin_sign_in(visitor, "piet's", SignIn("nonce", "verifier", "/"))
    begun = store.claim_sign_in(visitor, "piet's")
    assert begun is not None
    found = store.find(store.sign_in(visitor, "piet", TOKENS, begun.draft))
    assert found is not None
    assert found.draft is None


def test_a_draft_of_one_member_never_comes_along_with_another(store: SessionStore) -> None:
    anna = store.find(store.sign_in(store.open()[1], "anna", TOKENS))
    assert anna is not None
    store.keep_draft(anna.key, {"note": "van Anna"})
    with_draft = store.read(anna.key)
    assert with_draft is not None
    assert with_draft.draft is not None
    piet = store.find(store.sign_in(with_draft, "piet", TOKENS))
    assert piet is not None
    assert piet.draft is None


def test_a_session_past_its_time_is_not_found(store: SessionStore, raw: Database[Any]) -> None:
    cookie, visitor = store.open()
    raw["sessions"].update_one({"_id": visitor.key}, {"$set": {"expires_at": datetime.now(UTC) - timedelta(seconds=1)}})
    assert store.find(cookie) is None


def test_sealed_tokens_do_not_open_in_another_session(store: SessionStore, raw: Database[Any]) -> None:
    anna, piet = (store.sign_in(store.open()[1], name, TOKENS | {"of": name}) for name in ("anna", "piet"))
    first, second = store.find(anna), store.find(piet)
    assert first is not None
    assert second is not None
    stolen = raw["sessions"].find_one({"_id": first.key})
    assert stolen is not None
    raw["sessions"].update_one({"_id": second.key}, {"$set": {"tokens": stolen["tokens"]}})
    moved = store.read(second.key)
    assert moved is not None
    assert moved.tokens is None


def test_a_sign_in_is_taken_once_and_only_by_the_browser_that_began(store: SessionStore) -> None:
    _, mine = store.open()
    _, other = store.open()
    begun = SignIn("nonce", "verifier", "/zelfmanagement")
    store.begin_sign_in(mine, "state", begun)
    assert store.claim_sign_in(other, "state") is None
    assert store.claim_sign_in(mine, "another") is None
    assert store.claim_sign_in(mine, "state") == begun
    assert store.claim_sign_in(mine, "state") is None


def test_of_many_who_want_to_renew_one_may(store: SessionStore) -> None:
    found = store.find(store.sign_in(store.open()[1], "anna", TOKENS))
    assert found is not None
    assert [store.claim_turn(found.key, found.turn, 10) for _ in range(5)] == [True, False, False, False, False]
    renewed = store.finish_turn(found.key, found.turn, TOKENS | {"access_token": "new"})
    assert renewed is not None
    assert renewed.turn == found.turn + 1
    assert store.claim_turn(found.key, found.turn, 10) is False
    assert store.claim_turn(found.key, renewed.turn, 10) is True


def test_the_right_to_renew_lapses_when_its_holder_died(store: SessionStore) -> None:
    found = store.find(store.sign_in(store.open()[1], "anna", TOKENS))
    assert found is not None
    assert store.claim_turn(found.key, found.turn, -1)
    assert store.claim_turn(found.key, found.turn, 10)


def test_expired_sessions_are_tidied_up_by_the_database(store: SessionStore, raw: Database[Any]) -> None:
    store.ping()
    indexes = raw["sessions"].index_information().values()
    assert any(index.get("expireAfterSeconds") == 0 for index in indexes)
