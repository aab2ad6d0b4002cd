"""Moments: one document per diary event, with its outcome and, when something was suggested, the suggestion.

The outcome, the suggestion and its outgoing event are one insert under an id derived from the incoming event. That at
most three a day are made is kept by a unique index on (member, day, slot), whoever inserts at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import mongoengine as me

from content.domain.deciding import Decision, Situation
from content.domain.facets import Rating, Theme
from content.domain.ranking import LESS_FOR, Helped
from content.domain.signals import REST, WEEK, Member, day_of
from content.store import shapes
from content.store.shapes import Moment, Suggestion
from pijnstad_kit.ids import derived_id
from pijnstad_kit.store import AggregateDocument, ensure_indexes
from pijnstad_kit.store.aggregates import AggregateStore, Created, NewAggregate, Recorded
from pijnstad_kit.store.documents import now as stored_now

HANDLER = "content.suggestions"
THREE_A_DAY = "three_a_day"
Place = tuple[datetime, str]  # where a list goes on: a time and an id

_WITHOUT_OUTBOX = {"outbox": 0}
_OF_THE_WEEK = dict.fromkeys(("member", "entry_id", "entry_sequence", "happened", "at", "themes", "safety"), 1)
_OF_SUGGESTIONS = dict.fromkeys(("member", "day", "slot", "suggestion"), 1)


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
            ["member", "suggestion.rating"],
            ["suggestion.item_slug", "suggestion.theme", "suggestion.rating"],
        ],
    }


def moment_id(event_id: str) -> str:
    """Return the id of the moment an event leads to; it is also the id of the suggestion in it."""
    return derived_id(event_id, HANDLER)


class MomentStore:
    """Keep the moments."""

    def __init__(self) -> None:
        self.aggregates: AggregateStore[MomentDocument] = AggregateStore(MomentDocument)

    def known(self, ids: Iterable[str]) -> set[str]:
        """Return which of these moments exist."""
        found = self.aggregates.collection.find({"_id": {"$in": list(ids)}}, {"_id": 1})
        return {one["_id"] for one in found}

    def situations(self, members: Mapping[str, Member], now: datetime) -> dict[str, Situation]:
        """Return what is known of these members: their week, what they were given for months, what they refused for good.

        Three questions of one index each: an `$or` over them is a walk through everything on some stores.
        """
        situations = {id: Situation(member) for id, member in members.items()}
        theirs = _one_of("member", members)
        for one in self._find({**theirs, "at": {"$gte": now - WEEK}}, _OF_THE_WEEK):
            shapes.hear(situations[one["member"]], one)
        given = self._find({**theirs, "suggestion.made_at": {"$gte": now - LESS_FOR}}, _OF_SUGGESTIONS)
        refused = self._find({**theirs, "suggestion.rating": "not_for_me"}, _OF_SUGGESTIONS)
        today = day_of(now)
        for one in {one["_id"]: one for one in (*given, *refused)}.values():
            situation = situations[one["member"]]
            situation.seen.append(shapes.seen(one["suggestion"]))
            if one["day"] == today:
                situation.slots.add(one["slot"])
        return situations

    def insert(self, new: Sequence[tuple[Decision, Sequence[Recorded]]], now: datetime) -> Created:
        """Insert what came of events, each with the events it records itself, in one unordered write."""
        ensure_indexes(MomentDocument)
        return self.aggregates.create_many(
            [
                NewAggregate(moment_id(decision.signal.event_id), shapes.fields(decision, now), events)
                for decision, events in new
            ]
        )

    def removed(self, entry_ids: Iterable[str]) -> list[str]:
        """Return which of these entries were removed."""
        query = {**_one_of("entry_id", entry_ids), "happened": "removed"}
        return [one["entry_id"] for one in self.aggregates.collection.find(query, {"entry_id": 1})]

    def resting(self, members: Iterable[str], now: datetime) -> set[str]:
        """Return which of these members had a safety signal in the past 24 hours."""
        query = {**_one_of("member", members), "at": {"$gt": now - REST}, "safety": {"$exists": True}}
        return {one["member"] for one in self.aggregates.collection.find(query, {"member": 1})}

    def forget_entries(self, entry_ids: Sequence[str]) -> None:
        """Let go of removed entries: their moments lose their themes, their suggestions are withdrawn."""
        if entry_ids:
            self._let_go(_one_of("entry_id", entry_ids))

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

    def newest(self, member: str, limit: int, before: Place | None = None) -> list[Suggestion]:
        """Return a member's open suggestions, newest first, from a place on."""
        query = {"member": member, "suggestion.state": "open"}
        return [shapes.suggestion(one) for one in self._newest(query, "suggestion.made_at", before, limit)]

    def history(self, member: str, limit: int, before: Place | None = None) -> list[Moment]:
        """Return what came of a member's diary events, newest first, from a place on."""
        return [shapes.moment(one) for one in self._newest({"member": member}, "at", before, limit)]

    def get(self, id: str, member: str) -> Suggestion | None:
        """Return one open suggestion of this member; another's is not there."""
        found = self.aggregates.collection.find_one(
            {"_id": id, "member": member, "suggestion.state": "open"}, {"outbox": 0}
        )
        return None if found is None else shapes.suggestion(found)

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

    def helped_counts(self) -> dict[tuple[str, Theme], Helped]:
        """Count what people said of every item and theme, all at once."""
        said = {"slug": "$suggestion.item_slug", "theme": "$suggestion.theme", "rating": "$suggestion.rating"}
        rated = {"suggestion.rating": {"$exists": True}, "suggestion.theme": {"$exists": True}}
        groups = self.aggregates.collection.aggregate(
            [{"$match": rated}, {"$group": {"_id": said, "number": {"$sum": 1}}}]
        )
        counts: dict[tuple[str, Theme], Helped] = {}
        for one in groups:
            key, helps = (one["_id"]["slug"], one["_id"]["theme"]), one["_id"]["rating"] == "helps"
            before = counts.get(key, Helped(0, 0))
            number = one["number"]
            counts[key] = Helped(before.yes + number * helps, before.no + number * (not helps))
        return counts

    def _newest(self, query: dict[str, Any], key: str, before: Place | None, limit: int) -> list[dict[str, Any]]:
        """Return a page by a time, newest first: the rest of those at the place's very moment, then what is older."""
        steps = [query]
        if before is not None:
            moment, id = before
            steps = [{**query, key: moment, "_id": {"$lt": id}}, {**query, key: {"$lt": moment}}]
        found: list[dict[str, Any]] = []
        for step in steps:
            if len(found) < limit:
                ordered = self._find(step, _WITHOUT_OUTBOX).sort([(key, -1), ("_id", -1)])
                found += ordered.limit(limit - len(found))
        return found

    def _find(self, query: Mapping[str, Any], wanted: Mapping[str, int]) -> Any:
        return self.aggregates.collection.find(query, wanted)

    def _let_go(self, query: Mapping[str, Any]) -> None:
        private = dict.fromkeys(("themes", "suggestion.theme", "suggestion.direction", "suggestion.times"), "")
        # What was told of them says why too, so it goes with them: at once, or when it has been sent.
        untold = {"waiting": {"$exists": False}, "themes": {"$exists": True}}
        self._update({**query, **untold}, {"$unset": private, "$set": {"outbox": [], "keeps": 0}})
        self._update({**query, "themes": {"$exists": True}}, {"$unset": private, "$set": {"keeps": 0}})
        self._update({**query, "suggestion.state": "open"}, {"$set": {"suggestion.state": "withdrawn"}})

    def _update(self, query: Mapping[str, Any], update: Mapping[str, Any]) -> None:
        """Change many moments at once; versions move on, so that a rating under way does not write over it."""
        self.aggregates.collection.update_many(query, {**update, "$inc": {"version": 1}})


def _one_of(name: str, values: Iterable[str]) -> dict[str, Any]:
    """Return the condition that a field is one of these: for a single one plain equality, which stores answer faster."""
    listed = list(values)
    return {name: listed[0] if len(listed) == 1 else {"$in": listed}}
