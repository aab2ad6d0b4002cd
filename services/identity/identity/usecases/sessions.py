"""Who is signed in at a browser, and what ends when they sign out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from identity.ports import Ports
from identity.store.accounts import Account


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
