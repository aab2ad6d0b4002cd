"""Moments: one document per diary event, with its outcome and, when something was suggested, the suggestion.

The outcome, the suggestion and its outgoing event are one insert under an id derived from the incoming event. That at
most three a day are made is kept by a unique index on (member, day, slot), whoever inserts at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import mongoengine as me

from content.domain.deciding import Decision, Entry, Situation
from content.domain.facets import Direction, Rating, Theme
from content.domain.ranking import LESS_FOR, Helped, Seen
from content.domain.signals import REST, WEEK, Happened, Member, Moved, Outcome, day_of
from content.store.indexes import Indexed
from pijnstad_kit.ids import derived_id
from pijnstad_kit.store import AggregateDocument
from pijnstad_kit.store.aggregates import AggregateStore, Created, NewAggregate, Recorded
from pijnstad_kit.store.documents import now as stored_now

HANDLER = "content.suggestions"
THREE_A_DAY = "three_a_day"


class MomentDocument(AggregateDocument):
    """Be what came of one diary event. Themes are there only with consent, and go when it is withdrawn."""

    member = me.StringField(required=True)
    entry_id = me.StringField(required=True)
    entry_sequence = me.IntField(required=True)
    happened = me.StringField(required=True)
    outcome = me.StringField(required=True)
    at = me.DateTimeField(required=True)
    day = me.StringField(required=True)
    slot = me.IntField()
    safety = me.StringField()
    themes = me.ListField(me.ListField(me.StringField()))
    suggestion = me.DictField()

    meta = {
        "collection": "moments",
        "db_alias": "content",
        "auto_create_index": False,
        "indexes": [
            {
                "fields": ["member", "day", "slot"],
                "unique": True,
                "name": THREE_A_DAY,
                "partialFilterExpression": {"slot": {"$exists": True}},
            },
            ["member", "-at"],
            ["member", "-suggestion.made_at"],
            ["entry_id"],
            ["suggestion.item_slug", "suggestion.theme", "suggestion.rating"],
        ],
    }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Hold a suggestion as its member may see it."""

    id: str
    version: int
    member: str
    entry_id: str
    item_slug: str
    theme: Theme
    direction: Direction
    times: int
    made_at: datetime
    rating: Rating | None


@dataclass(frozen=True, slots=True)
class Moment:
    """Hold what came of one diary event, as its member may see it."""

    id: str
    entry_id: str
    happened: Happened
    outcome: Outcome
    at: datetime
    suggested: bool


def moment_id(event_id: str) -> str:
    """Return the id of the moment an event leads to; it is also the id of the suggestion in it."""
    return derived_id(event_id, HANDLER)


class MomentStore(Indexed):
    """Keep the moments."""

    document = MomentDocument

    def __init__(self) -> None:
        self.aggregates: AggregateStore[MomentDocument] = AggregateStore(MomentDocument)

    def known(self, ids: Iterable[str]) -> set[str]:
        """Return which of these moments exist."""
        found = self.aggregates.collection.find({"_id": {"$in": list(ids)}}, {"_id": 1})
        return {one["_id"] for one in found}

    def situations(self, members: Mapping[str, Member], now: datetime) -> dict[str, Situation]:
        """Return what is known of these members at this moment."""
        situations = {id: Situation(member) for id, member in members.items()}
        today = day_of(now)
        for one in self._recent(list(members), now):
            _add(situations[one["member"]], one, today)
        return situations

    def insert(self, new: Sequence[tuple[Decision, Sequence[Recorded]]], now: datetime) -> Created:
        """Insert what came of events, each with the events it records itself, in one unordered write."""
        self.ensure_indexes()
        return self.aggregates.create_many(
            [
                NewAggregate(moment_id(decision.signal.event_id), _fields(decision, now), events)
                for decision, events in new
            ]
        )

    def removed(self, entry_ids: Iterable[str]) -> list[str]:
        """Return which of these entries were removed."""
        query = {"entry_id": {"$in": list(entry_ids)}, "happened": "removed"}
        return [one["entry_id"] for one in self.aggregates.collection.find(query, {"entry_id": 1})]

    def resting(self, members: Iterable[str], now: datetime) -> set[str]:
        """Return which of these members had a safety signal in the past 24 hours."""
        query = {"member": {"$in": list(members)}, "at": {"$gt": now - REST}, "safety": {"$exists": True}}
        return {one["member"] for one in self.aggregates.collection.find(query, {"member": 1})}

    def forget_entries(self, entry_ids: Sequence[str]) -> None:
        """Let go of removed entries: their moments lose their themes, their suggestions are withdrawn."""
        if entry_ids:
            self._let_go({"entry_id": {"$in": list(entry_ids)}})

    def forget_member(self, member: str) -> None:
        """Let go of everything a member's entries said: consent was withdrawn or the account closed."""
        self._let_go({"member": member})

    def withdraw(self, member: str, *, entry_id: str | None = None, made_since: datetime | None = None) -> None:
        """Withdraw the suggestions of an entry, or those made since a moment: a safety signal came with it or before."""
        query: dict[str, Any] = {"member": member, "suggestion.state": "open"}
        if entry_id is not None:
            query["entry_id"] = entry_id
        if made_since is not None:
            query["suggestion.made_at"] = {"$gte": made_since}
        self._update(query, {"$set": {"suggestion.state": "withdrawn"}})

    def newest(self, member: str, limit: int, before: tuple[datetime, str] | None = None) -> list[Suggestion]:
        """Return a member's open suggestions, newest first, from a place on."""
        query: dict[str, Any] = {"member": member, "suggestion.state": "open"}
        if before is not None:
            made_at, id = before
            query["$or"] = [
                {"suggestion.made_at": {"$lt": made_at}},
                {"suggestion.made_at": made_at, "_id": {"$lt": id}},
            ]
        order = [("suggestion.made_at", -1), ("_id", -1)]
        found = self.aggregates.collection.find(query, {"outbox": 0}).sort(order).limit(limit)
        return [_suggestion(one) for one in found]

    def history(self, member: str, limit: int, before: tuple[datetime, str] | None = None) -> list[Moment]:
        """Return what came of a member's diary events, newest first, from a place on."""
        query: dict[str, Any] = {"member": member}
        if before is not None:
            at, id = before
            query["$or"] = [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": id}}]
        wanted = dict.fromkeys(("entry_id", "happened", "outcome", "at", "suggestion.state"), 1)
        found = self.aggregates.collection.find(query, wanted).sort([("at", -1), ("_id", -1)]).limit(limit)
        return [_moment(one) for one in found]

    def get(self, id: str, member: str) -> Suggestion | None:
        """Return one open suggestion of this member; another's is not there."""
        found = self.aggregates.collection.find_one(
            {"_id": id, "member": member, "suggestion.state": "open"}, {"outbox": 0}
        )
        return None if found is None else _suggestion(found)

    def rate(self, suggestion: Suggestion, rating: Rating, event: Recorded) -> Suggestion:
        """Keep a rating with its event. Errors: Stale when the moment changed since it was read."""
        change = {"suggestion.rating": rating, "suggestion.rated_at": stored_now()}
        document = self.aggregates.change(suggestion.id, suggestion.version, set=change, events=[event])
        return replace(suggestion, rating=rating, version=document.version)

    def rated(self, ids: Iterable[str]) -> set[tuple[str, Theme]]:
        """Return which items were given for which themes in these suggestions."""
        found = self.aggregates.collection.find(
            {"_id": {"$in": list(ids)}, "suggestion.theme": {"$exists": True}},
            {"suggestion.item_slug": 1, "suggestion.theme": 1},
        )
        return {(one["suggestion"]["item_slug"], one["suggestion"]["theme"]) for one in found}

    def count_helped(self, slug: str, theme: Theme) -> Helped:
        """Count what people said of an item that came for a theme."""
        rated = {"suggestion.item_slug": slug, "suggestion.theme": theme, "suggestion.rating": {"$exists": True}}
        groups = self.aggregates.collection.aggregate(
            [{"$match": rated}, {"$group": {"_id": "$suggestion.rating", "number": {"$sum": 1}}}]
        )
        numbers = {one["_id"]: one["number"] for one in groups}
        return Helped(numbers.get("helps", 0), numbers.get("less_of_this", 0) + numbers.get("not_for_me", 0))

    def _recent(self, members: list[str], now: datetime) -> Any:
        """Read this week's moments, the suggestions of the past months, and what was refused for good."""
        wanted = {"outbox": 0, "request_hash": 0}
        return self.aggregates.collection.find(
            {
                "member": {"$in": members},
                "$or": [
                    {"at": {"$gte": now - WEEK}},
                    {"suggestion.made_at": {"$gte": now - LESS_FOR}},
                    {"suggestion.rating": "not_for_me"},
                ],
            },
            wanted,
        )

    def _let_go(self, query: Mapping[str, Any]) -> None:
        private = dict.fromkeys(("themes", "suggestion.theme", "suggestion.direction", "suggestion.times"), "")
        self._update({**query, "themes": {"$exists": True}}, {"$unset": private})
        self._update({**query, "suggestion.state": "open"}, {"$set": {"suggestion.state": "withdrawn"}})

    def _update(self, query: Mapping[str, Any], update: Mapping[str, Any]) -> None:
        """Change many moments at once; versions move on, so that a rating under way does not write over it."""
        self.aggregates.collection.update_many(query, {**update, "$inc": {"version": 1}})


def _fields(decision: Decision, now: datetime) -> dict[str, Any]:
    signal = decision.signal
    fields: dict[str, Any] = {
        "member": signal.member,
        "entry_id": signal.entry_id,
        "entry_sequence": signal.sequence,
        "happened": signal.happened,
        "outcome": decision.outcome,
        "at": signal.at,
        "day": day_of(now),
    }
    if signal.safety != "none":
        fields["safety"] = signal.safety
    if decision.outcome not in ("no_consent", "removed"):
        fields["themes"] = [[moved.theme, moved.direction] for moved in signal.themes]
    if decision.choice is not None:
        fields |= {"slot": decision.slot, "suggestion": _suggestion_fields(decision, now)}
    return fields


def _suggestion_fields(decision: Decision, now: datetime) -> dict[str, Any]:
    assert decision.choice is not None
    item, moved = decision.choice.item, decision.choice.moved
    return {
        "state": "open",
        "item_slug": item.slug,
        "kind": item.kind,
        "theme": moved.theme,
        "direction": moved.direction,
        "times": decision.times,
        "made_at": now,
    }


def _add(situation: Situation, one: Mapping[str, Any], today: str) -> None:
    """Let a situation know of one moment of the past."""
    if one.get("safety"):
        situation.signals.append(one["at"])
    if one.get("slot") and one["day"] == today:
        situation.slots.add(one["slot"])
    if one.get("suggestion"):
        situation.seen.append(_seen(one["suggestion"]))
    known = situation.entries.get(one["entry_id"])
    if known is None or known.sequence < one["entry_sequence"]:
        themes = tuple(Moved(theme, direction) for theme, direction in one.get("themes") or ())
        gone = one["outcome"] == "removed"
        situation.entries[one["entry_id"]] = Entry(one["entry_id"], one["entry_sequence"], one["at"], themes, gone)


def _seen(suggestion: Mapping[str, Any]) -> Seen:
    return Seen(
        slug=suggestion["item_slug"],
        kind=suggestion["kind"],
        theme=suggestion.get("theme"),
        made_at=suggestion["made_at"],
        rating=suggestion.get("rating"),
    )


def _moment(one: Mapping[str, Any]) -> Moment:
    open_ = one.get("suggestion", {}).get("state") == "open"
    return Moment(one["_id"], one["entry_id"], one["happened"], one["outcome"], one["at"], open_)


def _suggestion(one: Mapping[str, Any]) -> Suggestion:
    suggestion = one["suggestion"]
    return Suggestion(
        id=one["_id"],
        version=one["version"],
        member=one["member"],
        entry_id=one["entry_id"],
        item_slug=suggestion["item_slug"],
        theme=suggestion["theme"],
        direction=suggestion["direction"],
        times=suggestion["times"],
        made_at=suggestion["made_at"],
        rating=suggestion.get("rating"),
    )
