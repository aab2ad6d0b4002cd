"""Who is signed in at a browser, and what ends when they sign out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from identity.domain.people import Language
from identity.ports import Ports
from identity.store.accounts import Account
from pijnstad_kit.problems import NotFound


@dataclass(frozen=True, slots=True)
class Person:
    """Hold who is signed in at a browser: the end user of a request."""

    account: Account
    sid: str
    signed_in_at: datetime

    def get_user_id(self) -> str:
        """Return the member's id."""
        return self.account.id


def person(cookie: str | None, ports: Ports) -> Person | None:
    """Return who is signed in with this cookie; a disabled account is signed in nowhere."""
    session = ports.sessions.get(cookie) if cookie else None
    account = ports.accounts.get(session.member) if session else None
    if session is None or account is None or account.disabled:
        return None
    return Person(account, session.sid, session.signed_in_at)


def begin_session(account: Account, before: str | None, ports: Ports, device: str = "") -> str:
    """Start a session under a new cookie and end the one the browser had.

    Signing in once more as the same person keeps the session's name, so that signing out ends all of it.
    """
    earlier = ports.sessions.get(before) if before else None
    if before and earlier is not None:
        ports.sessions.end(before)
    same = earlier is not None and earlier.member == account.id
    return ports.sessions.start(account.id, earlier.sid if same and earlier else None, device)


def end_session(cookie: str | None, ports: Ports) -> None:
    """End a session, and with it what was authorized in it (native apps sign out by themselves)."""
    session = ports.sessions.get(cookie) if cookie else None
    if cookie is None or session is None:
        return
    ports.sessions.end(cookie)
    ports.authorizations.revoke_of_session(session.sid, "signed out")


@dataclass(frozen=True, slots=True)
class Place:
    """Hold one place where a member is signed in: a browser, or an app (then with its names)."""

    id: str
    kind: Literal["browser", "app"]
    name: Mapping[Language, str]
    since: datetime


def places(member: str, ports: Ports) -> list[Place]:
    """Return everywhere a member is signed in, newest first. One browser is one place, however often it signed in."""
    browsers = {session.sid: session for session in reversed(ports.sessions.of_member(member))}
    found = [Place(one.sid, "browser", _both(one.device), one.signed_in_at) for one in browsers.values()]
    for app in ports.authorizations.apps_of(member):
        client = ports.clients.get(app.client_id)
        if client is not None:
            found.append(Place(app.id, "app", client.names, app.signed_in_at))
    return sorted(found, key=lambda place: place.since, reverse=True)


def end_place(member: str, id: str, ports: Ports) -> None:
    """Sign a member out at one place, with every token that was given there. Errors: NotFound."""
    if ports.sessions.end_named(member, id):
        ports.authorizations.revoke_of_session(id, "ended by its member")
    elif not ports.authorizations.revoke_app(member, id, "ended by its member"):
        raise NotFound()


def end_other_places(member: str, but: str | None, ports: Ports) -> None:
    """Sign a member out everywhere except in the browser session named `but`; without one, everywhere."""
    ports.sessions.end_all(member, but)
    ports.authorizations.revoke_of_member(member, "ended by its member", but)


def _both(name: str) -> Mapping[Language, str]:
    return {"nl": name, "en": name}
