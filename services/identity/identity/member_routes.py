"""The JSON API of one's own account, beside /me and consents: where one is signed in."""

from __future__ import annotations

import flask

from identity.domain.people import Language
from identity.routing import ports, routes
from identity.schemas import Session, SessionPath, SessionQuery, Sessions
from identity.usecases import sessions
from identity.usecases.firstparty import check_first_party
from pijnstad_kit.http.auth import principal
from pijnstad_kit.http.request import language as wished_language


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


def _member() -> str:
    """Return whose account it is, when one of the city's own clients asks. Errors: OnlyFirstParty."""
    who = principal()
    check_first_party(who.client, ports())
    return who.member


def _spoken() -> Language:
    return "nl" if wished_language() == "nl" else "en"
