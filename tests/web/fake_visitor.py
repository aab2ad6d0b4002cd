"""A visitor: a browser without JavaScript that keeps cookies and sends forms."""

from __future__ import annotations

import re
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

DIARY = "/zelfmanagement/dagboek"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Answer:
    """Hold what a page answered."""

    def __init__(self, raw: Any) -> None:
        self.status: int = raw.status
        self.url: str = raw.url
        self.headers = raw.headers
        self.text: str = raw.read().decode()

    def hidden(self, name: str) -> str:
        """Return the value of a hidden field."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, f"no field {name} on {self.url}"
        return found[1]


class Visitor:
    """Be a browser without JavaScript."""

    def __init__(self, url: str, language: str = "nl") -> None:
        self.url = url
        self.language = language
        self.cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.cookies))
        self._stay = build_opener(HTTPCookieProcessor(self.cookies), _Stay())

    def get(self, path: str, *, follow: bool = True, **headers: str) -> Answer:
        """Open a page."""
        return self._open(Request(self.url + path, headers=self._headers(headers)), follow)

    def post(self, path: str, form: dict[str, Any], *, follow: bool = True, **headers: str) -> Answer:
        """Send a form."""
        body = urlencode(form, doseq=True).encode()
        return self._open(Request(self.url + path, data=body, headers=self._headers(headers)), follow)

    def cookie(self, name: str = "pijnstad_web") -> str | None:
        """Return a cookie's value."""
        return next((cookie.value for cookie in self.cookies if cookie.name == name), None)

    def sign_in(self, path: str = "/") -> Answer:
        """Go through identity and on to a page."""
        return self.get(f"/inloggen?{urlencode({'verder': path})}")

    def agree(self) -> None:
        """Say yes to both consents."""
        page = self.get(f"{DIARY}/toestemming")
        versions = {f"{purpose}_version": page.hidden(f"{purpose}_version") for purpose in ("diary", "suggestions")}
        self.post(
            f"{DIARY}/toestemming", {"csrf": page.hidden("csrf"), "diary": "yes", "suggestions": "yes", **versions}
        )

    def write(self, **typed: Any) -> Answer:
        """Write an entry with the form."""
        page = self.get(DIARY)
        return self.post(DIARY, {"csrf": page.hidden("csrf"), "form_id": page.hidden("form_id"), **typed})

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Accept-Language": self.language} | {name.replace("_", "-"): value for name, value in more.items()}

    def _open(self, request: Request, follow: bool) -> Answer:
        try:
            return Answer((self._opener if follow else self._stay).open(request, timeout=20))
        except HTTPError as error:
            return Answer(error)
