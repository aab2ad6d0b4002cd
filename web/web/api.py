"""The public API as the pages see it: one HTTP client to the gateway, problems as exceptions.

GET is tried twice when the connection breaks; nothing else is repeated here (a creating POST carries its key).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import urllib3

from web.errors import ApiAway, ApiRefused, TokenRefused

CONNECT_SECONDS = 2.0
MAX_ANSWER = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold a good answer: status, headers in lower case, and the JSON inside (None when empty)."""

    status: int
    headers: Mapping[str, str]
    json: Any


class PublicApi:
    """Call the city through its gateway, as any outside client would."""

    def __init__(self, gateway_url: str, public_url: str, seconds: float = 8.0) -> None:
        self._base = gateway_url
        self._host = urlsplit(public_url).netloc
        self._pool = urllib3.PoolManager(
            maxsize=16, block=False, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=seconds), retries=False
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        language: str = "nl",
        query: Mapping[str, str] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a JSON request. Errors: ApiAway, TokenRefused, ApiRefused."""
        sent = {"Accept": "application/json", "Accept-Language": language, **(headers or {})}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None:
            sent["Content-Type"] = "application/json"
        target = path + (f"?{urlencode(query)}" if query else "")
        return _read(self.send(method, target, sent, None if body is None else json.dumps(body).encode()))

    def send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> urllib3.BaseHTTPResponse:
        """Send any request to the gateway under its public name. Errors: ApiAway."""
        for attempt in (1, 2):
            try:
                return self._pool.request(
                    method, self._base + target, body=body, headers={**headers, "Host": self._host}, redirect=False
                )
            except urllib3.exceptions.HTTPError as error:
                if attempt == 2 or method != "GET" or isinstance(error, urllib3.exceptions.ReadTimeoutError):
                    raise ApiAway(type(error).__name__) from None
        raise AssertionError("unreachable")


def segment(value: str) -> str:
    """Return a value as one path segment."""
    return quote(value, safe="")


def _read(response: urllib3.BaseHTTPResponse) -> Answer:
    body = _json(response.data)
    if response.status < 300:
        return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, body)
    if response.status == 401:
        raise TokenRefused()
    if response.status >= 500 or not isinstance(body, dict):
        raise ApiAway(str(response.status))
    slug = str(body.get("type", "")).rpartition("/")[2]
    raise ApiRefused(response.status, slug, str(body.get("detail") or ""), body)


def _json(data: bytes) -> Any:
    if not data or len(data) > MAX_ANSWER:
        return None
    try:
        return json.loads(data)
    except ValueError:
        return None
