"""The person at this browser: their session, their tokens (renewed once, however many ask at once), their API calls."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import flask
from pymongo.errors import PyMongoError

from web.api import Answer
from web.errors import ApiAway, SessionEnded, TokenRefused
from web.language import language
from web.oidc import OidcClient
from web.ports import ports
from web.sessions import Session, SessionStore

COOKIE = "pijnstad_web"
EARLY_SECONDS = 20  # renew a token that would end while a request is under way
RENEW_SECONDS = 12.0
LOOK_AGAIN_SECONDS = 0.05


def session() -> Session | None:
    """Return the session of this browser, read once per request."""
    if "session" not in flask.g:
        flask.g.session = ports().sessions.find(flask.request.cookies.get(_name(), ""))
    return flask.g.session


def signed_in() -> Session:
    """Return the session of a member. Errors: SessionEnded."""
    current = session()
    if current is None or current.member is None or current.tokens is None:
        raise SessionEnded()
    return current


def quietly() -> Session | None:
    """Return the session, or None also when the store is away: pages that need nobody (help now) still open."""
    try:
        return session()
    except PyMongoError:
        flask.g.session = None
        return None


def is_signed_in() -> bool:
    """Return whether a member is signed in here; a session store that is away counts as no."""
    current = quietly()
    return current is not None and current.member is not None


def visitor() -> Session:
    """Return the session of this browser, beginning one when there is none."""
    current = session()
    if current is None:
        flask.g.new_cookie, current = ports().sessions.open()
        flask.g.cookie_age = None  # a visitor's cookie goes when the browser closes
        flask.g.session = current
    return current


def use(cookie: str | None) -> None:
    """Let the answer to this request set the session cookie, or with None take it away."""
    flask.g.new_cookie = cookie
    flask.g.pop("session", None)


def set_cookie(response: flask.Response) -> flask.Response:
    """Put the cookie on the answer when it changed."""
    if "new_cookie" in flask.g:
        settings = flask.current_app.config["PIJNSTAD"]
        options = {"path": "/", "httponly": True, "samesite": "Lax", "secure": settings.production}
        if flask.g.new_cookie:
            age = flask.g.get("cookie_age", settings.session_days * 86_400)
            response.set_cookie(_name(), flask.g.new_cookie, max_age=age, **options)
        else:
            response.delete_cookie(_name(), **options)
    return response


def api(method: str, path: str, **options: Any) -> Answer:
    """Call the API as this member, in their language. Errors: SessionEnded, ApiAway, ApiRefused."""
    port = ports()
    current = signed_in()
    token = access_token(port.sessions, port.oidc, current)
    try:
        return port.api.call(method, path, token=token, language=language(), **options)
    except TokenRefused:
        pass
    token = access_token(port.sessions, port.oidc, current, refused=token)
    try:
        return port.api.call(method, path, token=token, language=language(), **options)
    except TokenRefused:
        raise SessionEnded() from None


def open_api(method: str, path: str, **options: Any) -> Answer:
    """Call the API as nobody in particular. Errors: ApiAway, ApiRefused."""
    try:
        return ports().api.call(method, path, language=language(), **options)
    except TokenRefused:
        raise ApiAway("the API wants a sign-in where it should not") from None


def access_token(store: SessionStore, oidc: OidcClient, current: Session, refused: str | None = None) -> str:
    """Return a token that works, renewing it when it is about to end or was refused. Errors: SessionEnded, ApiAway.

    Of all requests and processes that find the token old, one renews; the others wait for what it brings.
    """
    until = time.monotonic() + RENEW_SECONDS
    while time.monotonic() < until:
        if current.tokens and _works(current.tokens, refused):
            return str(current.tokens["access_token"])
        if store.claim_turn(current.key, current.turn, RENEW_SECONDS):
            return str(_renew(store, oidc, current)["access_token"])
        time.sleep(LOOK_AGAIN_SECONDS)
        current = _again(store, current)
    raise ApiAway("renewing the token took too long")


def _renew(store: SessionStore, oidc: OidcClient, current: Session) -> Mapping[str, Any]:
    try:
        tokens = oidc.refresh(current.tokens or {})
    except SessionEnded:
        store.end(current.key)
        raise
    except ApiAway:
        store.give_back_turn(current.key, current.turn)
        raise
    if store.finish_turn(current.key, current.turn, tokens) is None:
        raise SessionEnded()
    return tokens


def _again(store: SessionStore, current: Session) -> Session:
    found = store.read(current.key)
    if found is None or found.tokens is None:
        raise SessionEnded()
    return found


def _works(tokens: Mapping[str, Any], refused: str | None) -> bool:
    return tokens["access_token"] != refused and tokens["expires_at"] - EARLY_SECONDS > time.time()


def _name() -> str:
    return flask.current_app.config["PIJNSTAD"].cookie(COOKIE)
