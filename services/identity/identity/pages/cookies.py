"""The one cookie of identity's pages and the token in their forms that only our own pages know.

Before somebody signs in the cookie is a random value that stands for nothing; signing in replaces it. The form's token
is an HMAC of the cookie, so that neither needs a place in the database.
"""

from __future__ import annotations

import hashlib
import hmac
import re

import flask

from identity.config import Settings

_NAME = "pijnstad_account"
LANGUAGE = "pijnstad_language"
_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")


def name(settings: Settings, base: str = _NAME) -> str:
    """Return a cookie's name; in production the browser binds it to this host and to https."""
    return f"__Host-{base}" if settings.production else base


def presented(settings: Settings) -> str | None:
    """Return the cookie the browser sent, when it has the form of ours."""
    value = flask.request.cookies.get(name(settings), "")
    return value if _VALUE.fullmatch(value) else None


def give(response: flask.Response, value: str, settings: Settings) -> None:
    """Set the cookie for as long as the browser is open."""
    response.set_cookie(name(settings), value, path="/", httponly=True, samesite="Lax", secure=settings.production)


def take_back(response: flask.Response, settings: Settings) -> None:
    """Delete the cookie."""
    response.delete_cookie(name(settings), path="/", httponly=True, samesite="Lax", secure=settings.production)


def form_token(cookie: str, key: bytes) -> str:
    """Return the token of a browser's forms."""
    return hmac.new(key, cookie.encode(), hashlib.sha256).hexdigest()


def is_own_form(cookie: str | None, token: str, key: bytes) -> bool:
    """Return whether a posted form came from a page of ours in this browser."""
    if flask.request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    return cookie is not None and hmac.compare_digest(form_token(cookie, key).encode(), token.encode())
