"""A person at a browser: opening pages, signing up, writing an entry, and what the browser noted on the way.

Steps many tests share live here; what a page must look like is in sight.py, the list of all pages in tour.py. Selectors
are ids, names and addresses, so that the same steps go in Dutch and in English.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from outside import Outsider
from playwright.sync_api import Browser, BrowserContext, Page, Response

if TYPE_CHECKING:
    from conftest import City

NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
DIARY = "/zelfmanagement/dagboek"
DAYS = f"{DIARY}/dagen"
SAVED = re.compile(rf".*{DIARY}/bewaard/[0-9a-f-]{{36}}.*")
PATIENCE = 20_000


@dataclass
class Noted:
    """Hold what a browser did beside showing pages: where it asked, what it complained about, what documents came."""

    origin: str
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    documents: list[Response] = field(default_factory=list)
    streams: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Note everything that happens in a context."""
        context.on("request", lambda request: self._request(request.url))
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != self.origin and parts.scheme not in ("data", "blob", "about"):
            self.strangers.append(url)
        if parts.path == "/v1/stream":
            self.streams.append(url)

    def _response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.documents.append(response)

    def _console(self, message: Any) -> None:
        if message.type not in ("error", "warning"):
            return
        where = message.location.get("url", "")
        # A page that says what went wrong is sent with a 4xx on purpose, and the browser mentions that; nothing else may.
        on_purpose = "Failed to load resource" in message.text and any(one.url == where for one in self.documents)
        if not on_purpose:
            self.complaints.append(f"{where}: {message.text}")


class Person:
    """Be somebody at a browser of their own, who has an address and a password but no account yet."""

    def __init__(self, browser: Browser, city: City, language: str = "nl", **wishes: Any) -> None:
        self.city, self.language = city, language
        self.email = f"browser-{secrets.token_hex(8)}@pijnstad.example"
        self.password = secrets.token_urlsafe(18)
        locale = {"nl": "nl-NL", "en": "en-GB"}[language]
        self.context = browser.new_context(**({"viewport": NARROW, "locale": locale} | wishes))
        self.context.set_default_timeout(8000)
        self.noted = Noted(city.url)
        self.noted.watch(self.context)
        self.page: Page = self.context.new_page()

    def go(self, path: str) -> Page:
        """Open a page of the city."""
        self.page.goto(self.city.url + path)
        return self.page

    def path(self) -> str:
        """Return where this person is."""
        return urlsplit(self.page.url).path

    def fill_in_registration(self) -> None:
        """Fill in the form for a new account."""
        page = self.page
        page.fill("#email", self.email)
        page.fill("#password", self.password)
        page.fill("#name", "Sanne")
        page.check("input[name=audience][value=person_in_pain]")
        page.check(f"input[name=language][value={self.language}]")
        page.check("input[name=age][value='18']")

    def register(self, onward: str = DIARY) -> None:
        """Go through the gate and make an account."""
        self.go(f"/inloggen?verder={onward}")
        self.page.click("main a[href^='/account/register']")
        self.fill_in_registration()
        self.submit()
        self.confirm()
        self.allow()

    def confirm(self) -> None:
        """Open the link in the mail that a trial city caught, and confirm the address."""
        self.page.wait_for_url("**/account/mail-sent")
        self.page.goto(self.link_in_the_mail("/account/confirm"))
        self.submit()

    def link_in_the_mail(self, page: str) -> str:
        """Return the link to a page in the newest mail to this person."""
        outsider = Outsider(self.city.url)
        outsider.email = self.email
        return self.city.url + outsider.link_in_the_mail(page)

    def allow(self) -> None:
        """Let the website see what it asks for, and be back in the city."""
        self.page.click("button[name=agreed][value=yes]")
        self.page.wait_for_url(lambda url: not urlsplit(url).path.startswith(("/account", "/oauth", "/signed-in")))

    def sign_in(self) -> None:
        """Fill in the sign-in form that is open."""
        self.page.fill("#email", self.email)
        self.page.fill("#password", self.password)
        self.submit()

    def agree(self, diary: str = "yes", suggestions: str = "yes") -> None:
        """Answer what may be kept and what may be done with it."""
        self.page.check(f"input[name=diary][value={diary}]")
        self.page.check(f"input[name=suggestions][value={suggestions}]")
        self.submit()

    def settle(self, suggestions: str = "yes") -> None:
        """Have an account and a diary, and be where one writes in it."""
        self.register()
        self.agree(suggestions=suggestions)
        self.page.wait_for_url(f"**{DIARY}")

    def unfold(self) -> None:
        """Open everything that is folded."""
        folded = self.page.locator("main details:not([open]) > summary")
        while folded.count():
            folded.first.click()

    def say(self, note: str) -> None:
        """Write words in the diary and save them."""
        self.unfold()
        self.page.fill("#note", note)
        self.save()

    def save(self) -> str:
        """Tap Save; return the address of the page that thanks."""
        self.submit()
        self.page.wait_for_url(SAVED)
        return self.page.url

    def submit(self) -> None:
        """Tap the main button of the page."""
        self.page.locator("main button[type=submit]").first.click()

    def sign_out(self) -> None:
        """Tap the way out in the header, and be at the town hall as somebody nobody knows."""
        self.page.click("form[action='/uitloggen'] button")
        self.page.wait_for_selector("header a[href^='/inloggen']")


@contextmanager
def suggestions_held(city: City) -> Iterator[bool]:
    """Let no suggestion be made meanwhile, so that what comes afterwards comes by itself. A city elsewhere is not held.

    Yields whether it is.
    """
    pids = _content_workers(city)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield bool(pids)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _content_workers(city: City) -> list[int]:
    if city.data is None:
        return []
    rows = city.status()["processes"]
    return [row["pid"] for row in rows if (row["service"], row["role"]) == ("content", "worker")]
