"""Following what members agreed to: identity's events of one account, each once and in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from content.ports import Ports
from pijnstad_contracts.envelope import Event
from pijnstad_contracts.identity import AccountChanged, AccountClosed, AccountRegistered, ConsentGiven


def follow_member(event: Event[Any], ports: Ports) -> None:
    """Take in the next event of an account; without consent nothing of its entries stays. Errors: StreamGap."""
    if isinstance(event.data, AccountRegistered):
        ports.members.begin(event.subject, event.epoch, event.time, _beginning(event.data))
        return
    ports.members.go_on(event.subject, event.epoch, event.sequence, event.time, _changes(event.data))
    member = ports.members.get([event.subject])[event.subject]
    if not member.suggestions:  # also when the event was known: the first try may have died here
        ports.moments.forget_member(member.id)


def member_after(events: Iterable[Event[Any]]) -> Mapping[str, Any]:
    """Return what we know of a member after all events of the account: what reconciliation holds our row to."""
    fields: dict[str, Any] = {}
    for event in events:
        fields |= _beginning(event.data) if isinstance(event.data, AccountRegistered) else _changes(event.data)
    return fields


def _beginning(data: AccountRegistered) -> dict[str, Any]:
    """Return what a new account starts with. Nothing is agreed to yet."""
    return {"audience": data.audience, "language": data.language, "suggestions": False}


def _changes(data: Any) -> dict[str, Any]:
    """Return what an event changes of what we know; other purposes only move the stream on."""
    if isinstance(data, AccountClosed):
        return {"suggestions": False, "closed": True}
    if isinstance(data, AccountChanged):
        return {"audience": data.audience, "language": data.language}
    if getattr(data, "purpose", None) != "suggestions" or data.partner is not None:
        return {}
    if isinstance(data, ConsentGiven):
        return {"suggestions": True, "text_version": data.text_version}
    return {"suggestions": False}
