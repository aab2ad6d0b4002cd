"""In which order a consumer takes what it has read: innocents get their turn before and after what kills the worker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from pijnstad_contracts.envelope import Event
from pijnstad_contracts.selfcare import DiaryEntryRemoved
from pijnstad_kit.messaging.inbox import DELIVERIES, Delivery, Inbox


def test_fresh_messages_come_as_one_batch_in_order() -> None:
    inbox = Inbox(batch=10)
    _put(inbox, "abc", returns=0)
    assert [one.event.subject for one in inbox.take(0)] == ["a", "b", "c"]


@pytest.mark.parametrize(("returns", "order"), [(1, "abc"), (2, "cba")])
def test_what_came_back_once_is_taken_from_the_front_and_twice_from_the_back(returns: int, order: str) -> None:
    inbox = Inbox(batch=10)
    _put(inbox, "abc", returns=returns)
    assert "".join(_all(inbox)) == order


def test_what_came_back_more_often_is_taken_by_chance() -> None:
    orders = set()
    for _ in range(50):
        inbox = Inbox(batch=10)
        _put(inbox, "abc", returns=3)
        orders.add("".join(_all(inbox)))
    assert len(orders) > 1


@pytest.mark.parametrize("returns", [1, 2, 3])
def test_events_of_one_stream_keep_their_order_whatever_came_back(returns: int) -> None:
    inbox = Inbox(batch=10)
    for number, subject in enumerate("abab"):
        inbox.put(_delivery(subject, number, returns), again=True)
    taken = [inbox.take(0)[0] for _ in range(4)]
    for subject in "ab":
        numbers = [one.event.sequence for one in taken if one.event.subject == subject]
        assert numbers == sorted(numbers)


def _put(inbox: Inbox, subjects: Iterable[str], returns: int) -> None:
    for number, subject in enumerate(subjects):
        inbox.put(_delivery(subject, number, returns), again=returns > 0)


def _all(inbox: Inbox) -> list[str]:
    return [inbox.take(0)[0].event.subject for _ in range(3)]


def _delivery(subject: str, number: int, returns: int) -> Delivery:
    data = DiaryEntryRemoved(entry_id=subject)
    event: Event[Any] = Event(f"{subject}{number}", data.source, data.type, subject, datetime.now(UTC), number, 1, data)
    return Delivery(SimpleNamespace(delivery_tag=number, headers={DELIVERIES: returns}), event)
