"""Identity's pages in Chromium with the city's stylesheet: axe, narrow and wide, day and night, and the way of a person.

JavaScript is on for axe only: the pages have none, and their content policy allows none.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from web.assets import Assets

pytestmark = pytest.mark.browser
CALLBACK = "http://127.0.0.1:49999/callback"


@pytest.fixture(scope="module")
def origin(door: Any) -> Iterator[str]:
    """Serve the door's app on a port of its own."""
    server = make_server("127.0.0.1", 0, door.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()


@pytest.fixture(
    params=[(320, "nl", "light"), (390, "en", "dark"), (1280, "nl", "dark"), (1280, "en", "light")], ids=str
)
def page(request: pytest.FixtureRequest, browser: Any) -> Iterator[Page]:
    width, language, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=language, color_scheme=scheme)
    context.route("**/static/**", _from_web)
    context.route(f"{CALLBACK}**", lambda route: route.fulfill(body="back at the app"))
    yield context.new_page()
    context.close()


_assets = Assets()


def _from_web(route: Route) -> None:
    found = _assets.find(urlsplit(route.request.url).path.removeprefix("/static/"))
    if found is None:
        route.fulfill(status=404)
        return
    route.fulfill(body=found[0].body, content_type=found[0].content_type)


def _look(page: Page) -> None:
    """Let axe look at the page, and make sure nothing sticks out sideways and every target is 44 px."""
    found = Axe().run(page).response["violations"]
    assert found == [], [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    small = page.evaluate(
        """[...document.querySelectorAll("button, main .choice, input:not([type=hidden], [type=radio], [type=checkbox])")]
           .filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"""
    )
    assert small == []


def test_a_person_goes_all_the_way_and_axe_sees_nothing_wrong(page: Page, origin: str, door: Any, tools: Any) -> None:
    asked, _ = door.question(redirect_uri=CALLBACK, scope="openid profile diary")
    page.goto(f"{origin}/oauth/authorize?{urlencode(asked)}")
    _look(page)
    page.fill("#email", "iemand@voorbeeld.example")
    page.fill("#password", "niet het goede woord")
    page.click("main button")
    assert page.locator("[role=alert]").count() == 1
    _look(page)

    page.click("main a[href^='/account/register']")
    _look(page)
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.fill("#password", "welkom2026!")
    page.click("main button")
    assert page.title().startswith(("Fout: ", "Error: "))
    page.click("[role=alert] a[href='#name']")
    assert page.evaluate("document.activeElement.id") == "name"
    _look(page)

    page.fill("#email", door.email())
    page.fill("#password", tools.password)
    page.fill("#name", "Sanne")
    page.check("#audience")
    page.check("input[name=age][value='18']")
    page.click("main button")
    page.wait_for_url(f"{origin}/account/mail-sent")
    _look(page)
    page.goto(f"{origin}{door.mails.link('confirm')}")
    assert "Sanne" in page.locator(".lead").inner_text()
    _look(page)
    page.click("main button")
    _look(page)
    page.click("main button[value=yes]")
    page.wait_for_url(f"{CALLBACK}**")
    assert "code=" in page.url


def test_the_other_pages_are_well_too(page: Page, origin: str, door: Any, tools: Any) -> None:
    email = door.email()
    door.person(email)
    page.goto(f"{origin}/account/sign-in")
    page.fill("#email", email)
    page.fill("#password", tools.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{origin}/account")
    _look(page)
    page.click("main a[href='/account/sign-out']")
    _look(page)
    page.click("main button")
    page.wait_for_url(f"{origin}/account/sign-out")
    _look(page)
    page.goto(f"{origin}/oauth/authorize?client_id=nobody")
    _look(page)
    switch = page.locator(".site-tools a[hreflang]")
    language = switch.get_attribute("hreflang")
    switch.click()
    assert page.locator("html").get_attribute("lang") == language


@pytest.fixture
def other_site(origin: str) -> Iterator[str]:
    """Serve a page that frames two of ours; the second one may be framed, and shows that frames work at all."""
    paths = ("/account/sign-in", "/.well-known/openid-configuration")
    body = "".join(f'<iframe src="{origin}{path}"></iframe>' for path in paths)
    server = make_server("127.0.0.1", 0, Response(body, content_type="text/html"), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}/"
    server.shutdown()


def test_s22_a_page_of_another_site_cannot_frame_ours(browser: Any, other_site: str) -> None:
    page = browser.new_page()
    page.goto(other_site)
    assert "authorization_endpoint" in page.frames[2].content()
    assert "<form" not in page.frames[1].content()
    page.close()
