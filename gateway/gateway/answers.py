"""How the gateway speaks: problems as bytes, and the headers that every answer carries."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson

from pijnstad_kit.ids import new_id
from pijnstad_kit.problems import Problem

Header = tuple[bytes, bytes]

PROBLEM_TYPE = b"application/problem+json"
CLOSED_CSP = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
PAGE_CSP = (
    b"content-security-policy",
    b"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
)
NO_STORE = (b"cache-control", b"no-store")
ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
ALLOW = (b"allow", b"DELETE, GET, HEAD, PATCH, POST, PUT")  # of all routes together: which one was meant was not read
HSTS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")


def problem_body(problem: Problem, *, public_url: str, instance: str, request_id: str, language: str) -> bytes:
    """Return the problem as JSON."""
    body = problem.body(public_url=public_url, instance=instance, request_id=request_id, language=language)
    return orjson.dumps(body)


def problem_headers(problem: Problem, body: bytes) -> list[Header]:
    """Return the headers of a problem answer."""
    own = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    return [*described(PROBLEM_TYPE, body), *own]


def described(content_type: bytes, body: bytes) -> list[Header]:
    """Return type, length and the closed policy of an answer that holds data, not a page."""
    return [(b"content-type", content_type), (b"content-length", b"%d" % len(body)), NO_STORE, CLOSED_CSP]


def wire_problem(status: int, slug: str, detail: str, public_url: str) -> bytes:
    """Return a whole HTTP/1.1 answer for a request that was refused before it was read."""
    request_id = new_id()
    phrase = HTTPStatus(status).phrase
    members: dict[str, Any] = {
        "type": f"{public_url}/problems/{slug}",
        "title": phrase,
        "status": status,
        "detail": detail,
        "request_id": request_id,
    }
    body = orjson.dumps(members)
    headers = [
        *described(PROBLEM_TYPE, body),
        *ALWAYS,
        (b"x-request-id", request_id.encode()),
        (b"connection", b"close"),
        *((ALLOW,) if status == 405 else ()),
    ]
    lines = b"".join(b"%b: %b\r\n" % header for header in headers)
    return b"HTTP/1.1 %d %b\r\n%b\r\n%b" % (status, phrase.encode(), lines, body)
