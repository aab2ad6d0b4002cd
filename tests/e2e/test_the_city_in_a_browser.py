"""The whole city as a person meets it: in a real browser, with and without JavaScript, in Dutch and in English, by day and
by night, with fingers, with a keyboard. With PIJNSTAD_SCREENSHOTS=<folder> every page leaves its pictures there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from browser import DAYS, DIARY, SAVED, Noted, Person, suggestions_held
from outside import Outsider, wait_until
from playwright.sync_api import Browser, Page, expect
from sight import Seen, keep_picture, look
from tour import CRISIS, tour

if TYPE_CHECKING:
    from conftest import City

pytestmark = [pytest.mark.browser, pytest.mark.city, pytest.mark.timeout(300)]  # the round trip takes a minute or two
LIGHT = 150_000  # bytes a page may weigh, fonts aside
FOCUS = """() => {
  const e = document.activeElement, ring = (one) => {
    const s = one && getComputedStyle(one);
    return !!s && ((s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== "none");
  };
  if (!e || e === document.body) return null;
  const box = (e.closest("label") || e).getBoundingClientRect();
  return {what: e.outerHTML.slice(0, 90), name: e.name || e.className || e.tagName, type: e.type || "",
    ring: ring(e) || ring(e.closest("label")),
    onScreen: box.bottom > 0 && box.top < innerHeight && box.width > 0};
}"""
# Buildings where a tap in the middle, or a little above or below it, falls on something else.
BESIDE = """() => [...document.querySelectorAll("a.place")].filter((place) => {
  place.scrollIntoView({block: "center"});
  const box = place.getBoundingClientRect();
  return ![0.4, 0.5, 0.6, 0.7].every((part) => document
    .elementFromPoint(box.left + box.width / 2, box.top + box.height * part)?.closest("a.place") === place);
}).map((place) => place.getAttribute("href"))"""
AddPerson = Callable[..., Person]


@pytest.fixture
def add_person(browser: Browser, city: City) -> Iterator[AddPerson]:
    """Make people with a browser each; whatever the test was about, none of them asked strangers or got complaints."""
    people: list[Person] = []

    def add(language: str = "nl", **wishes: Any) -> Person:
        people.append(Person(browser, city, language, **wishes))
        return people[-1]

    yield add
    for person in people:
        person.context.close()
    assert [(person.noted.strangers, person.noted.complaints) for person in people] == [([], [])] * len(people)


@pytest.fixture(scope="module", params=["nl", "en"])
def round_trip(request: pytest.FixtureRequest, browser: Browser, city: City) -> Iterator[tuple[list[Seen], Noted]]:
    """Go everywhere once in a language and measure each page; the tests below read what was measured."""
    person = Person(browser, city, request.param)
    yield [look(person.page, name) for name in tour(person)], person.noted
    person.context.close()


def test_from_the_town_hall_to_a_suggestion_that_helps(add_person: AddPerson, city: City) -> None:
    anna = add_person()
    page = anna.go("/")
    keep_picture(page, "stadhuis")
    page.locator("a.place[href='/inloggen'] path:not(.sh)").first.click()
    page.click("main >> text=Maak een account")
    anna.fill_in_registration()
    page.click("main >> text=Maak account")
    anna.confirm()
    page.click("main >> text=Ja, dat mag")
    page.wait_for_url(f"{city.url}/")
    page.click("main a.button >> text=Schrijf op hoe het gaat")
    page.wait_for_url(f"**{DIARY}/toestemming")
    assert page.locator("input:checked").count() == 0
    anna.agree()
    page.wait_for_url(f"**{DIARY}")
    _a_suggestion_comes_by_itself(anna)
    keep_picture(page, "suggestion")
    assert "Waarom je dit ziet" in page.inner_text(".suggestion .why")
    assert len(page.inner_text(".suggestion .why")) > len("Waarom je dit ziet. ") + 20
    expect(page.locator(".suggestion")).to_contain_text("Op basis van een bron, nog niet nagekeken")
    assert re.search(r"(Bron|Gebaseerd op|Op basis van)\b.*\w{4}", page.inner_text(".suggestion .hint >> nth=0"))
    page.click(".suggestion >> text=Dit helpt")
    expect(page.locator(".suggestion [role=status]")).to_have_text("Je zei: dit helpt. Dank je.")
    title = page.inner_text(".suggestion h2")
    page.click(".suggestion h2 a")
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("#minute")).to_have_text("In één minuut")
    expect(page.locator(".provenance h3")).to_have_text("Bronnen")


def _a_suggestion_comes_by_itself(anna: Person) -> None:
    page = anna.page
    page.locator(".scale label").nth(7).click()
    with suggestions_held(anna.city) as held:
        if not held:  # a city elsewhere may be quicker than the page that thanks
            anna.save()
            page.wait_for_selector(".suggestion")
            return
        with page.expect_response(lambda answer: "/v1/stream?" in answer.url):
            address = anna.save()
        shown = len(anna.noted.documents)
        page.evaluate("window.stillHere = true")
        assert page.locator(".suggestion").count() == 0
    page.wait_for_selector("#waiting .suggestion")
    assert page.evaluate("window.stillHere") is True
    assert (page.url, len(anna.noted.documents), len(anna.noted.streams)) == (address, shown, 1)
    assert page.get_attribute("#waiting", "aria-live") == "polite"


def test_my_days_are_mine_to_change_to_take_away_and_to_leave(add_person: AddPerson) -> None:
    anna = add_person()
    anna.settle()
    anna.say("De eerste woorden")
    page = anna.go(DAYS)
    page.click(".day-actions >> text=Verander")
    expect(page.locator("#note")).to_have_value("De eerste woorden")
    page.fill("#note", "Andere woorden")
    anna.save()
    expect(page.locator("h1")).to_have_text("Dank je. Het is veranderd.")
    anna.go(DAYS)
    expect(page.locator(".rows li")).to_have_count(1)
    expect(page.locator(".rows")).to_contain_text("Andere woorden")
    anna.sign_out()
    expect(page.locator("header >> text=Inloggen")).to_be_visible()
    page.go_back()
    page.wait_for_load_state()
    assert "woorden" not in page.content()
    anna.go(DAYS)
    anna.sign_in()
    page.click(".day-actions >> text=Haal weg")
    page.click("main >> text=Ja, haal weg")
    expect(page.locator(".rows li")).to_have_count(0)
    expect(page.locator("main [role=status]")).to_have_text("Het is weggehaald.")


def test_every_building_opens_where_a_finger_lands(add_person: AddPerson) -> None:
    page = add_person().go("/")
    assert page.evaluate(BESIDE) == []


def test_everything_goes_without_javascript(add_person: AddPerson, city: City) -> None:
    piet = add_person(java_script_enabled=False)
    page = piet.go("/")
    page.click("nav.town-list a[href='/zelfmanagement']")
    page.click("main a[href='/zelfmanagement/dagboek']")
    page.click("main >> text=Log in of maak een account")
    page.click("main >> text=Maak een account")
    piet.fill_in_registration()
    piet.submit()
    piet.confirm()
    piet.allow()
    page.wait_for_url(f"**{DIARY}/toestemming")
    piet.agree()
    page.wait_for_url(f"**{DIARY}")
    page.click("summary >> text=In je eigen woorden")
    page.fill("#note", "Zonder script")
    page.locator(".scale label").nth(7).click()
    with suggestions_held(city):
        piet.save()
        assert "We kijken of er iets voor je is" not in page.inner_text("main")
    wait_until(lambda: _looked(page), "a suggestion")
    page.click(".suggestion >> text=Niet voor mij")
    expect(page.locator(".suggestion [role=status]")).to_contain_text("Je zei: niet voor mij.")
    page.click(".suggestion h2 a")
    expect(page.locator("#minute")).to_have_text("In één minuut")
    piet.go(DAYS)
    page.click(".day-actions >> text=Verander")
    page.fill("#note", "Ook zonder script veranderd")
    piet.save()
    piet.go(DAYS)
    expect(page.locator(".rows")).to_contain_text("Ook zonder script veranderd")
    page.click(".day-actions >> text=Haal weg")
    page.click("main >> text=Ja, haal weg")
    expect(page.locator(".rows li")).to_have_count(0)
    piet.sign_out()
    page.go_back()
    assert "zonder script" not in page.inner_text("main").lower()


def _looked(page: Page) -> bool:
    if page.locator(".suggestion").count() == 0:
        page.click("#look a")
    return page.locator(".suggestion").count() == 1


def test_the_switch_in_the_header_makes_the_city_english(add_person: AddPerson, browser: Browser, city: City) -> None:
    visitor = add_person("nl")
    page = visitor.go("/stadhuis/over")
    page.click("header >> text=English")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert visitor.path() == "/stadhuis/over"
    for path in ("/", "/informatiecentrum", "/keuzewijzer", "/hulp-nu", "/account/register"):
        visitor.go(path)
        expect(page.locator("html")).to_have_attribute("lang", "en")
    page.click("header >> text=Nederlands")
    expect(page.locator("h1")).to_have_text("Maak een account")
    visitor.go("/")
    expect(page.locator("html")).to_have_attribute("lang", "nl")


def test_words_of_despair_bring_people_and_no_suggestion(add_person: AddPerson, city: City) -> None:
    anna = add_person()
    anna.settle()
    anna.say(CRISIS["nl"])
    page = anna.page
    expect(page.locator(".crisis a[href='tel:113']")).to_be_visible()
    expect(page.locator(".crisis a[href='tel:112']")).to_be_visible()
    entry = page.url.rsplit("/", 1)[1]
    outsider = Outsider(city.url)
    outsider.email, outsider.password = anna.email, anna.password
    outsider.sign_in()
    wait_until(lambda: entry in _handled(outsider), "the entry to be handled")
    page.reload()
    expect(page.locator(".crisis")).to_be_visible()
    assert page.locator(".suggestion, #waiting").count() == 0
    anna.go("/informatiecentrum/tips")
    assert page.locator(".suggestion").count() == 0
    anna.go("/")
    assert page.locator(".waiting").count() == 0


def _handled(outsider: Outsider) -> list[str]:
    return [one["entry_id"] for one in outsider.expect(200, "GET", "/content/v1/moments")["items"]]


def test_what_was_typed_survives_the_end_of_the_session(add_person: AddPerson) -> None:
    anna = add_person()
    anna.settle()
    page = anna.page
    anna.unfold()
    page.locator(".scale label").nth(6).click()
    page.fill("#note", "Dit duurde lang om te schrijven")
    elsewhere = anna.context.new_page()
    elsewhere.goto(anna.city.url)
    elsewhere.click("form[action='/uitloggen'] button")
    expect(elsewhere.locator("header >> text=Inloggen")).to_be_visible()
    anna.submit()
    expect(page.locator("main [role=status]")).to_contain_text("Je was uitgelogd. Wat je schreef staat hier nog.")
    expect(page.locator("#note")).to_have_value("Dit duurde lang om te schrijven")
    page.click("main >> text=Log in en ga verder >> nth=0")
    anna.sign_in()
    page.wait_for_url(f"**{DIARY}")
    expect(page.locator("#note")).to_have_value("Dit duurde lang om te schrijven")
    expect(page.locator("input[name=pain]:checked")).to_have_value("6")
    anna.save()
    anna.go(DAYS)
    expect(page.locator(".rows li")).to_have_count(1)
    expect(page.locator(".rows")).to_contain_text("Dit duurde lang om te schrijven")


def test_the_keyboard_alone_goes_through_the_entry_with_the_focus_in_sight(add_person: AddPerson) -> None:
    anna = add_person()
    anna.settle()
    page = anna.page
    stops = list(_tab_stops(page))
    assert [stop["what"] for stop in stops if not (stop["ring"] and stop["onScreen"])] == []
    assert stops[0]["name"] == "skip"
    order = [stop["name"] for stop in stops]
    assert order.index("pain") < order.index("SUMMARY")
    assert order.count("SUMMARY") == 6
    anna.go(DIARY)
    _tab_until(page, lambda stop: stop["name"] == "pain")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=pain]:checked")).to_have_value("4")
    _tab_until(page, lambda stop: stop["type"] == "submit")
    page.keyboard.press("Enter")
    page.wait_for_url(SAVED)


def _tab_stops(page: Page) -> Iterator[dict[str, Any]]:
    for _ in range(80):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            return
        yield stop
    raise AssertionError("the focus never left the page")


def _tab_until(page: Page, there: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    return next(stop for stop in _tab_stops(page) if there(stop))


def test_axe_finds_nothing_on_any_page_by_day_or_night(round_trip: tuple[list[Seen], Noted]) -> None:
    assert [(seen.name, seen.axe) for seen in round_trip[0] if seen.axe] == []


def test_no_page_scrolls_sideways_on_a_small_phone_or_with_large_text(round_trip: tuple[list[Seen], Noted]) -> None:
    assert [(seen.name, seen.sideways) for seen in round_trip[0] if max(seen.sideways.values()) > 0] == []
    assert {round(seen.grown, 2) for seen in round_trip[0]} == {2.0}


def test_fingers_have_room_on_every_page(round_trip: tuple[list[Seen], Noted]) -> None:
    assert [(seen.name, seen.small) for seen in round_trip[0] if seen.small] == []


def test_every_page_speaks_one_language(round_trip: tuple[list[Seen], Noted]) -> None:
    seen = round_trip[0]
    assert len({one.language for one in seen}) == 1
    assert [(one.name, one.leftovers()) for one in seen if one.leftovers()] == []


def test_no_page_is_heavy(round_trip: tuple[list[Seen], Noted]) -> None:
    assert [(seen.name, seen.weight) for seen in round_trip[0] if seen.weight > LIGHT] == []


def test_every_page_forbids_inline_scripts_and_is_kept_by_nobody(round_trip: tuple[list[Seen], Noted]) -> None:
    documents = [one for one in round_trip[1].documents if not 300 <= one.status < 400]
    assert len(documents) >= len(round_trip[0]) - 4
    for document in documents:
        policy = document.headers.get("content-security-policy", "")
        assert "default-src 'none'" in policy, document.url
        assert "unsafe-" not in policy, document.url


def test_the_whole_tour_asks_nothing_of_strangers_and_nothing_complains(round_trip: tuple[list[Seen], Noted]) -> None:
    assert round_trip[1].strangers == []
    assert round_trip[1].complaints == []
