"""Every event content reacts to. A group is a queue: slow or paused search never holds up a suggestion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from content.domain.signals import Happened, Moved, Signal
from content.ports import Ports
from content.search.port import SearchAway
from content.usecases.indexing import refresh_items
from content.usecases.members import follow_member
from content.usecases.suggesting import suggest_for_entries
from content.usecases.suggestions import learn_from_ratings
from pijnstad_contracts import identity
from pijnstad_contracts.content import ItemPublished, ItemRetired, ItemRevised, SuggestionRated
from pijnstad_contracts.envelope import Event
from pijnstad_contracts.registry import events_of
from pijnstad_contracts.selfcare import DiaryEntryAmended, DiaryEntryRecorded, DiaryEntryRemoved
from pijnstad_kit.messaging.handlers import DependencyAway, Handles

handles = Handles("content")

_HAPPENED: dict[type[Any], Happened] = {
    DiaryEntryRecorded: "recorded",
    DiaryEntryAmended: "amended",
    DiaryEntryRemoved: "removed",
}


@handles.batch(DiaryEntryRecorded, DiaryEntryAmended, DiaryEntryRemoved, group="suggestions")
def suggest_for_diary(events: Sequence[Event[Any]], ports: Ports) -> None:
    """Let each diary event lead to one moment: a suggestion, or why there is none."""
    suggest_for_entries([_signal(event) for event in events], {event.id: event for event in events}, ports)


@handles(*events_of(identity), group="members")
def follow_account(event: Event[Any], ports: Ports) -> None:
    """Know whom we speak to and what they agreed to. All of an account's events come here: they are one stream."""
    follow_member(event, ports)


@handles.batch(SuggestionRated, group="ratings")
def learn_what_helped(events: Sequence[Event[SuggestionRated]], ports: Ports) -> None:
    """Count again what the rated items are worth."""
    learn_from_ratings([event.data.suggestion_id for event in events], ports)


@handles.batch(ItemPublished, ItemRevised, ItemRetired, group="search")
def keep_search_current(events: Sequence[Event[Any]], ports: Ports) -> None:
    """Bring changed items into the search index; while the engine is away, wait for it."""
    try:
        refresh_items(list(dict.fromkeys(event.data.slug for event in events)), ports)
    except SearchAway as away:
        raise DependencyAway("search") from away


def _signal(event: Event[Any]) -> Signal:
    data = event.data
    return Signal(
        happened=_HAPPENED[type(data)],
        event_id=event.id,
        member=event.member or "",
        entry_id=data.entry_id,
        sequence=event.sequence,
        at=event.time,
        themes=tuple(Moved(one.theme, one.direction) for one in getattr(data, "themes", ())),
        safety=getattr(data, "safety", "none"),
        flare=getattr(data, "flare", "none") != "none",
    )
