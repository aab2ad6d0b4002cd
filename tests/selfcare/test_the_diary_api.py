"""The diary as its owner meets it, by the kit's test client with the gateway's tokens, on a real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

DAYS = [datetime(2026, 11, day, 8, tzinfo=UTC) for day in range(1, 20)]
WHOLE = {
    "pain": [{"area": "lower_back", "intensity": 6, "qualities": ["burning", "stiff"]}, {"area": None, "intensity": 3}],
    "sleep": {"quality": 3, "hours": 5.5},
    "fatigue": 7,
    "mood": 4,
    "interference": {"pain_average": 6, "enjoyment": 5, "activity": 7},
    "activities": [{"name": "boodschappen", "effort": 6, "went": "worse"}],
    "face": 3,
    "aids": [{"kind": "medication", "name": "paracetamol", "helped": "a_little"}],
    "trackers": [{"name": "buien", "value": 2}],
    "note": "Slecht geslapen.",
    "worth_it": "De zon.",
}


def problem(answer, status: int, slug: str) -> dict:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    assert answer.json["type"].endswith(f"/problems/{slug}")
    assert answer.json["detail"]
    return answer.json


def test_an_entry_with_every_part_comes_back_as_it_was_written(anna: Any) -> None:
    answer = anna.write(**WHOLE)
    entry = answer.json
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/selfcare/v1/diary/{entry['id']}"
    assert answer.headers["ETag"] == '"1"'
    given = {**WHOLE, "pain": [WHOLE["pain"][0], {"area": None, "intensity": 3, "qualities": []}]}
    assert {name: entry[name] for name in WHOLE} == given
    assert entry["written_by"] == anna.id
    assert entry["started_at"] == entry["ended_at"]
    assert anna.read(entry).json == entry


def test_what_was_left_out_is_null_or_an_empty_list(anna: Any) -> None:
    entry = anna.wrote(fatigue=6)
    assert [entry[name] for name in ("pain", "activities", "aids", "trackers")] == [[], [], [], []]
    assert [entry[name] for name in ("sleep", "mood", "interference", "face", "note", "worth_it", "card")] == [None] * 7
    assert (entry["safety"], entry["themes"]) == ("none", [{"theme": "fatigue", "direction": "unknown"}])


def test_an_answer_has_the_keys_of_the_schema_and_no_others(anna: Any) -> None:
    entry = anna.wrote(**WHOLE)
    schema = anna.app.test_client().get("/openapi.json").json["components"]["schemas"]["DiaryEntry"]
    assert set(entry) == set(schema["properties"])


def test_an_entry_without_any_part_is_refused_in_the_language_of_the_person(anna: Any) -> None:
    body = problem(anna.write(language="nl"), 422, "empty-entry")
    assert "minstens één onderdeel" in body["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"mood": 3, "owner": "x"}, "/owner"),
        ({"mood": 11}, "/mood"),
        ({"note": {"$ne": None}}, "/note"),
        ({"worth_it": {"$ne": None}}, "/worth_it"),
        ({"pain": [{"area": {"$ne": None}}]}, "/pain/0/area"),
        ({"activities": [{"name": {"$ne": None}}]}, "/activities/0/name"),
        ({"aids": [{"kind": "aid", "name": {"$ne": None}}]}, "/aids/0/name"),
        ({"trackers": [{"name": {"$ne": None}, "value": 1}]}, "/trackers/0/name"),
        ({"mood": 3, "started_at": {"$ne": None}}, "/started_at"),
        ({"mood": 3, "started_at": 1700000000}, "/started_at"),
        ({"mood": 3, "started_at": "2026-11-20T10:00:00"}, "/started_at"),
        ({"mood": 3, "started_at": "0001-01-01T00:00:00+14:00"}, "/started_at"),
        ({"mood": 3, "ended_at": "yesterday"}, "/ended_at"),
        ({"note": "\ud800"}, "/note"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_by_its_place(anna: Any, body: dict, pointer: str) -> None:
    for answer in (
        anna.send("POST", json=body),
        anna.send("PATCH", f"/{anna.wrote(mood=1)['id']}", json=body, headers={"If-Match": '"1"'}),
    ):
        found = problem(answer, 422, "invalid")
        assert pointer in [error["pointer"] for error in found["errors"]]
        assert "$ne" not in answer.text


@pytest.mark.parametrize(
    ("started_at", "ended_at"),
    [
        (datetime.now(UTC) + timedelta(days=2), None),
        (datetime.now(UTC), datetime.now(UTC) - timedelta(hours=1)),
        (datetime(1899, 1, 1, tzinfo=UTC), None),
    ],
)
def test_times_that_cannot_be_are_refused(anna: Any, started_at: datetime, ended_at: datetime | None) -> None:
    times = {"started_at": started_at.isoformat(), "ended_at": ended_at and ended_at.isoformat()}
    problem(anna.write(mood=5, **times), 422, "impossible-times")


def test_times_are_told_in_utc_to_the_millisecond(anna: Any) -> None:
    entry = anna.wrote(mood=5, started_at="2026-11-20T09:00:00.1239+01:00", ended_at="2026-11-20T10:00:00+01:00")
    assert entry["started_at"] == "2026-11-20T08:00:00.123000Z"
    assert anna.read(entry).json["started_at"] == entry["started_at"]


def test_writing_needs_the_consent_to_keep_a_diary(anna: Any) -> None:
    entry = anna.wrote(mood=5)
    anna.consents = ("suggestions",)
    assert problem(anna.write(mood=5), 403, "consent-needed")["purpose"] == "diary"
    assert anna.read(entry).status_code == 200
    assert anna.send("DELETE", f"/{entry['id']}").status_code == 204


def test_every_route_needs_a_token_with_the_scope(anna: Any) -> None:
    ways = [("POST", ""), ("GET", ""), ("GET", "/x"), ("PATCH", "/x"), ("DELETE", "/x")]
    anna.scope = "openid content"
    for method, path in ways:
        problem(anna.send(method, path, json={"mood": 1}), 403, "forbidden")
        anonymous = anna.app.test_client().open(f"/selfcare/v1/diary{path}", method=method, json={"mood": 1})
        problem(anonymous, 401, "unauthenticated")


def test_somebody_elses_entry_is_not_there(anna: Any, piet: Any) -> None:
    entry = anna.wrote(note="van Anna")
    missing = [problem(piet.send(method, f"/{entry['id']}"), 404, "not-found") for method in ("GET", "DELETE")]
    missing.append(problem(piet.change(entry, mood=1), 404, "not-found"))
    nowhere = problem(piet.send("GET", "/01912f4e-0000-7000-8000-000000000002"), 404, "not-found")
    assert all(
        {**body, "instance": "", "request_id": ""} == {**nowhere, "instance": "", "request_id": ""} for body in missing
    )
    assert piet.list()["items"] == []
    assert anna.read(entry).json == entry


def test_a_repeated_key_writes_one_entry_and_gives_the_same_answer(anna: Any, piet: Any) -> None:
    first, again = (anna.write(key="morning", note="bad night") for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    assert len(anna.list()["items"]) == 1
    problem(anna.write(key="morning", note="good night"), 422, "idempotency-key-reused")
    assert piet.write(key="morning", note="bad night").json["id"] != first.json["id"]


def test_a_key_of_an_entry_that_was_removed_says_so(anna: Any) -> None:
    entry = anna.write(key="morning", mood=2).json
    anna.send("DELETE", f"/{entry['id']}")
    problem(anna.write(key="morning", mood=2), 409, "entry-removed")
    assert anna.list()["items"] == []


def test_a_change_replaces_what_is_given_removes_nulls_and_leaves_the_rest(anna: Any) -> None:
    entry = anna.wrote(**WHOLE)
    changed = anna.change(entry, mood=9, fatigue=None, sleep={"quality": None}, trackers=[], note="Toch goed.")
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    expected = {
        "mood": 9,
        "fatigue": None,
        "sleep": {"quality": None, "hours": 5.5},
        "trackers": [],
        "note": "Toch goed.",
    }
    left = {name: entry[name] for name in WHOLE if name not in expected}
    assert {name: changed.json[name] for name in WHOLE} == left | expected
    assert changed.json["created_at"] == entry["created_at"]
    assert anna.read(entry).json == changed.json


def test_a_merge_patch_is_taken_by_its_own_media_type(anna: Any) -> None:
    entry = anna.wrote(mood=5)
    headers = {"If-Match": '"1"', "Content-Type": "application/merge-patch+json"}
    answer = anna.send("PATCH", f"/{entry['id']}", data=b'{"mood": 6}', headers=headers)
    assert answer.json["mood"] == 6


def test_a_change_that_leaves_nothing_is_refused(anna: Any) -> None:
    entry = anna.wrote(mood=5)
    problem(anna.change(entry, mood=None), 422, "empty-entry")
    assert anna.read(entry).json["mood"] == 5


def test_a_change_that_changes_nothing_makes_no_version(anna: Any) -> None:
    entry = anna.wrote(mood=5, note="x")
    assert anna.change(entry, mood=5, fatigue=None).json == entry


def test_a_change_says_which_version_it_changes(anna: Any) -> None:
    entry = anna.wrote(mood=5)
    problem(anna.send("PATCH", f"/{entry['id']}", json={"mood": 6}), 428, "precondition-required")
    problem(anna.send("PATCH", f"/{entry['id']}", json={"mood": 6}, headers={"If-Match": "*"}), 400, "bad-request")
    anna.change(entry, mood=6)
    problem(anna.change(entry, mood=7), 412, "stale")
    problem(anna.send("DELETE", f"/{entry['id']}", headers={"If-Match": '"1"'}), 412, "stale")
    assert anna.read(entry).json["mood"] == 6


def test_an_end_can_be_given_later_and_must_fit(anna: Any) -> None:
    entry = anna.wrote(mood=5, started_at="2026-11-20T09:00:00Z")
    problem(anna.change(entry, ended_at="2026-11-20T08:00:00Z"), 422, "impossible-times")
    changed = anna.change(entry, ended_at="2026-11-20T12:00:00Z").json
    assert (changed["started_at"], changed["ended_at"]) == ("2026-11-20T09:00:00Z", "2026-11-20T12:00:00Z")


def test_a_removed_entry_is_gone_in_any_version(anna: Any) -> None:
    entry = anna.wrote(mood=5)
    anna.change(entry, mood=6)
    assert anna.send("DELETE", f"/{entry['id']}").status_code == 204
    for answer in (anna.read(entry), anna.send("DELETE", f"/{entry['id']}"), anna.change(entry, mood=1)):
        problem(answer, 404, "not-found")
    assert anna.list() == {"items": [], "next": None}


def test_the_list_is_newest_first_and_a_cursor_holds_its_place_when_entries_come_in(anna: Any) -> None:
    ids = [anna.wrote(mood=1, started_at=day.isoformat())["id"] for day in DAYS]
    twins = [anna.wrote(mood=2, started_at=DAYS[9].isoformat())["id"] for _ in range(3)]
    first = anna.list("?limit=8")
    anna.wrote(mood=3, started_at=(DAYS[-1] + timedelta(hours=1)).isoformat())
    seen, cursor = [item["id"] for item in first["items"]], first["next"]
    while cursor:
        page = anna.list(f"?limit=8&cursor={cursor}")
        seen, cursor = [*seen, *(item["id"] for item in page["items"])], page["next"]
    same_day = sorted([ids[9], *twins], reverse=True)
    assert seen == [*reversed(ids[10:]), *same_day, *reversed(ids[:9])]


def test_the_list_can_be_narrowed_to_days(anna: Any) -> None:
    ids = [anna.wrote(mood=1, started_at=day.isoformat())["id"] for day in DAYS[:6]]
    found = anna.list("?from=2026-11-02T08:00:00Z&to=2026-11-05T08:00:00Z&limit=2")
    rest = anna.list(f"?from=2026-11-02T08:00:00Z&to=2026-11-05T08:00:00Z&limit=2&cursor={found['next']}")
    assert [item["id"] for item in found["items"] + rest["items"]] == ids[3:0:-1]
    assert rest["next"] is None
    earlier = anna.list(f"?to=2026-11-03T08:00:00Z&cursor={found['next']}")
    assert [item["id"] for item in earlier["items"]] == ids[1::-1]


@pytest.mark.parametrize(
    "query", ["?from=0001-01-01T00:00:00Z", "?to=9999-12-31T23:59:59Z", "?from=9999-12-31T23:59:59Z"]
)
def test_days_at_the_ends_of_the_calendar_can_be_asked_for(anna: Any, query: str) -> None:
    anna.wrote(mood=1)
    assert len(anna.list(query)["items"]) == (0 if "from=9999" in query else 1)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?limit=0", 422),
        ("?limit=101", 422),
        ("?limit[$ne]=1", 422),
        ("?from[$ne]=1", 422),
        ("?from=1700000000", 422),
        ("?sort=note", 422),
        ("?cursor=abc", 400),
        ("?cursor=WzksNl0", 400),
        ("?cursor=Wzk5OTk5OTk5OTk5OTk5OTk5OTk5LCAieCJd", 400),
    ],
)
def test_a_question_that_does_not_fit_is_refused(anna: Any, query: str, status: int) -> None:
    problem(anna.send("GET", query), status, {422: "invalid", 400: "bad-request"}[status])


def test_an_entry_stands_beside_ones_own_days_before_it(anna: Any, piet: Any) -> None:
    for day in DAYS[:3]:
        piet.wrote(sleep={"quality": 0}, started_at=day.isoformat())
        anna.wrote(sleep={"quality": 7}, mood=5, started_at=day.isoformat())
    bad = anna.wrote(sleep={"quality": 2}, mood=6, fatigue=9, started_at=DAYS[3].isoformat())
    assert bad["themes"] == [
        {"theme": "fatigue", "direction": "unknown"},
        {"theme": "sleep", "direction": "worse"},
        {"theme": "mood", "direction": "same"},
    ]


def test_an_entry_recorded_late_is_compared_with_what_lay_before_its_own_time(anna: Any) -> None:
    for day in DAYS[5:9]:
        anna.wrote(mood=2, started_at=day.isoformat())
    assert anna.wrote(mood=8, started_at=DAYS[1].isoformat())["themes"] == [{"theme": "mood", "direction": "unknown"}]
    assert anna.wrote(mood=8, started_at=DAYS[9].isoformat())["themes"] == [{"theme": "mood", "direction": "better"}]


def test_days_longer_ago_than_two_weeks_and_removed_ones_do_not_count(anna: Any) -> None:
    entries = [anna.wrote(mood=8, started_at=day.isoformat()) for day in DAYS[:4]]
    at = (DAYS[0] + timedelta(days=14, seconds=1)).isoformat()
    assert anna.wrote(mood=2, started_at=at)["themes"][0]["direction"] == "worse"
    anna.send("DELETE", f"/{entries[-1]['id']}")
    at = (DAYS[0] + timedelta(days=14, seconds=2)).isoformat()
    again = anna.wrote(mood=2, started_at=at)
    assert again["themes"][0]["direction"] == "worse"  # the one just written is the third value
    anna.send("DELETE", f"/{again['id']}")
    anna.send("DELETE", f"/{entries[-2]['id']}")
    at = (DAYS[0] + timedelta(days=14, seconds=3)).isoformat()
    assert anna.wrote(mood=2, started_at=at)["themes"][0]["direction"] == "unknown"


def test_an_entry_exactly_two_weeks_ago_counts(anna: Any) -> None:
    for day in DAYS[:3]:
        anna.wrote(mood=8, started_at=day.isoformat())
    at = (DAYS[0] + timedelta(days=14)).isoformat()
    assert anna.wrote(mood=2, started_at=at)["themes"][0]["direction"] == "worse"


def test_an_entry_at_the_same_moment_does_not_count(anna: Any) -> None:
    for day in DAYS[:2]:
        anna.wrote(mood=8, started_at=day.isoformat())
    at = DAYS[2].isoformat()
    assert [anna.wrote(mood=2, started_at=at)["themes"][0]["direction"] for _ in range(2)] == ["unknown", "unknown"]


def test_a_change_is_weighed_again_without_counting_itself(anna: Any) -> None:
    for day in DAYS[:3]:
        anna.wrote(mood=8, started_at=day.isoformat())
    entry = anna.wrote(mood=8, started_at=DAYS[4].isoformat())
    assert entry["themes"] == [{"theme": "mood", "direction": "same"}]
    assert anna.change(entry, mood=1).json["themes"] == [{"theme": "mood", "direction": "worse"}]


def test_an_entry_that_is_moved_to_a_later_day_is_not_compared_with_itself(anna: Any) -> None:
    for day in DAYS[:2]:
        anna.wrote(mood=8, started_at=day.isoformat())
    entry = anna.wrote(mood=2, started_at=DAYS[3].isoformat())
    moved = anna.change(entry, started_at=DAYS[5].isoformat()).json
    assert moved["themes"] == [{"theme": "mood", "direction": "unknown"}]


def test_words_of_despair_bring_the_card_in_ones_own_language_and_block_nothing(anna: Any) -> None:
    dutch = anna.write(language="nl", note="Ik wil niet meer leven.").json
    english = anna.write(language="en", activities=[{"name": "I want to kill myself"}]).json
    assert dutch["safety"] == english["safety"] == dutch["card"]["level"] == "crisis"
    assert "113" in str(dutch["card"]["ways"])
    assert dutch["card"]["title"] != english["card"]["title"]
    assert anna.read(dutch).json["card"]["level"] == "crisis"
    assert len(anna.list()["items"]) == 2


def test_a_change_takes_the_card_away_with_the_words(anna: Any) -> None:
    entry = anna.wrote(note="Ik wil niet meer leven.", mood=1)
    changed = anna.change(entry, note=None).json
    assert (changed["safety"], changed["card"]) == ("none", None)


def test_a_database_that_is_away_is_a_503_with_retry_after(anna: Any, gateway, settings) -> None:
    from selfcare.bootstrap import create_app

    away = settings.model_copy(update={"mongo_url": "mongodb://127.0.0.1:9"})
    client = create_app(away, keys=gateway).test_client()
    headers = gateway.headers(anna.id, "selfcare", scope="diary", consents=["diary"])
    try:
        answer = client.post("/selfcare/v1/diary", json={"mood": 3}, headers=headers)
        problem(answer, 503, "unavailable")
        assert answer.headers["Retry-After"]
        assert client.get("/healthz").status_code == 200
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json["broken"]) == (503, ["database"])
    finally:
        from pijnstad_kit.store import connect

        connect(settings)
