"""The API of content as its clients see it: the library for everybody, suggestions for their owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from content.bootstrap import create_app
from content.config import Settings
from content.domain.facets import Rating
from content.handlers import handles
from content.ports import Ports
from content.usecases.indexing import rebuild_index
from content.usecases.loading import load_items
from pijnstad_contracts.content import SuggestionRated
from pijnstad_contracts.envelope import Event, decode
from pijnstad_contracts.identity import AccountRegistered, ConsentGiven
from pijnstad_contracts.registry import event_types
from pijnstad_contracts.selfcare import DiaryEntryRecorded
from pijnstad_kit.ids import new_id
from pijnstad_kit.testing import Gateway

DUTCH = {"Accept-Language": "nl"}


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def client(library: Ports, settings: Settings, gateway: Gateway) -> Any:
    rebuild_index(library, lambda _: None)
    app = create_app(settings, keys=gateway)
    app.extensions["ports"] = library
    return app.test_client()


@pytest.fixture
def anna() -> str:
    return new_id()


@pytest.fixture
def mine(gateway: Gateway, anna: str) -> dict[str, str]:
    return gateway.headers(anna, "content", scope="content", consents=["suggestions"]) | DUTCH


@pytest.fixture
def suggest(library: Ports) -> Callable[..., str]:
    """Let a member write of a bad night, and return the id of the suggestion."""
    known: set[str] = set()

    def suggest(member: str) -> str:
        at = library.now()
        if member not in known:
            known.add(member)
            account = [
                AccountRegistered(account_id=member, audience="person_in_pain"),
                ConsentGiven(purpose="suggestions", text_version="1"),
            ]
            for place, data in enumerate(account, start=1):
                event = Event(new_id(), data.source, data.type, member, at, place, 1, data, member=member)
                handles.react("members", [event], library)
        entry = new_id()
        data = DiaryEntryRecorded(entry_id=entry, occurred_at=at, themes=[{"theme": "sleep", "direction": "worse"}])
        handles.react(
            "suggestions", [Event(new_id(), data.source, data.type, entry, at, 1, 1, data, member=member)], library
        )
        return next(one.id for one in library.moments.newest(member, 100) if one.entry_id == entry)

    return suggest


def test_everybody_may_list_the_library(client: Any) -> None:
    answer = client.get("/content/v1/items", headers=DUTCH)
    assert answer.status_code == 200
    assert answer.json["items"][0]["slug"] == "adem"
    assert answer.json["items"][0]["language"] == "nl"
    assert (answer.json["next"], answer.json["notice"]) == (None, None)
    assert answer.headers["Cache-Control"] == "public, max-age=30"


def test_a_card_holds_what_a_list_shows_and_nothing_else(client: Any) -> None:
    card = client.get("/content/v1/items", headers=DUTCH).json["items"][0]
    assert set(card) == {
        "slug", "title", "summary", "kind", "dimensions", "audiences", "minutes", "language", "reading_level",
        "provenance", "validated_by", "updated_at",
    }  # fmt: skip


def test_pages_of_a_list_and_of_a_search_follow_each_other(client: Any) -> None:
    for query, number in (("", 7), ("kort", 7)):
        seen, cursor = [], ""
        while cursor is not None:
            url = f"/content/v1/items?limit=2&q={query}" + (f"&cursor={cursor}" if cursor else "")
            page = client.get(url, headers=DUTCH).json
            seen += [card["slug"] for card in page["items"]]
            cursor = page["next"]
        assert len(seen) == len(set(seen)) == number


def test_words_are_searched_in_the_language_asked(client: Any) -> None:
    found = client.get("/content/v1/items?q=vermoeidheid", headers=DUTCH).json
    assert [card["slug"] for card in found["items"]] == ["vermoeid"]
    assert found["total"] == 1
    assert client.get("/content/v1/items?q=about+adem&language=en").json["items"][0]["title"] == "About adem"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "dimension=money",
        "language=de",
        "audience[$ne]=x",
        "unknown=1",
        "kind=%7B%22%24ne%22%3Anull%7D",
    ],
)
def test_what_does_not_fit_is_refused_with_a_pointer(client: Any, query: str) -> None:
    answer = client.get(f"/content/v1/items?{query}")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.json["errors"][0]["pointer"].startswith("/")


@pytest.mark.parametrize("cursor", ["x", "W10", "WzFd", "WyJhIl0", "WzEsMl0", "Wzk5OTk5XQ", "W3RydWVd"])
def test_a_strange_cursor_is_a_bad_request(client: Any, cursor: str) -> None:
    answer = client.get(f"/content/v1/items?cursor={cursor}")
    assert answer.status_code == 400


def test_an_item_is_whole_with_its_sources_and_how_it_was_checked(client: Any) -> None:
    item = client.get("/content/v1/items/slapen", headers=DUTCH).json
    assert item["body_html"] == "<p>Een <strong>korte</strong> tekst.</p>"
    assert item["in_one_minute"] == ["Een.", "Twee.", "Drie."]
    assert item["sources"] == [
        {
            "title": "Zorgstandaard Chronische Pijn",
            "publisher": "Dutch Pain Society",
            "year": 2017,
            "section": "2.4.2",
            "address": None,
            "language": "nl",
            "read_on": None,
        }
    ]
    assert "nog niet nagekeken" in item["source_line"]
    assert (item["provenance"], item["languages"]) == ("sourced", ["nl", "en"])


def test_an_item_is_read_in_the_language_asked_and_cached_by_it(client: Any) -> None:
    dutch = client.get("/content/v1/items/slapen", headers=DUTCH)
    english = client.get("/content/v1/items/slapen?language=en", headers=DUTCH)
    assert (dutch.json["title"], english.json["title"]) == ("Over slapen", "About slapen")
    assert dutch.headers["ETag"] != english.headers["ETag"]
    again = client.get("/content/v1/items/slapen", headers=DUTCH | {"If-None-Match": dutch.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Accept-Language" in dutch.headers["Vary"]


def test_a_revised_item_has_another_etag(client: Any, library: Ports, make_item: Any) -> None:
    before = client.get("/content/v1/items/slapen").headers["ETag"]
    load_items([make_item("slapen", minutes=9)], library)
    assert client.get("/content/v1/items/slapen").headers["ETag"] != before


@pytest.mark.parametrize("slug", ["nergens", "a" * 80])
def test_an_unknown_item_is_404(client: Any, slug: str) -> None:
    answer = client.get(f"/content/v1/items/{slug}", headers=DUTCH)
    assert (answer.status_code, answer.json["title"]) == (404, "Dit is hier niet")


def test_with_search_away_the_list_comes_with_a_notice(client: Any, library: Ports, tmp_path: Any) -> None:
    (tmp_path / "search" / "current").unlink()
    dutch = client.get("/content/v1/items?q=slapen", headers=DUTCH)
    assert "Zoeken lukt nu even niet" in dutch.json["notice"]
    assert dutch.headers["Cache-Control"] == "no-store"
    assert "not available" in client.get("/content/v1/items?q=sleep&language=en").json["notice"]


def test_suggestions_need_a_token_with_the_scope(client: Any, gateway: Gateway, anna: str) -> None:
    assert client.get("/content/v1/suggestions").status_code == 401
    other = gateway.headers(anna, "content", scope="diary", consents=["suggestions"])
    assert client.get("/content/v1/suggestions", headers=other).status_code == 403
    wrong = gateway.headers(anna, "selfcare", scope="content", consents=["suggestions"])
    assert client.get("/content/v1/suggestions", headers=wrong).status_code == 401


def test_my_suggestions_come_with_reason_and_source_and_are_not_cached(
    client: Any, mine: Any, anna: str, suggest: Any
) -> None:
    id = suggest(anna)
    answer = client.get("/content/v1/suggestions", headers=mine)
    (shown,) = answer.json["items"]
    assert shown["id"] == id
    assert shown["href"] == f"/content/v1/suggestions/{id}"
    assert shown["reason"] == {"code": "sleep_worse", "text": "Je schreef over een slechte nacht."}
    assert shown["source_line"].startswith("Gebaseerd op: Zorgstandaard Chronische Pijn")
    assert shown["item"]["slug"] in ("slapen", "rust-in-de-avond")
    assert (shown["rating"], answer.json["consent"], answer.json["next"]) == (None, True, None)
    assert answer.headers["Cache-Control"] == "no-store"
    one = client.get(shown["href"], headers=mine)
    assert one.json == shown


def test_suggestions_come_newest_first_page_by_page(
    client: Any, mine: Any, anna: str, suggest: Any, clock: Any
) -> None:
    first = suggest(anna)
    clock.move(minutes=1)
    second = suggest(anna)
    page = client.get("/content/v1/suggestions?limit=1", headers=mine).json
    assert [one["id"] for one in page["items"]] == [second]
    rest = client.get(f"/content/v1/suggestions?limit=1&cursor={page['next']}", headers=mine).json
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([first], None)


def test_somebody_elses_suggestion_is_not_there(client: Any, mine: Any, suggest: Any) -> None:
    id = suggest(new_id())
    nowhere = client.get(f"/content/v1/suggestions/{new_id()}", headers=mine)
    for answer in (
        client.get(f"/content/v1/suggestions/{id}", headers=mine),
        client.put(f"/content/v1/suggestions/{id}/rating", json={"rating": "helps"}, headers=mine),
    ):
        assert answer.status_code == 404
        assert {**answer.json, "instance": 0, "request_id": 0} == {**nowhere.json, "instance": 0, "request_id": 0}
    assert client.get("/content/v1/suggestions", headers=mine).json["items"] == []


def test_without_consent_in_the_token_there_is_nothing(client: Any, gateway: Gateway, anna: str, suggest: Any) -> None:
    id = suggest(anna)
    withdrawn = gateway.headers(anna, "content", scope="content")
    page = client.get("/content/v1/suggestions", headers=withdrawn).json
    assert page == {"items": [], "next": None, "consent": False}
    assert client.get(f"/content/v1/suggestions/{id}", headers=withdrawn).status_code == 404


def rate(client: Any, id: str, rating: Any, headers: Any) -> Any:
    return client.put(f"/content/v1/suggestions/{id}/rating", json={"rating": rating}, headers=headers)


def rated_events(ports: Ports, id: str) -> list[Event[Any]]:
    found = ports.moments.aggregates.collection.find_one({"_id": id})
    assert found is not None
    return [
        event
        for one in found["outbox"]
        if isinstance((event := decode(bytes(one["body"]), event_types())).data, SuggestionRated)
    ]


def test_a_rating_is_kept_with_its_event_and_can_be_changed(
    client: Any, mine: Any, anna: str, suggest: Any, library: Ports
) -> None:
    id = suggest(anna)
    assert rate(client, id, "helps", mine).json["rating"] == "helps"
    assert rate(client, id, "helps", mine).status_code == 200
    assert rate(client, id, "not_for_me", mine).json["rating"] == "not_for_me"
    events = rated_events(library, id)
    assert [(event.data.rating, event.sequence) for event in events] == [("helps", 2), ("not_for_me", 3)]
    assert {event.member for event in events} == {anna}
    assert {event.notify for event in events} == {None}


@pytest.mark.parametrize("rating", ["great", None, 1, {"$ne": None}, ["helps"]])
def test_a_strange_rating_is_refused(client: Any, mine: Any, anna: str, suggest: Any, rating: Any) -> None:
    answer = rate(client, suggest(anna), rating, mine)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/rating")


@pytest.mark.parametrize("body", [{}, {"rating": "helps", "member": "x"}])
def test_a_rating_holds_a_rating_and_nothing_else(client: Any, mine: Any, anna: str, suggest: Any, body: Any) -> None:
    answer = client.put(f"/content/v1/suggestions/{suggest(anna)}/rating", json=body, headers=mine)
    assert answer.status_code == 422


def test_ratings_are_counted_once_however_often_their_events_come(
    client: Any, gateway: Gateway, suggest: Any, library: Ports, make_item: Any
) -> None:
    load_items([make_item("slapen", themes=("sleep",))], library)
    ratings: list[Rating] = ["helps", "helps", "less_of_this"]
    events = []
    for rating in ratings:
        member = new_id()
        headers = gateway.headers(member, "content", scope="content", consents=["suggestions"])
        id = suggest(member)
        rate(client, id, "not_for_me", headers)
        rate(client, id, rating, headers)
        events += rated_events(library, id)
    handles.react("ratings", events, library)
    handles.react("ratings", events[::-1], library)
    helped = library.helped.counts()[("slapen", "sleep")]
    assert (helped.yes, helped.no) == (2, 1)
