"""What keeps a page safe in the browser: headers on every answer, and the token every form must carry."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

import flask

from web import member
from web.errors import FormExpired

CSP = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def add_headers(response: flask.Response) -> flask.Response:
    """Put the safety headers on an answer; a page is nobody else's to keep."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def csrf_token() -> str:
    """Return the token of this browser's session, empty when there is none (then there is no form either)."""
    current = member.quietly()
    return current.csrf if current else ""


def check_form() -> None:
    """Let a form of this site and this session pass. Errors: FormExpired."""
    current = member.session()
    sent = flask.request.form.get("csrf") or flask.request.headers.get("X-CSRF-Token") or ""
    if current is None or not hmac.compare_digest(sent.encode(), current.csrf.encode()) or not _from_here():
        raise FormExpired()


def onward(path: str | None) -> str:
    """Return a path of this site to go on to; anything else becomes the front page."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        return "/"
    parts = urlsplit(path)
    return "/" if parts.scheme or parts.netloc or "\\" in path else path


def _from_here() -> bool:
    origin = flask.request.headers.get("Origin")
    return origin is None or origin == flask.current_app.config["PIJNSTAD"].public_url
