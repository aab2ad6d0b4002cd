"""In a real browser: axe finds nothing, fingers and eyes have room, nothing scrolls sideways, two taps are enough."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from fake_visitor import DIARY

from pijnstad_kit.testing import wait_for

pytestmark = pytest.mark.browser

OPEN = (
    "/",
    "/stadhuis/over",
    "/keuzewijzer",
    "/pijncommunity",
    "/zelfmanagement",
    DIARY,
    "/hulp-nu",
    "/informatiecentrum",
    "/informatiecentrum?q=zebra",
    "/informatiecentrum/beter-slapen-met-pijn",
    "/nergens",
    "/signed-in",
)
SIZES = {"narrow": (390, 844), "smallest": (320, 640), "wide": (1280, 900)}
# Targets: what can be tapped and is not a link inside a sentence (WCAG 2.5.8 leaves those out; 44 px is our own rule).
TOO_SMALL = """() => {
  const shown = (e) => e.getClientRects().length && getComputedStyle(e).visibility !== "hidden";
  const inSentence = (e) => e.tagName === "A" && e.parentElement.matches("p, li, dd") &&
    e.parentElement.textContent.trim() !== e.textContent.trim();
  const target = (e) => (e.matches("input[type=radio], input[type=checkbox]") ? e.closest("label") : e);
  const area = (e) => target(e).getBoundingClientRect();
  return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea, summary")]
    .filter((e) => shown(e) && !e.matches(".skip, .place") && !inSentence(e))
    .map((e) => [e.outerHTML.slice(0, 80), Math.round(area(e).width), Math.round(area(e).height)])
    .filter(([, w, h]) => w < 44 || h < 44);
}"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def open_page(browser: Any, served: Any) -> Iterator[Any]:
    """Open a page with wishes; everything is closed at the end."""
    contexts: list[Any] = []

    def open_(path: str = "/", *, size: str = "narrow", **wishes: Any) -> Any:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, **({"locale": "nl-NL"} | wishes))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(served.url + path)
        return page

    yield open_
    for context in contexts:
        context.close()


def agree(page: Any, *, suggestions: str = "yes") -> None:
    """Sign in and answer both consents."""
    page.goto(re.sub(r"^(https?://[^/]+).*", rf"\1/inloggen?verder={DIARY}", page.url))
    page.check("input[name=diary][value=yes]")
    page.check(f"input[name=suggestions][value={suggestions}]")
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{DIARY}")


def problems(page: Any) -> list[str]:
    """Return what axe finds, in one line each."""
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    return [
        f"{page.url}: {one['id']} {[node['target'] for node in one['nodes']][:3]}"
        for one in found.response["violations"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["nl-NL", "en-GB"])
def test_axe_finds_nothing_on_pages_for_everybody(open_page: Any, served: Any, scheme: str, locale: str) -> None:
    page = open_page(color_scheme=scheme, locale=locale)
    found = []
    for path in OPEN:
        page.goto(served.url + path)
        found += problems(page)
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["narrow", "wide"])
def test_axe_finds_nothing_on_the_way_of_a_diary(
    open_page: Any, served: Any, city: Any, scheme: str, size: str
) -> None:
    page, found = open_page(color_scheme=scheme, size=size), []
    page.goto(f"{served.url}/inloggen?verder={DIARY}")
    found += problems(page)  # consents
    agree(page)
    for summary in page.locator("summary").all():
        summary.click()
    found += problems(page)  # the form, all of it
    page.fill("#note", "Weer een slechte nacht")
    page.fill("#sleep_hours", "30")
    page.click("main button[type=submit] >> nth=0")
    page.wait_for_selector("#error")
    found += problems(page)
    page.fill("#sleep_hours", "5")
    page.click("main button[type=submit] >> nth=0")
    page.wait_for_selector(".suggestion")
    found += problems(page)
    page.click("text=Minder hiervan")
    found += problems(page)
    entry_id = next(iter(city.entries))
    for path in (
        f"{DIARY}/dagen",
        f"{DIARY}/dagen/{entry_id}",
        f"{DIARY}/dagen/{entry_id}/weg",
        f"{DIARY}/toestemming",
    ):
        page.goto(served.url + path)
        found += problems(page)
    page.goto(f"{served.url}/informatiecentrum/tips")
    found += problems(page)
    page.goto(served.url + DIARY)
    page.click("summary >> nth=-1")
    page.fill("#note", "Ik wil niet meer leven")
    page.click("main button[type=submit] >> nth=0")
    page.wait_for_selector(".crisis")
    found += problems(page)
    assert found == []


@pytest.mark.parametrize("size", list(SIZES))
def test_nothing_scrolls_sideways_and_fingers_have_room(open_page: Any, served: Any, size: str) -> None:
    page = open_page(size=size)
    for path in OPEN:
        page.goto(served.url + path)
        assert page.evaluate(SIDEWAYS) <= 0, path
        assert page.evaluate(TOO_SMALL) == [], path
    agree(page)
    for summary in page.locator("summary").all():
        summary.click()
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate(TOO_SMALL) == []


@pytest.mark.parametrize("size", ["smallest", "narrow", "wide"])
def test_twice_as_large_text_still_fits(open_page: Any, served: Any, size: str) -> None:
    page = open_page(size=size, bypass_csp=True)
    for path in (*OPEN, f"{DIARY}/form"):
        if path.endswith("/form"):
            agree(page)
        else:
            page.goto(served.url + path)
        page.add_style_tag(content="html { font-size: 200% }")
        assert page.evaluate(SIDEWAYS) <= 0, path


def test_ten_is_never_alone_on_a_line(open_page: Any) -> None:
    page = open_page()
    agree(page)
    tops = [box["y"] for box in (label.bounding_box() for label in page.locator(".scale >> nth=0 >> label").all())]
    assert [tops.count(top) for top in sorted(set(tops))] == [6, 5]


def test_buildings_are_large_enough_for_a_finger(open_page: Any) -> None:
    page = open_page()
    for place in page.locator(".place").all():
        box = place.bounding_box()
        assert min(box["width"], box["height"]) >= 44


def test_two_taps_make_an_entry_and_the_suggestion_arrives_by_itself(open_page: Any, city: Any) -> None:
    page = open_page()
    agree(page)
    page.click(".scale label >> nth=7")
    page.click("main button[type=submit] >> nth=0")
    page.wait_for_selector("#waiting .suggestion")
    assert len(city.entries) == 1
    assert ("POST", "/v1/stream/tickets") in city.requests
    assert ("GET", "/v1/stream") in city.requests
    assert page.get_attribute("#waiting", "aria-live") == "polite"
    assert page.locator("#look").count() == 0
    page.click("text=Dit helpt")
    page.wait_for_selector("text=Je zei: dit helpt. Dank je.")
    assert [made["rating"] for made in city.suggestions.values()] == ["helps"]
    page.click(".suggestion h2 a")
    page.wait_for_selector("text=In één minuut")


def test_a_suggestion_made_before_anybody_listens_is_shown_too(open_page: Any, city: Any) -> None:
    page = open_page()
    agree(page)
    city.suggesting = False
    page.click(".scale label >> nth=7")
    with page.expect_request("**/kaartje") as _:
        page.click("main button[type=submit] >> nth=0")
    city.suggest(next(iter(city.entries)))
    page.wait_for_selector("#waiting .suggestion")


def test_without_javascript_everything_works(open_page: Any, city: Any) -> None:
    page = open_page(java_script_enabled=False)
    agree(page)
    page.click("summary >> nth=-1")
    page.fill("#note", "Zonder script")
    page.click(".scale label >> nth=3")
    page.click("main button[type=submit] >> nth=0")
    assert page.locator("text=We kijken of er iets voor je is").is_visible() is False
    entry_id = next(iter(city.entries))
    assert city.entries[entry_id]["note"] == "Zonder script"
    wait_for(lambda: city.suggestions, what="the tip that the fake city makes by itself")
    page.click("text=Kijk of er iets voor je is")
    page.wait_for_selector(".suggestion")
    page.click("text=Niet voor mij")
    page.wait_for_selector("text=Je zei: niet voor mij.")
    page.click("text=Uitloggen")
    page.locator("text=Inloggen").first.wait_for()


def test_the_keyboard_alone_writes_an_entry_with_the_focus_in_sight(open_page: Any, city: Any) -> None:
    page = open_page(size="wide")
    agree(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus(".scale input >> nth=0")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    assert page.evaluate("getComputedStyle(document.activeElement).boxShadow").count("px") >= 12
    page.keyboard.press("Enter")
    page.wait_for_url("**/bewaard/**")
    assert [entry["pain"][0]["intensity"] for entry in city.entries.values()] == [1]


def test_nothing_moves_for_who_asks_for_that(open_page: Any) -> None:
    page = open_page(reduced_motion="reduce")
    seconds = "[...document.querySelectorAll('*')].map((e) => parseFloat(getComputedStyle(e).transitionDuration))"
    assert set(page.evaluate(seconds)) == {0}
    assert open_page().evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_browser_reports_nothing_on_its_console(open_page: Any, served: Any, scheme: str) -> None:
    page, said = open_page(color_scheme=scheme), []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in OPEN[:-2]:
        page.goto(served.url + path, wait_until="networkidle")
    agree(page)
    page.click(".scale label >> nth=7")
    page.click("main button[type=submit] >> nth=0")
    page.wait_for_selector("#waiting .suggestion")
    assert said == []


@pytest.mark.parametrize("size", ["narrow", "wide"])
def test_axe_finds_nothing_on_the_pages_of_the_person_on_duty(
    open_page: Any, served: Any, city: Any, size: str
) -> None:
    city.ops = True
    letter = {"queue": "content.suggestions", "type": "nl.pijnstad.selfcare.diary_entry.recorded.v1", "attempts": 6}
    letter |= {"size": 400, "error": "KeyError", "reason": "rejected", "died_at": "2026-11-24T03:15:00Z"}
    city.letters = [{**letter, "id": f"01a20d39-a1ff-7955-9fa3-e2ebcbcf1b6{number}"} for number in range(3)]
    page = open_page("/inloggen?verder=/ops", size=size)
    found = problems(page)
    page.click("main table a")
    page.wait_for_url("**/ops/content")
    assert found + problems(page) == []
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate(SIDEWAYS) == 0
