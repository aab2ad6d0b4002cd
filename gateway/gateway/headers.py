"""What passes the gateway and what does not: allow-lists for requests, answers and cookies. Pure.

Hop-by-hop headers, anything that claims who the caller is and anything with X-Forwarded- is not on a list, so it goes.
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.answers import ALWAYS, CLOSED_CSP, HSTS, NO_STORE, PAGE_CSP, Header
from gateway.routes import Route

_REQUEST = (
    "accept accept-encoding accept-language cache-control content-encoding content-language content-type "
    "idempotency-key if-match if-modified-since if-none-match if-range if-unmodified-since prefer range user-agent"
)
_BROWSER = (
    "origin referer sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user x-csrf-token "
    "hx-boosted hx-current-url hx-history-restore-request hx-request hx-target hx-trigger hx-trigger-name service-worker"
)
_ANSWER = (
    "accept-patch accept-ranges allow cache-control clear-site-data content-disposition content-encoding content-language "
    "content-length content-location content-range content-security-policy content-type deprecation etag expires "
    "idempotency-replayed last-modified link location referrer-policy retry-after service-worker-allowed set-cookie sunset "
    "vary www-authenticate hx-location hx-push-url hx-redirect hx-refresh hx-replace-url hx-reswap hx-retarget hx-trigger"
)


def _lines(names: str) -> dict[bytes, bytes]:
    return {name.encode(): name.encode() + b": " for name in names.split()}


REQUEST_ALLOWED = _lines(_REQUEST)
BROWSER_ALLOWED = REQUEST_ALLOWED | _lines(_BROWSER)
ANSWER_ALLOWED = frozenset(name.encode() for name in _ANSWER.split())


class Policy:
    """Hold what one route lets through, worked out once: cookies carry the `__Host-` prefix in production."""

    def __init__(self, route: Route, upstream_url: str, *, production: bool) -> None:
        prefix = "__Host-" if production else ""
        self.route = route
        self.allowed = BROWSER_ALLOWED if route.auth == "browser" else REQUEST_ALLOWED
        self.cookies = tuple(f"{prefix}{name}".encode() for name in route.cookies)
        self._internal = upstream_url.encode()
        self._extra = (*ALWAYS, HSTS) if production else ALWAYS
        self._extra_but_referrer = tuple(one for one in self._extra if one[0] != b"referrer-policy")
        self._csp = PAGE_CSP if route.auth == "browser" or route.to == "web" else CLOSED_CSP
        self._private = route.auth in ("required", "optional")

    def request_lines(self, headers: Iterable[Header]) -> list[bytes]:
        """Return the allowed request headers as lines for the wire."""
        allowed = self.allowed
        return [allowed[name] + value + b"\r\n" for name, value in headers if name in allowed]

    def cookie_line(self, cookie: bytes | None) -> bytes:
        """Return the Cookie line with only the cookies of this route, empty when there are none."""
        if cookie is None or not self.cookies:
            return b""
        kept = [
            pair for pair in (part.strip() for part in cookie.split(b";")) if pair.partition(b"=")[0] in self.cookies
        ]
        return b"cookie: " + b"; ".join(kept) + b"\r\n" if kept else b""

    def answer_headers(self, status: int, received: Iterable[Header], request_id: bytes) -> list[Header]:
        """Return what the caller sees: allowed headers of the service, then ours where the service said nothing."""
        kept = [header for header in received if header[0] in ANSWER_ALLOWED]
        names = {name for name, _ in kept}
        if status in (204, 304) or not names.isdisjoint(_SPECIAL):
            kept = [header for header in (self._special(status, *one) for one in kept) if header is not None]
        if b"content-security-policy" not in names:
            kept.append(self._csp)
        if self._private and b"cache-control" not in names:
            kept.append(NO_STORE)
        kept.append((b"x-request-id", request_id))
        kept.extend(self._extra if b"referrer-policy" not in names else self._extra_but_referrer)
        return kept

    def _special(self, status: int, name: bytes, value: bytes) -> Header | None:
        if name == b"set-cookie":
            return (name, value) if value.partition(b"=")[0].strip() in self.cookies else None
        if name == b"location" and self._internal and value.startswith(self._internal + b"/"):
            return name, value[len(self._internal) :]
        if name == b"content-length" and status in (204, 304):
            return None
        return name, value


_SPECIAL = frozenset((b"set-cookie", b"location"))
