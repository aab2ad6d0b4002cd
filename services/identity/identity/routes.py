"""Every HTTP route of identity: the JSON API, OAuth's endpoints, the pages. Validate, call, present."""

from __future__ import annotations

from typing import Any

import flask
from authlib.oauth2.rfc6749 import OAuth2Error

from identity import account_routes, admin_routes, member_routes  # noqa: F401 - add their routes
from identity.domain.people import Language
from identity.oauth import openid, possession, pushing
from identity.oauth.provider import Provider
from identity.oauth.requests import token_request
from identity.pages import desk, views
from identity.routing import ports, routes
from identity.schemas import Consent, ConsentAnswer, ConsentPath, Consents, Me, consent_of, me_of
from identity.usecases import consents
from identity.usecases import tokens as token_usecases
from pijnstad_kit.http.auth import principal
from pijnstad_kit.http.request import language as wished_language
from pijnstad_kit.problems import NotFound

# The JSON API


@routes.get("/identity/v1/me", summary="My account", responses={200: Me})
def my_account() -> tuple[Me, int, dict[str, str]]:
    account = ports().accounts.get(principal().member)
    if account is None or account.disabled:
        raise NotFound()
    return me_of(account), 200, {"ETag": f'"{account.version}"'}


@routes.get("/identity/v1/consents", summary="What I agreed to, purpose by purpose", responses={200: Consents})
def my_consents() -> Consents:
    states = consents.consents_of(principal().member, ports())
    return Consents(items=[consent_of(state, _spoken()) for state in states])


@routes.put("/identity/v1/consents/<purpose>", summary="Agree to a purpose, or withdraw that", responses={200: Consent})
def answer_consent(path: ConsentPath, body: ConsentAnswer) -> Consent:
    who, spoken = principal(), _spoken()
    state = consents.answer_consent(
        path.purpose,
        body.given,
        member=who.member,
        client_id=who.client,
        language=spoken,
        read=body.version,
        ports=ports(),
    )
    return consent_of(state, spoken)


# OAuth and OpenID Connect


@routes.get("/.well-known/openid-configuration", summary="Metadata of the OpenID provider", hidden=True)
def discovery() -> flask.Response:
    return _cacheable(openid.discovery(ports()))


@routes.get("/oauth/jwks", summary="Keys that sign ID tokens", hidden=True)
def jwks() -> flask.Response:
    return _cacheable(ports().keys.published())


@routes.post("/oauth/token", summary="Redeem a code or a refresh token", hidden=True)
def token() -> Any:
    return _answered(lambda request: provider().token_answer(request))


@routes.post("/oauth/par", summary="Send an authorize request ahead", hidden=True)
def push() -> Any:
    return _answered(lambda request: pushing.answer(request, provider()))


@routes.post("/oauth/revoke", summary="Revoke a token of one's own", hidden=True)
def revoke() -> Any:
    return _answered(lambda request: provider().create_endpoint_response("revocation", request))


@routes.post("/oauth/introspect", summary="Tell the gateway whose token it is", hidden=True)
def introspect() -> Any:
    return _answered(lambda request: provider().create_endpoint_response("introspection", request))


@routes.get("/oauth/userinfo", summary="What the client may know about its person", hidden=True)
def userinfo() -> flask.Response:
    return _userinfo(*_shown())


@routes.post("/oauth/userinfo", summary="The same, posted", hidden=True)
def userinfo_posted() -> flask.Response:
    scheme, token = _shown()
    return _userinfo(scheme or "bearer", token or flask.request.form.get("access_token"))


# Pages


@routes.get("/oauth/authorize", summary="Ask for a code", hidden=True)
@desk.page
def authorize() -> flask.Response:
    return views.authorize()


@routes.post("/oauth/authorize", summary="Ask for a code, posted", hidden=True)
@desk.page
def authorize_posted() -> flask.Response:
    return views.authorize()


@routes.post("/account/consent", summary="Say yes or no to a client", hidden=True)
@desk.page
def decide_consent() -> flask.Response:
    return views.decide()


@routes.get("/account/sign-in", summary="The sign-in page", hidden=True)
@desk.page
def show_sign_in() -> flask.Response:
    return views.show_sign_in()


@routes.post("/account/sign-in", summary="Sign in", hidden=True)
@desk.page
def sign_in() -> flask.Response:
    return views.sign_in()


@routes.get("/account/sign-out", summary="The sign-out page", hidden=True)
@desk.page
def show_sign_out() -> flask.Response:
    return views.show_sign_out()


@routes.post("/account/sign-out", summary="Sign out", hidden=True)
@desk.page
def sign_out() -> flask.Response:
    return views.sign_out()


@routes.get("/oauth/logout", summary="Sign out, asked by a client", hidden=True)
@desk.page
def logout() -> flask.Response:
    return views.logout()


@routes.post("/oauth/logout", summary="The same, posted", hidden=True)
@desk.page
def logout_posted() -> flask.Response:
    return views.logout()


def provider() -> Provider:
    """Return the authorization server of this app."""
    return flask.current_app.extensions["provider"]


def _spoken() -> Language:
    return "nl" if wished_language() == "nl" else "en"


def _answered(answer: Any) -> Any:
    """Read a request of a client strictly and let the provider answer; errors as RFC 6749 wants them."""
    request = flask.request
    try:
        read = token_request(request.method, request.mimetype, request.args, request.form, request.headers)
    except OAuth2Error as error:
        return provider().handle_error_response(None, error)
    return answer(read)


def _shown() -> tuple[str, str | None]:
    """Return how a token is shown, in lower case, and the token."""
    scheme, _, value = flask.request.headers.get("Authorization", "").partition(" ")
    return scheme.lower(), value.strip() if scheme.lower() in ("bearer", "dpop") else None


def _proven(scheme: str, token: str, key: str | None) -> bool:
    """Return whether a token is shown as it must be: one bound to a key with a proof of that key, others as bearer."""
    if key is None or scheme != "dpop":
        return key is None and scheme == "bearer"
    request = flask.request
    proofs = request.headers.getlist("DPoP")
    try:
        return possession.thumbprint(proofs, "/oauth/userinfo", ports(), method=request.method, token=token) == key
    except possession.InvalidProof:
        return False


def _userinfo(scheme: str, token: str | None) -> flask.Response:
    """Answer with the claims, or with RFC 6750's challenge."""
    found = token_usecases.active(token, ports()) if token else None
    if found is None or token is None or not _proven(scheme, token, found.token.key):
        error = ', error="invalid_token"' if token else ""
        return _challenge(401, f'Bearer realm="pijnstad"{error}')
    if "openid" not in found.token.scope.split():
        return _challenge(403, 'Bearer realm="pijnstad", error="insufficient_scope", scope="openid"')
    return flask.jsonify(token_usecases.claims(found, ports()))


def _challenge(status: int, challenge: str) -> flask.Response:
    response = flask.jsonify({"error": "insufficient_scope" if status == 403 else "invalid_token"})
    response.status_code = status
    response.headers["WWW-Authenticate"] = challenge
    return response


def _cacheable(body: dict[str, Any]) -> flask.Response:
    response = flask.jsonify(body)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
