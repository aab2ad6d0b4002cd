"""One authorize request on its way: found good, waiting for its person, answered with a code or an error.

An error goes back to the client only when client and redirect URI are beyond doubt; otherwise the person sees a page.
Every answer that goes back names its issuer (RFC 9207), errors included. The way goes on only by requests stored here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749 import OAuth2Error
from werkzeug.datastructures import MultiDict

from identity.domain import authorize, claims
from identity.domain.authorize import Refused, Seen
from identity.domain.clients import Client
from identity.oauth.models import OAuthClient
from identity.oauth.openid import BadHint, is_about, read_hint
from identity.oauth.provider import Provider
from identity.oauth.requests import PlainRequest
from identity.ports import Ports
from identity.store.sessions import WaitingRequest
from identity.usecases.sessions import Person
from pijnstad_kit.store.documents import now

PUSHED = "urn:ietf:params:oauth:request_uri:"


class Unanswerable(Exception):
    """Say that the person sees a page: there is no client, or no address of it, that we may answer to."""


@dataclass(frozen=True, slots=True)
class GoTo:
    """Send the browser back to the client."""

    uri: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """Let the person sign in first; the request waits under this id."""

    waiting: str


@dataclass(frozen=True, slots=True)
class AskConsent:
    """Ask the person whether the client may; the request waits under this id."""

    waiting: str
    client: Client
    scope: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Let the browser come back with a GET, which brings its cookie along; the request waits under this id."""

    waiting: str


Outcome = GoTo | SignIn | AskConsent | Resume


@dataclass(frozen=True, slots=True)
class _Asked:
    parameters: Mapping[str, str]
    client: Client
    redirect_uri: str
    scope: str
    asked_at: datetime
    waiting: str | None = None
    hinted: str | None = None
    request: PlainRequest = field(default_factory=lambda: PlainRequest("GET", {}))


def begin(values: MultiDict[str, str], person: Person | None, provider: Provider, *, posted: bool = False) -> Outcome:
    """Take a request as it comes from a client. A posted one came without the browser's cookie. Errors: Unanswerable."""
    pushed = _pushed(values, provider.ports)
    lists = dict(values.lists()) if pushed is None else {name: [value] for name, value in pushed.items()}
    client, redirect_uri = _answerable(lists, provider.ports)
    if client.must_push and pushed is None:
        raise Unanswerable
    state = lists.get("state", [])
    try:
        authorize.check_parameters(lists)
        parameters = {name: given[0] for name, given in lists.items() if name in authorize.LIMITS and given[0]}
        asked = _read(parameters, client, redirect_uri, now(), provider, person)
        if posted or pushed is not None:  # a pushed request is used up: the page a browser reloads is the waiting one's
            return Resume(provider.ports.waiting.keep(parameters).id)
        return _proceed(asked, person, provider)
    except Refused as refused:
        return _back(redirect_uri, refused, state[0] if len(state) == 1 else None, provider.ports)


def push(request: PlainRequest, client: Client, provider: Provider) -> str:
    """Keep a request a client sends ahead (RFC 9126); return its `request_uri`. Errors: Refused, Unanswerable."""
    if "request_uri" in request.parameters:
        raise Refused("invalid_request", "A pushed request holds its parameters itself.")
    lists = {name: [value] for name, value in request.parameters.items() if name in authorize.LIMITS}
    lists["client_id"] = [client.id]
    client, redirect_uri = _answerable(lists, provider.ports)
    authorize.check_parameters(lists)
    parameters = {name: given[0] for name, given in lists.items()}
    _read(parameters, client, redirect_uri, now(), provider, None)
    return PUSHED + provider.ports.pushed.keep(client.id, parameters)


def resume(waiting_id: str, person: Person | None, provider: Provider) -> Outcome:
    """Go on with a waiting request, after signing in. Errors: Unanswerable."""
    waiting = _waiting(waiting_id, provider.ports)
    client, redirect_uri = _answerable({name: [value] for name, value in waiting.parameters.items()}, provider.ports)
    try:
        return _proceed(_again(waiting, client, redirect_uri, person, provider), person, provider)
    except Refused as refused:
        return _back(redirect_uri, refused, waiting.parameters.get("state"), provider.ports)


def decide(waiting_id: str, agreed: bool, person: Person | None, provider: Provider) -> Outcome:
    """Take the person's yes or no. Errors: Unanswerable."""
    waiting = _waiting(waiting_id, provider.ports)
    client, redirect_uri = _answerable({name: [value] for name, value in waiting.parameters.items()}, provider.ports)
    try:
        asked = _again(waiting, client, redirect_uri, person, provider)
        if person is None or _step(asked, person, provider.ports) == "sign_in":
            return SignIn(waiting.id)
        if not agreed:
            _take(waiting.id, provider.ports)
            raise Refused("access_denied", "The person did not agree.")
        return _agreed(asked, person, provider)
    except Refused as refused:
        return _back(redirect_uri, refused, waiting.parameters.get("state"), provider.ports)


def waiting_redirect(waiting_id: str, ports: Ports) -> str | None:
    """Return where a waiting request will lead, for the page's content security policy."""
    waiting = ports.waiting.get(waiting_id)
    return waiting.parameters["redirect_uri"] if waiting else None


def waiting_parameter(waiting_id: str, name: str, ports: Ports) -> str | None:
    """Return one parameter of a waiting request: the login hint or the languages the client knows."""
    waiting = ports.waiting.get(waiting_id)
    return waiting.parameters.get(name) if waiting else None


def _pushed(values: MultiDict[str, str], ports: Ports) -> dict[str, str] | None:
    """Return the parameters the client pushed, for the request that names them, once. Errors: Unanswerable."""
    uri = values.get("request_uri", "")
    if not uri.startswith(PUSHED):
        return None
    if len(values.getlist("request_uri")) > 1 or len(values.getlist("client_id")) != 1:
        raise Unanswerable
    found = ports.pushed.take(uri.removeprefix(PUSHED), values["client_id"])
    if found is None:
        raise Unanswerable
    return found


def _answerable(lists: Mapping[str, list[str]], ports: Ports) -> tuple[Client, str]:
    ids, uris = lists.get("client_id", []), lists.get("redirect_uri", [])
    if len(ids) != 1 or len(uris) != 1 or len(ids[0]) > authorize.LIMITS["client_id"]:
        raise Unanswerable
    client = ports.clients.get(ids[0])
    if client is None or not client.may_redirect_to(uris[0]):
        raise Unanswerable
    return client, uris[0]


def _read(
    parameters: Mapping[str, str],
    client: Client,
    redirect_uri: str,
    asked_at: datetime,
    provider: Provider,
    person: Person | None,
) -> _Asked:
    authorize.check_supported(parameters)
    request = PlainRequest("GET", {**parameters, **_scope(parameters, client)})
    try:
        provider.get_consent_grant(request, end_user=person)
    except OAuth2Error as error:
        raise Refused(error.error or "invalid_request", error.get_error_description() or "") from None
    return _Asked(
        parameters,
        client,
        redirect_uri,
        request.scope,
        asked_at,
        hinted=_hinted(parameters, person, provider.ports),
        request=request,
    )


def _scope(parameters: Mapping[str, str], client: Client) -> dict[str, str]:
    """Return the scope with what the `claims` parameter asks besides."""
    if "scope" not in parameters:
        return {}
    try:
        return {"scope": claims.wider(parameters["scope"], parameters.get("claims"), client.scopes)}
    except claims.UnreadableClaims:
        raise Refused("invalid_request", "The parameter claims is no JSON object as OpenID Connect has it.") from None


def _again(
    waiting: WaitingRequest, client: Client, redirect_uri: str, person: Person | None, provider: Provider
) -> _Asked:
    asked = _read(waiting.parameters, client, redirect_uri, waiting.asked_at, provider, person)
    return _Asked(
        asked.parameters, client, redirect_uri, asked.scope, asked.asked_at, waiting.id, asked.hinted, asked.request
    )


def _hinted(parameters: Mapping[str, str], person: Person | None, ports: Ports) -> str | None:
    """Return whom the hint is about: the signed-in member, or somebody else, whoever that is."""
    hint = parameters.get("id_token_hint")
    if hint is None:
        return None
    try:
        told = read_hint(hint, ports)
    except BadHint:
        raise Refused("invalid_request", "The id_token_hint is not one of ours.") from None
    return person.account.id if person is not None and is_about(told, person, ports) else told["sub"]


def _step(asked: _Asked, person: Person | None, ports: Ports) -> authorize.Step:
    return authorize.next_step(
        asked.parameters,
        asked.scope,
        Seen(person.account.id, person.signed_in_at) if person else None,
        ports.grants.scopes(person.account.id, asked.client.id) if person else (),
        asked_at=asked.asked_at,
        now=now(),
        hinted=asked.hinted,
    )


def _proceed(asked: _Asked, person: Person | None, provider: Provider) -> Outcome:
    step = _step(asked, person, provider.ports)
    if step == "go" and person is not None:
        if asked.waiting is not None:
            _take(asked.waiting, provider.ports)
        return _code(asked, person, provider)
    waiting = asked.waiting or provider.ports.waiting.keep(asked.parameters).id
    if step == "sign_in":
        return SignIn(waiting)
    return AskConsent(waiting, asked.client, asked.scope, asked.redirect_uri)


def _agreed(asked: _Asked, person: Person, provider: Provider) -> GoTo:
    assert asked.waiting is not None
    _take(asked.waiting, provider.ports)
    provider.ports.grants.add(person.account.id, asked.client.id, asked.scope.split())
    return _code(asked, person, provider)


def _code(asked: _Asked, person: Person, provider: Provider) -> GoTo:
    """Let Authlib issue the code, on the request it found good."""
    try:
        grant = provider.get_consent_grant(asked.request, end_user=person)
    except OAuth2Error as error:
        raise Refused(error.error or "invalid_request", error.get_error_description() or "") from None
    assert isinstance(grant.client, OAuthClient)
    response = provider.create_authorization_response(asked.request, grant_user=person, grant=grant)
    return GoTo(add_params_to_uri(response.location, [("iss", provider.ports.issuer)]))


def _back(redirect_uri: str, refused: Refused, state: str | None, ports: Ports) -> GoTo:
    parameters = [("error", refused.error), ("error_description", refused.description)]
    if state:
        parameters.append(("state", state))
    return GoTo(add_params_to_uri(redirect_uri, [*parameters, ("iss", ports.issuer)]))


def _waiting(id: str, ports: Ports) -> WaitingRequest:
    found = ports.waiting.get(id)
    if found is None:
        raise Unanswerable
    return found


def _take(id: str, ports: Ports) -> None:
    """Use the waiting request up, once: a second press on the button finds nothing any more."""
    if ports.waiting.take(id) is None:
        raise Unanswerable
