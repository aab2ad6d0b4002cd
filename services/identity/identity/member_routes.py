"""The JSON API of one's own account, beside /me and consents: where one is signed in, and what is shared."""

from __future__ import annotations

import flask

from identity.domain.people import Language, NotAnAddress, NotAName, address, called
from identity.routing import ports, routes
from identity.schemas import (
    Me,
    MyChange,
    NewShare,
    Session,
    SessionPath,
    SessionQuery,
    Sessions,
    SharePath,
    Shares,
    me_of,
    share_of,
)
from identity.store.accounts import Account
from identity.usecases import sessions, shares
from identity.usecases.firstparty import check_first_party
from identity.usecases.myself import Myself, change_myself
from pijnstad_kit.http.auth import principal
from pijnstad_kit.http.request import language as wished_language
from pijnstad_kit.problems import Invalid, NotFound, PreconditionRequired, Stale


@routes.patch("/identity/v1/me", summary="Change what I say about myself", responses={200: Me})
def change_my_account(body: MyChange) -> tuple[Me, int, dict[str, str]]:
    try:
        name = called(body.name) if body.name is not None else None
    except NotAName:
        raise Invalid("The name has 1 to 60 characters.", errors=[{"pointer": "/name", "code": "name"}]) from None
    asked = Myself(name, body.language, body.audience, body.wishes)
    account = change_myself(_member(), asked, ports(), _version())
    return me_of(account), 200, {"ETag": f'"{account.version}"'}


@routes.get("/identity/v1/sessions", summary="Where I am signed in", responses={200: Sessions})
def my_sessions() -> Sessions:
    spoken = _spoken()
    found = sessions.places(_member(), ports())
    return Sessions(items=[Session(id=one.id, kind=one.kind, name=one.name[spoken], since=one.since) for one in found])


@routes.delete("/identity/v1/sessions/<id>", summary="Sign out at one place", responses={204: None})
def end_session(path: SessionPath) -> flask.Response:
    sessions.end_place(_member(), path.id, ports())
    return flask.Response(status=204)


@routes.delete("/identity/v1/sessions", summary="Sign out everywhere, or everywhere but one", responses={204: None})
def end_sessions(query: SessionQuery) -> flask.Response:
    sessions.end_other_places(_member(), query.but, ports())
    return flask.Response(status=204)


@routes.get("/identity/v1/shares", summary="What I let others see", responses={200: Shares})
def my_shares() -> Shares:
    owner = _account()
    return Shares(items=[share_of(one, owner.id, one.called) for one in shares.given(owner)])


@routes.post("/identity/v1/shares", summary="Ask somebody to see something of mine", responses={202: None})
def ask_share(body: NewShare) -> flask.Response:
    try:
        to = address(body.email)
    except NotAnAddress:
        raise Invalid("This is no e-mail address.", errors=[{"pointer": "/email", "code": "email"}]) from None
    shares.ask(_account(), to, body.name, body.parts, body.days, ports())
    return flask.Response(status=202)


@routes.delete("/identity/v1/shares/<share_id>", summary="Let somebody no longer see it", responses={204: None})
def revoke_share(path: SharePath) -> flask.Response:
    shares.revoke(_member(), path.share_id, ports())
    return flask.Response(status=204)


@routes.get("/identity/v1/shares/received", summary="What others let me see", responses={200: Shares})
def received_shares() -> Shares:
    found = shares.received(_member(), ports())
    return Shares(items=[share_of(one.share, one.owner, one.owner_name) for one in found])


@routes.delete("/identity/v1/shares/received/<share_id>", summary="Look no longer", responses={204: None})
def give_share_back(path: SharePath) -> flask.Response:
    shares.give_back(_member(), path.share_id, ports())
    return flask.Response(status=204)


def _version() -> int:
    """Return the version a change is meant for, as ETag told it. Errors: PreconditionRequired, Stale."""
    given = flask.request.headers.get("If-Match", "").strip()
    if not given:
        raise PreconditionRequired("Send If-Match with the ETag of the version you change.")
    version = given.strip('"')
    if not (version.isascii() and version.isdecimal() and len(version) < 10):
        raise Stale()
    return int(version)


def _account() -> Account:
    account = ports().accounts.get(_member())
    if account is None or account.disabled:
        raise NotFound()
    return account


def _member() -> str:
    """Return whose account it is, when one of the city's own clients asks. Errors: OnlyFirstParty."""
    who = principal()
    check_first_party(who.client, ports())
    return who.member


def _spoken() -> Language:
    return "nl" if wished_language() == "nl" else "en"
