"""What lies in the database: sealed words, events in the same write, versions under guard, the index that lists use."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import bson
import orjson
import pytest

from pijnstad_contracts.envelope import decode
from pijnstad_contracts.registry import event_types
from pijnstad_contracts.selfcare import DiaryEntryAmended, DiaryEntryRecorded, DiaryEntryRemoved
from pijnstad_kit.vault import Unsealable, Vault, new_key
from selfcare.store.keys import MemberKeys, MemberVault

SECRETS = ("kanarie-notitie", "kanarie-waard", "kanarie-bezigheid", "kanarie-middel", "kanarie-volger")
PLANTED = {
    "note": f"{SECRETS[0]} zei dat ik niet geslapen had",
    "worth_it": SECRETS[1],
    "activities": [{"name": SECRETS[2], "effort": 3}],
    "aids": [{"kind": "medication", "name": SECRETS[3]}],
    "trackers": [{"name": SECRETS[4], "value": 3}],
}


def everything(raw: Any) -> bytes:
    """Return every byte of every document of the database."""
    names = [name for name in raw.list_collection_names() if not name.startswith("system.")]
    return b"".join(bson.encode(document) for name in names for document in raw[name].find())


def events_of(raw: Any, entry_id: str) -> list[Any]:
    document = raw.diary_entries.find_one({"_id": entry_id})
    return [decode(bytes(entry["body"]), event_types()) for entry in document["outbox"]]


def test_no_plain_word_lies_in_the_database_before_or_after_a_change(anna: Any, raw: Any) -> None:
    entry = anna.wrote(**PLANTED)
    anna.change(entry, note="kanarie-tweede", mood=3)
    stored = everything(raw)
    assert entry["id"].encode() in stored
    for word in (*SECRETS, "kanarie-tweede", "geslapen"):
        assert word.encode() not in stored
        assert base64.b64encode(word.encode()).rstrip(b"=")[:-1] not in stored
    assert raw.diary_entries.find_one({"_id": entry["id"]})["history"][0]["parts"]["note"]


def test_a_removed_entry_leaves_ids_and_events_and_nothing_it_said(anna: Any, raw: Any) -> None:
    entry = anna.wrote(mood=1, **PLANTED)
    anna.change(entry, note="anders")
    anna.send("DELETE", f"/{entry['id']}")
    document = raw.diary_entries.find_one({"_id": entry["id"]})
    assert set(document) == {
        "_id", "member", "version", "sequence", "outbox", "relayed", "keeps", "waiting", "request_hash",
        "created_at", "updated_at", "removed_at",
    }  # fmt: skip
    assert [type(event.data) for event in events_of(raw, entry["id"])] == [
        DiaryEntryRecorded,
        DiaryEntryAmended,
        DiaryEntryRemoved,
    ]
    assert document["keeps"] == 1  # of what was told, only that it is gone stays when these have been sent


def test_events_carry_themes_and_levels_and_the_member_and_never_a_word(anna: Any, raw: Any) -> None:
    entry = anna.wrote(sleep={"quality": 2}, note="Ik wil niet meer leven.", started_at="2026-11-20T09:00:00Z")
    [event] = events_of(raw, entry["id"])
    assert (event.source, event.subject, event.member, event.sequence) == (
        "/services/selfcare",
        entry["id"],
        anna.id,
        1,
    )
    assert event.notify is None
    assert event.correlationid
    assert event.data.model_dump(mode="json") == {
        "entry_id": entry["id"],
        "occurred_at": "2026-11-20T09:00:00Z",
        "themes": [{"theme": "sleep", "direction": "unknown"}],
        "flare": "none",
        "safety": "crisis",
    }
    body = orjson.loads(bytes(raw.diary_entries.find_one({"_id": entry["id"]})["outbox"][0]["body"]))
    assert "leven" not in str(body)


def test_the_events_of_an_entry_are_numbered_without_holes(anna: Any, raw: Any) -> None:
    entry = anna.wrote(mood=1)
    for mood in range(2, 6):
        entry = anna.change(entry, mood=mood).json
    anna.send("DELETE", f"/{entry['id']}")
    assert [event.sequence for event in events_of(raw, entry["id"])] == [1, 2, 3, 4, 5, 6]
    assert raw.diary_entries.find_one({"_id": entry["id"]})["waiting"] is True


def test_of_two_changes_at_once_one_wins_and_the_other_is_stale(anna: Any, raw: Any) -> None:
    entry = anna.wrote(mood=5)
    for version in range(1, 9):
        together = Barrier(2)

        def change(mood: int, entry=entry, together=together) -> int:
            together.wait()
            return anna.change(entry, mood=mood).status_code

        with ThreadPoolExecutor(2) as pool:
            both = sorted(pool.map(change, (version % 4, 10 - version % 4)))
        assert both == [200, 412]
        entry = anna.read(entry).json
        assert entry["version"] == version + 1
    document = raw.diary_entries.find_one({"_id": entry["id"]})
    assert [event.sequence for event in events_of(raw, entry["id"])] == list(range(1, 10))
    assert (document["sequence"], [past["version"] for past in document["history"]]) == (9, list(range(1, 9)))


def test_the_same_key_sent_eight_times_at_once_writes_one_entry_with_one_event(anna: Any, raw: Any) -> None:
    together = Barrier(8)

    def write(_: int) -> tuple[int, str]:
        together.wait()
        answer = anna.write(key="once", note="weer slecht")
        return answer.status_code, answer.json["id"]

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(write, range(8)))
    [(status, entry_id)] = answers
    assert status == 201
    assert raw.diary_entries.count_documents({}) == 1
    assert raw.member_keys.count_documents({}) == 1
    assert len(events_of(raw, entry_id)) == 1


def test_history_keeps_what_was_said_sealed_as_it_was(anna: Any, raw: Any, settings: Any) -> None:
    entry = anna.wrote(note="eerste", mood=3)
    anna.change(entry, note="tweede")
    [past] = raw.diary_entries.find_one({"_id": entry["id"]})["history"]
    vault = MemberKeys(Vault(settings.master_key_bytes)).of(anna.id)
    assert vault.open(past["parts"]["note"], entry["id"], "note") == "eerste"
    assert (past["version"], past["changed_by"], past["parts"]["mood"]) == (1, anna.id, 3)


def test_sealed_words_open_nowhere_else_and_with_nobody_elses_key(
    anna: Any, piet: Any, raw: Any, settings: Any
) -> None:
    mine, other = anna.wrote(note="van mij"), anna.wrote(note="ook van mij")
    piet.wrote(note="van Piet")
    keys = MemberKeys(Vault(settings.master_key_bytes))
    sealed = raw.diary_entries.find_one({"_id": mine["id"]})["parts"]["note"]
    assert keys.of(anna.id).open(sealed, mine["id"], "note") == "van mij"
    for vault, entry_id, field in [
        (keys.of(anna.id), other["id"], "note"),
        (keys.of(anna.id), mine["id"], "worth_it"),
        (keys.of(piet.id), mine["id"], "note"),
    ]:
        with pytest.raises(Unsealable):
            vault.open(sealed, entry_id, field)
    with pytest.raises(Unsealable):
        MemberKeys(Vault(new_key())).of(anna.id)


def test_a_wrapped_key_cannot_be_given_to_another_member(anna: Any, piet: Any, raw: Any, settings: Any) -> None:
    anna.wrote(note="x")
    stolen = raw.member_keys.find_one({"_id": anna.id})
    raw.member_keys.insert_one({**stolen, "_id": piet.id})
    with pytest.raises(Unsealable):
        MemberKeys(Vault(settings.master_key_bytes)).of(piet.id)


def test_the_same_words_and_the_same_request_look_different_for_every_person() -> None:
    one, two = MemberVault(new_key()), MemberVault(new_key())
    assert one.seal("ja", "e", "note") != one.seal("ja", "e", "note")
    assert one.fingerprint("hash") == one.fingerprint("hash") != two.fingerprint("hash")


def test_a_stored_request_hash_is_not_the_bare_hash_of_the_words(anna: Any, raw: Any) -> None:
    from pijnstad_kit.http.idempotency import body_hash
    from selfcare.schemas import DiaryEntryIn

    entry = anna.write(key="k", note="ja").json
    stored = raw.diary_entries.find_one({"_id": entry["id"]})["request_hash"]
    assert stored != body_hash(DiaryEntryIn.model_validate({"note": "ja"}))


def test_the_list_has_its_index(anna: Any, raw: Any) -> None:
    indexes = raw.diary_entries.index_information().values()
    found = [[tuple(part) for part in index["key"]] for index in indexes]
    assert [("member", 1), ("started_at", -1), ("_id", -1)] in found
    assert [("waiting", 1)] in found


def test_words_that_do_not_open_are_an_error_and_never_shown_as_they_lie(anna: Any, raw: Any) -> None:
    entry = anna.wrote(note="van mij")
    raw.diary_entries.update_one({"_id": entry["id"]}, {"$set": {"parts.note": b"x" * 40}})
    answer = anna.read(entry)
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "xxxx" not in answer.text
