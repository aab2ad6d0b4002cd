"""Following what members agreed to: identity's events of one account, each once and in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from content.ports import Ports


def welcome_member(id: str, epoch: int, *, audience: str, language: str, ports: Ports) -> None:
    """Know a new account. Nothing is agreed to yet."""
    ports.members.begin(id, epoch, audience=audience, language=language)


def follow_member(id: str, epoch: int, sequence: int, changes: Mapping[str, Any], ports: Ports) -> None:
    """Take in the next event of an account; without consent nothing of its entries stays. Errors: StreamGap."""
    ports.members.go_on(id, epoch, sequence, changes)
    if not ports.members.get([id])[id].suggestions:  # also when the event was known: the first try may have died here
        ports.moments.forget_member(id)
