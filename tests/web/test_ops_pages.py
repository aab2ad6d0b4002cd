"""The pages of the person on duty: there for the role alone; letters are chosen, sent back, and dropped with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from fake_visitor import Visitor


@pytest.fixture
def olga(served: Any, city: Any) -> Visitor:
    """Olga, on duty, with five letters in content."""
    city.ops = True
    city.letters = [
        {
            "id": f"letter-{number}", "queue": "content.suggestions", "type": "a.b", "attempts": 6, "size": 400,
            "error": "KeyError" if number < 3 else "ValueError", "reason": "rejected", "died_at": "2026-11-24T03:15:00Z",
        }
        for number in range(5)
    ]  # fmt: skip
    visitor = Visitor(served.url)
    visitor.sign_in()
    return visitor


def form(olga: Visitor, **given: Any) -> dict[str, Any]:
    return {"csrf": olga.get("/ops/content").hidden("csrf"), "which": "chosen", "act": "redrive", **given}


@pytest.mark.parametrize("path", ["/ops", "/ops/content", "/ops/nergens"])
def test_for_everybody_else_the_page_is_not_there(anna: Visitor, path: str) -> None:
    assert anna.get(path).status == 404
    assert anna.post("/ops/content", {"which": "fitting", "act": "redrive"}).status in (403, 404)


def test_what_waits_is_shown_by_service_and_who_is_away_is_named(olga: Visitor, city: Any) -> None:
    city.away.add("/decision/")
    page = olga.get("/ops").text
    assert "Bekijk 5" in page
    assert "content.members 3" in page
    assert page.count("niemand leest") == 1
    assert page.count("geeft geen antwoord") == 1


def test_letters_are_listed_and_filtered(olga: Visitor) -> None:
    page = olga.get("/ops/content").text
    assert page.count('name="id"') == 5
    assert "24 november 2026 04:15" in page  # the city's time
    assert olga.get("/ops/content?error=ValueError").text.count('name="id"') == 2
    assert "past" in olga.get("/ops/content?error=Nothing").text


def test_ticked_ones_are_sent_back(olga: Visitor, city: Any) -> None:
    after = olga.post("/ops/content", form(olga, id=["letter-0", "letter-2"]))
    assert "2 teruggestuurd" in after.text
    assert city.acts == [("redrive", {"ids": ["letter-0", "letter-2"]})]
    assert [one["id"] for one in city.letters] == ["letter-1", "letter-3", "letter-4"]


def test_all_that_fit_are_dropped_with_a_reason_and_the_filter_stays(olga: Visitor, city: Any) -> None:
    given = {"which": "fitting", "act": "drop", "error": "ValueError", "uren": "2", "reason": "sent by a test"}
    after = olga.post("/ops/content", form(olga, **given))
    assert "2 weggegooid" in after.text
    expected = {"error": "ValueError", "older_than": 7200, "all": True, "reason": "sent by a test"}
    assert city.acts == [("drop", expected)]
    assert 'value="ValueError"' in after.text


@pytest.mark.parametrize(
    ("given", "words"),
    [({}, "Kruis er eerst een aan"), ({"act": "drop", "id": "letter-1", "reason": " "}, "Schrijf eerst waarom")],
)
def test_nothing_happens_without_a_choice_or_a_reason(olga: Visitor, city: Any, given: Any, words: str) -> None:
    page = olga.post("/ops/content", form(olga, **given))
    assert (page.status, words in page.text, city.acts) == (422, True, [])


def test_a_form_from_elsewhere_does_nothing(olga: Visitor, city: Any) -> None:
    assert olga.post("/ops/content", form(olga, csrf="x", which="fitting")).status == 403
    assert city.acts == []


def test_what_is_typed_in_the_address_is_never_code_nor_an_error(olga: Visitor) -> None:
    odd = "/ops/content?error=%3Cscript%3Ex%3C/script%3E&uren=abc&klaar=-1&geweigerd=x&wat=%22"
    page = olga.get(odd)
    assert page.status == 200
    assert "<script>x" not in page.text
