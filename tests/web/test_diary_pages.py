"""The diary by forms alone: two taps, consent first, and never a lost word."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from fake_visitor import DIARY, Answer, Visitor


def only(city: Any) -> dict[str, Any]:
    (entry,) = city.entries.values()
    return entry


def test_a_number_and_save_are_enough(anna: Visitor, city: Any) -> None:
    page = anna.write(pain="6")
    assert "Dank je. Het staat erin." in page.text
    assert only(city)["pain"] == [{"area": None, "intensity": 6, "qualities": []}]


def test_a_visitor_is_invited_and_not_asked_for_anything(visitor: Visitor, city: Any) -> None:
    page = visitor.get(DIARY)
    assert "Log in of maak een account" in page.text
    assert visitor.cookie() is None
    assert city.requests == []


def test_consent_is_asked_at_first_use_and_nothing_is_ticked_for_anybody(visitor: Visitor) -> None:
    page = visitor.sign_in(DIARY)
    assert urlsplit(page.url).path == f"{DIARY}/toestemming"
    assert " checked" not in page.text


def test_a_consent_without_an_answer_is_asked_again(visitor: Visitor, city: Any) -> None:
    page = visitor.sign_in(DIARY)
    answer = visitor.post(f"{DIARY}/toestemming", {"csrf": page.hidden("csrf"), "diary": "yes"})
    assert answer.status == 422
    assert "Kies ja of nee bij elke vraag." in answer.text
    assert city.consents == {"diary": None, "suggestions": None}


def test_a_no_is_kept_and_answered_kindly(visitor: Visitor, city: Any) -> None:
    page = visitor.sign_in(DIARY)
    versions = {f"{purpose}_version": page.hidden(f"{purpose}_version") for purpose in ("diary", "suggestions")}
    answer = visitor.post(
        f"{DIARY}/toestemming", {"csrf": page.hidden("csrf"), "diary": "no", "suggestions": "no", **versions}
    )
    assert city.consents == {"diary": False, "suggestions": False}
    assert "Dan houden we geen dagboek voor je bij." in answer.text


def test_a_text_that_changed_meanwhile_is_shown_again(visitor: Visitor, city: Any) -> None:
    page = visitor.sign_in(DIARY)
    old = {"diary_version": "2020-01", "suggestions_version": "2020-01"}
    answer = visitor.post(
        f"{DIARY}/toestemming", {"csrf": page.hidden("csrf"), "diary": "yes", "suggestions": "no", **old}
    )
    assert answer.status == 409
    assert city.consents["diary"] is None


def test_sending_the_same_form_twice_writes_one_entry(anna: Visitor, city: Any) -> None:
    page = anna.get(DIARY)
    form = {"csrf": page.hidden("csrf"), "form_id": page.hidden("form_id"), "pain": "4"}
    assert anna.post(DIARY, form).url == anna.post(DIARY, form).url
    assert len(city.entries) == 1


def still_there(page: Answer) -> None:
    assert "vier uur opgestaan &amp; moe" in page.text
    assert 'name="pain" value="7" checked' in page.text
    assert 'value="neck" checked' in page.text


TYPED = {"pain": "7", "area": "neck", "note": "vier uur opgestaan & moe"}


def test_nothing_typed_is_lost_when_the_api_is_away(anna: Visitor, city: Any) -> None:
    city.away = {"/selfcare/"}
    page = anna.write(**TYPED)
    assert page.status == 503
    assert "Er is niets kwijt" in page.text
    still_there(page)
    city.away = set()
    again = anna.post(DIARY, {"csrf": page.hidden("csrf"), "form_id": page.hidden("form_id"), **TYPED})
    assert "Dank je" in again.text
    assert only(city)["note"] == TYPED["note"]


def test_nothing_typed_is_lost_when_the_session_ended(anna: Visitor, city: Any) -> None:
    page = anna.get(DIARY)
    anna.cookies.clear()
    lost = anna.post(DIARY, {"csrf": page.hidden("csrf"), "form_id": page.hidden("form_id"), **TYPED})
    assert lost.status == 401
    still_there(lost)
    resumed = anna.post(f"{DIARY}/concept", {"csrf": lost.hidden("csrf"), "form_id": lost.hidden("form_id"), **TYPED})
    assert urlsplit(resumed.url).path == DIARY
    still_there(resumed)
    saved = anna.post(DIARY, {"csrf": resumed.hidden("csrf"), "form_id": resumed.hidden("form_id"), **TYPED})
    assert "Dank je" in saved.text
    assert only(city)["note"] == TYPED["note"]
    assert "vier uur" not in anna.get(DIARY).text


def test_nothing_typed_is_lost_when_identity_refuses_to_renew(anna: Visitor, city: Any) -> None:
    page = anna.get(DIARY)
    city.forget_tokens()
    city.refresh_tokens.clear()
    lost = anna.post(DIARY, {"csrf": page.hidden("csrf"), "form_id": page.hidden("form_id"), **TYPED})
    assert lost.status == 401
    still_there(lost)


def test_nothing_typed_is_lost_when_the_form_was_too_old(anna: Visitor, city: Any) -> None:
    page = anna.post(DIARY, {"csrf": "old", **TYPED})
    assert page.status == 403
    still_there(page)
    assert city.entries == {}


def test_nothing_typed_is_lost_when_consent_was_withdrawn_elsewhere(anna: Visitor, city: Any) -> None:
    page = anna.get(DIARY)
    city.consents["diary"] = False
    asked = anna.post(DIARY, {"csrf": page.hidden("csrf"), "form_id": page.hidden("form_id"), **TYPED})
    assert urlsplit(asked.url).path == f"{DIARY}/toestemming"
    anna.agree()
    still_there(anna.get(DIARY))


def test_an_empty_form_says_what_to_do(anna: Visitor, city: Any) -> None:
    page = anna.write()
    assert page.status == 422
    assert "Kies een getal, of vul iets anders in." in page.text
    assert city.entries == {}


def test_wrong_hours_are_named_at_their_field_with_everything_else_in_place(anna: Visitor) -> None:
    page = anna.write(sleep_hours="30", **TYPED)
    assert page.status == 422
    assert 'aria-invalid="true"' in page.text
    still_there(page)


def test_words_of_despair_lead_to_people_and_to_no_tip(anna: Visitor) -> None:
    page = anna.write(note="Ik wil niet meer leven")
    assert 'href="tel:' in page.text
    assert "113" in page.text
    assert "Kijk of er iets voor je is" not in page.text
    assert "<script" not in page.text


def test_without_javascript_a_link_shows_the_suggestion(anna: Visitor, city: Any) -> None:
    city.suggesting = False
    page = anna.write(pain="6")
    entry_id = only(city)["id"]
    assert f'href="{urlsplit(page.url).path}?gekeken=ja"' in page.text
    assert "Er is nu geen tip." in anna.get(f"{urlsplit(page.url).path}?gekeken=ja").text
    city.suggest(entry_id)
    found = anna.get(f"{urlsplit(page.url).path}?gekeken=ja").text
    for words in (
        "Beter slapen met pijn",
        "Je schreef dat je drie nachten slecht sliep.",
        "3 min lezen",
        "NHG-Standaard",
    ):
        assert words in found
    assert "Op basis van een bron, nog niet nagekeken" in found


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("enough_today", "al drie tips"), ("resting", "rusten"), ("nothing_fits", "geen tip die past")],
)
def test_why_there_is_no_tip_is_said(anna: Visitor, city: Any, outcome: str, words: str) -> None:
    city.suggesting = False
    page = anna.write(pain="6")
    city.outcomes[only(city)["id"]] = outcome
    assert words in anna.get(urlsplit(page.url).path).text


@pytest.mark.parametrize("rating", ["helps", "less_of_this", "not_for_me"])
def test_a_suggestion_is_rated_with_a_button_of_words(anna: Visitor, city: Any, rating: str) -> None:
    city.suggesting = False
    page = anna.write(pain="6")
    made = city.suggest(only(city)["id"])
    form = {"csrf": anna.get("/").hidden("csrf"), "rating": rating, "back": urlsplit(page.url).path}
    answer = anna.post(f"/informatiecentrum/tips/{made}", form)
    assert city.suggestions[made]["rating"] == rating
    assert "Je zei:" in answer.text


def test_a_rating_nobody_offers_is_refused(anna: Visitor, city: Any) -> None:
    made = city.suggest("entry")
    answer = anna.post(f"/informatiecentrum/tips/{made}", {"csrf": anna.get("/").hidden("csrf"), "rating": "great"})
    assert answer.status == 400
    assert city.suggestions[made]["rating"] is None


def test_a_light_burns_where_something_waits_and_words_say_so(anna: Visitor, city: Any) -> None:
    assert "Hier brandt licht" not in anna.get("/").text
    city.suggest("entry")
    home = anna.get("/").text
    assert "Hier brandt licht" in home
    assert 'class="g lit"' in home


def test_the_ticket_for_notices_needs_the_form_token(anna: Visitor) -> None:
    assert anna.post(f"{DIARY}/kaartje", {}).status == 403
    token = anna.get(DIARY).hidden("csrf")
    answer = anna.post(f"{DIARY}/kaartje", {}, X_CSRF_Token=token)
    assert answer.status == 201
    assert "ticket" in answer.text


def test_an_entry_is_changed_in_the_same_form(anna: Visitor, city: Any) -> None:
    anna.write(pain="6", note="eerst")
    entry = only(city)
    page = anna.get(f"{DIARY}/dagen/{entry['id']}")
    assert 'value="6" checked' in page.text
    form = {
        "csrf": page.hidden("csrf"),
        "version": page.hidden("version").replace("&#34;", '"'),
        "pain": "3",
        "note": "later",
    }
    assert "Het is veranderd" in anna.post(f"{DIARY}/dagen/{entry['id']}", form).text
    assert (entry["note"], entry["pain"][0]["intensity"]) == ("later", 3)


def test_of_two_changes_at_once_the_second_is_asked_and_keeps_its_words(anna: Visitor, city: Any) -> None:
    anna.write(note="eerst")
    entry = only(city)
    page = anna.get(f"{DIARY}/dagen/{entry['id']}")
    entry.update(version=2, note="van de telefoon")
    form = {"csrf": page.hidden("csrf"), "version": '"1"', "note": "van de computer"}
    answer = anna.post(f"{DIARY}/dagen/{entry['id']}", form)
    assert answer.status == 412
    assert "van de computer" in answer.text
    assert entry["note"] == "van de telefoon"
    again = form | {"version": answer.hidden("version").replace("&#34;", '"'), "csrf": answer.hidden("csrf")}
    anna.post(f"{DIARY}/dagen/{entry['id']}", again)
    assert entry["note"] == "van de computer"


def test_an_entry_is_taken_away_after_one_question(anna: Visitor, city: Any) -> None:
    anna.write(pain="6")
    entry = only(city)
    ask = anna.get(f"{DIARY}/dagen/{entry['id']}/weg")
    assert city.entries
    form = {"csrf": ask.hidden("csrf"), "version": ask.hidden("version").replace("&#34;", '"')}
    assert "Het is weggehaald." in anna.post(f"{DIARY}/dagen/{entry['id']}/weg", form).text
    assert city.entries == {}


def test_my_days_are_listed_page_by_page(anna: Visitor) -> None:
    for number in range(11):
        anna.write(pain=str(number), note=f"regel {number}")
    for number in range(11):
        anna.write(mood=str(number))
    first = anna.get(f"{DIARY}/dagen")
    assert "Ouder" in first.text
    second = anna.get(f"{DIARY}/dagen?vanaf=20")
    assert "regel 0" in second.text
    assert "Naar het nieuwste" in second.text
