"""The gate: signing in and out at identity, on the browser's side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask
from werkzeug.wrappers import Response

from pijnstad_kit import logs
from web import member
from web.errors import ApiAway, SignInFailed
from web.language import language
from web.ports import ports
from web.security import check_form, onward
from web.sessions import SignIn

pages = flask.Blueprint("account", __name__)
_log = logs.get_logger("web.account")


@pages.get("/inloggen")
def sign_in() -> Response:
    """Send the browser to identity; `verder` says where to go on to afterwards."""
    return begin(onward(flask.request.args.get("verder")))


@pages.get("/signed-in")
def signed_in() -> Response:
    """Take identity's answer, once, from the browser that began; give it a fresh session and go on."""
    answer = flask.request.args
    current = member.session()
    begun = ports().sessions.claim_sign_in(current, answer.get("state", "")) if current else None
    if begun is None and current is not None and current.member is not None:
        return flask.redirect("/", 303)  # another tab was quicker
    if current is None or begun is None:
        raise SignInFailed("no sign-in of this browser under way with this state")
    if answer.get("error") == "access_denied" and answer.get("iss") == flask.current_app.config["PIJNSTAD"].public_url:
        return flask.redirect("/", 303)
    who, tokens = ports().oidc.redeem(answer, begun.nonce, begun.verifier)
    member.use(ports().sessions.sign_in(current, who, tokens, begun.draft))
    return flask.redirect(begun.onward, 303)


@pages.post("/uitloggen")
def sign_out() -> Response:
    """End the session here, revoke the tokens, and end the session at identity too."""
    check_form()
    current = member.session()
    tokens = (current.tokens if current else None) or {}
    if current is not None:
        ports().sessions.end(current.key)
    member.use(None)
    home = flask.current_app.config["PIJNSTAD"].public_url + "/"
    try:
        ports().oidc.revoke(tokens)
        return flask.redirect(ports().oidc.logout_url(tokens, home), 303)
    except ApiAway as error:
        _log.warning("logout_at_identity_failed", error=str(error))
        return flask.redirect("/", 303)


def begin(onward_to: str, draft: Mapping[str, Any] | None = None) -> Response:
    """Begin a sign-in that goes on to a path of this site, and takes along what was typed."""
    request = ports().oidc.begin(language())
    under_way = SignIn(request.nonce, request.verifier, onward_to, draft)
    ports().sessions.begin_sign_in(member.visitor(), request.state, under_way)
    return flask.redirect(request.url, 303)
