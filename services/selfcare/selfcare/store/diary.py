"""The diary in the database: one document an entry, its history and its outbox inside, a person's words sealed.

Every question names the member: what is not theirs is not found. Lists and the baseline read the raw collection by the
index (member, started_at desc, _id desc) with a projection; history and outbox stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import mongoengine as me

from pijnstad_contracts.selfcare import ThemeSignal
from pijnstad_kit.store import AggregateDocument, ready
from pijnstad_kit.store.aggregates import AggregateStore, Recorded
from pijnstad_kit.store.documents import now
from selfcare.domain import entries as domain
from selfcare.domain.entries import Entry, Parts, Span, Written
from selfcare.store.keys import MemberKeyDocument, MemberKeys, MemberVault

HISTORY = (
    200  # older versions an entry keeps: beyond it the oldest go, so that a document stays far below the limit of 16 MB
)
BASELINE_LIMIT = 1000
_READ = dict.fromkeys(("member", "version", "written_by", "created_at", "updated_at", "removed_at"), 1)
_WRITTEN = ("parts", "started_at", "ended_at", "burdens", "themes", "safety")
_ENTRY = _READ | dict.fromkeys(_WRITTEN, 1)


class DiaryEntryDocument(AggregateDocument):
    """Hold one entry. A removed one keeps its ids, its events that still wait, and nothing else."""

    member = me.StringField(required=True)
    written_by = me.StringField()
    started_at = me.DateTimeField()
    ended_at = me.DateTimeField()
    parts = me.DictField()
    burdens = me.DictField()
    themes = me.ListField(me.DictField())
    safety = me.StringField()
    history = me.ListField(me.DictField())
    removed_at = me.DateTimeField()

    meta = {
        "collection": "diary_entries",
        "db_alias": "selfcare",
        "indexes": [{"fields": ["member", "-started_at", "-id"], "name": "diary_of_member"}],
    }


@dataclass(frozen=True, slots=True)
class Place:
    """Hold a place in the list: right after this entry."""

    started_at: datetime
    id: str


class Diary:
    """Write, change, remove and find entries of members' diaries."""

    def __init__(self, entries: AggregateStore[DiaryEntryDocument], keys: MemberKeys) -> None:
        self._entries = entries
        self._keys = keys

    def ready(self) -> None:
        """Raise when the database does not answer. The first time it does, the indexes are made."""
        ready("selfcare", DiaryEntryDocument, MemberKeyDocument)

    def add(
        self, id: str, member: str, written_by: str, written: Written, *, events: Sequence[Recorded], request_hash: str
    ) -> Entry | None:
        """Store a new entry with its events; repeating the request finds what it made, None when that was removed.

        Errors: IdempotencyKeyReused.
        """
        vault = self._keys.of(member)
        fields = {"member": member, "written_by": written_by, **_fields(written, id, vault)}
        stored = self._entries.create(fields, id=id, events=events, request_hash=vault.fingerprint(request_hash))
        return _entry(stored.to_mongo(), vault) if stored.removed_at is None else None

    def find(self, member: str, id: str) -> Entry | None:
        """Return the member's entry, None when it is not there or not theirs."""
        raw = self._entries.collection.find_one({"_id": id, "member": member, "removed_at": None}, _ENTRY)
        return _entry(raw, self._keys.of(member)) if raw else None

    def page(
        self, member: str, *, limit: int, after: Place | None, since: datetime | None, until: datetime | None
    ) -> list[Entry]:
        """Return at most `limit` entries, newest first, that lie after a place and within [since, until)."""
        floor = max(since or domain.EARLIEST, domain.EARLIEST)
        if after is None or (until and until <= after.started_at):
            raws = self._newest(member, _between(floor, until), limit)
        else:
            raws = self._newest(member, after.started_at, limit, {"$lt": after.id}) if after.started_at >= floor else []
            raws += self._newest(member, _between(floor, after.started_at), limit - len(raws))
        vault = self._keys.of(member) if raws else None
        return [_entry(raw, vault) for raw in raws if vault]

    def burdens_between(
        self, member: str, since: datetime, until: datetime, *, besides: str
    ) -> list[Mapping[str, float]]:
        """Return the burdens of the member's entries that started in [since, until), without the one named."""
        query = {"member": member, "started_at": _between(since, until)}
        found = self._entries.collection.find(query, {"burdens": 1}).sort("started_at", -1).limit(BASELINE_LIMIT)
        return [raw.get("burdens", {}) for raw in found if raw["_id"] != besides]

    def amend(self, entry: Entry, written: Written, *, by: str, events: Sequence[Recorded]) -> Entry:
        """Replace what an entry says and keep what it said, words sealed as they were. Errors: Stale."""
        vault = self._keys.of(entry.member)
        before = self._entries.collection.find_one(
            {"_id": entry.id, "version": entry.version}, dict.fromkeys(_WRITTEN, 1)
        )
        kept = {name: (before or {}).get(name) for name in ("parts", "started_at", "ended_at")}
        past = {"version": entry.version, "until": now(), "changed_by": by, **kept}
        stored = self._entries.change(
            entry.id,
            entry.version,
            set=_fields(written, entry.id, vault),
            push={"history": {"$each": [past], "$slice": -HISTORY}},
            events=events,
        )
        return _entry(stored.to_mongo(), vault)

    def remove(self, member: str, id: str, version: int, *, events: Sequence[Recorded]) -> None:
        """Let an entry go, words, numbers, times and history at once; a tombstone carries its last event. Errors: Stale."""
        self._entries.change(
            id, version, set={"removed_at": now()}, unset=("written_by", "history", *_WRITTEN), events=events, keeps=1
        )

    def version_of(self, member: str, id: str) -> int | None:
        """Return the version of a member's entry, None when it is not there or not theirs."""
        raw = self._entries.collection.find_one({"_id": id, "member": member, "removed_at": None}, {"version": 1})
        return int(raw["version"]) if raw else None

    def _newest(self, member: str, started_at: Any, limit: int, id: Any = None) -> list[dict[str, Any]]:
        """Return raw entries by ranges of the index alone: a removed entry has no start, so no range holds it."""
        if limit <= 0:
            return []
        query = {"member": member, "started_at": started_at} | ({"_id": id} if id else {})
        return list(self._entries.collection.find(query, _ENTRY).sort([("started_at", -1), ("_id", -1)]).limit(limit))


def _between(since: datetime, until: datetime | None) -> dict[str, datetime]:
    """Return the range [since, until) of times, which are whole milliseconds.

    Written as "after the millisecond before": SecantusDB 0.7.0b3 leaves out the value itself of a `$gte` on a descending
    field of an index that has another field behind it (tests/selfcare holds it to the truth).
    """
    return {"$gt": since - timedelta(milliseconds=1)} | ({"$lt": until} if until else {})


def _fields(written: Written, id: str, vault: MemberVault) -> dict[str, Any]:
    return {
        "parts": _sealed(domain.given(written.parts), id, vault),
        "started_at": written.span.started_at,
        "ended_at": written.span.ended_at,
        "burdens": dict(written.burdens),
        "themes": [signal.model_dump() for signal in written.themes],
        "safety": written.safety,
    }


def _entry(raw: Mapping[str, Any], vault: MemberVault) -> Entry:
    return Entry(
        id=raw["_id"],
        version=raw["version"],
        member=raw["member"],
        written_by=raw["written_by"],
        created_at=_utc(raw["created_at"]),
        updated_at=_utc(raw["updated_at"]),
        written=Written(
            parts=Parts.model_validate(_opened(raw["parts"], raw["_id"], vault)),
            span=Span(_utc(raw["started_at"]), _utc(raw["ended_at"])),
            burdens=raw.get("burdens", {}),
            themes=tuple(_signals(raw.get("themes", ()))),
            safety=raw["safety"],
        ),
    )


def _signals(raws: Sequence[Mapping[str, Any]]) -> Iterator[ThemeSignal]:
    return (ThemeSignal.model_validate(raw) for raw in raws)


def _sealed(said: dict[str, Any], id: str, vault: MemberVault) -> dict[str, Any]:
    for field, holder, key in domain.word_fields(said):
        holder[key] = vault.seal(holder[key], id, field)
    return said


def _opened(parts: Mapping[str, Any], id: str, vault: MemberVault) -> dict[str, Any]:
    said = deepcopy(dict(parts))
    for field, holder, key in domain.word_fields(said):
        holder[key] = vault.open(holder[key], id, field)
    return said


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
