"""Creating and changing aggregates: state, version and events in one atomic write, or nothing.

The only way to write an aggregate. Events get their numbers here, under the version guard, so a stream has no holes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from bson import Binary
from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError

from pijnstad_contracts.envelope import Event, EventModel, encode
from pijnstad_kit import context
from pijnstad_kit.faults import failpoint
from pijnstad_kit.ids import new_id
from pijnstad_kit.problems import IdempotencyKeyReused, Stale, Unavailable
from pijnstad_kit.store import epoch, outbox, pressure
from pijnstad_kit.store.documents import AggregateDocument, now

DUPLICATE_KEY = 11000
OUTBOX_LIMIT = 500  # events waiting in one aggregate before commands on it get 503

_COUNTS = {"sequence": 1, "relayed": 1, "outbox.id": 1}

D = TypeVar("D", bound=AggregateDocument)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Hold an event a use case records: its data, whom it is about, whose open streams get a notice, what caused it.

    Without a `cause` the ids of the current request or event tie it to what started it all.
    """

    data: EventModel
    member: str | None = None
    notify: str | None = None
    cause: Event[Any] | None = None


@dataclass(frozen=True, slots=True)
class NewAggregate:
    """Hold an aggregate to be created: its id, its own fields and its first events."""

    id: str
    fields: Mapping[str, Any]
    events: Sequence[Recorded] = ()
    request_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Created:
    """Say which of many aggregates came to be, and which met a unique index other than their id."""

    ids: frozenset[str] = frozenset()
    refused: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # id -> keyPattern of the index


class AggregateStore(Generic[D]):
    """Read and write the aggregates of one document class. Fields are given by their names in the document."""

    def __init__(self, document: type[D]) -> None:
        self.document = document

    @property
    def collection(self) -> Collection[dict[str, Any]]:
        """Return the raw collection, for hot reads and projections."""
        return self.document._get_collection()

    def get(self, id: str) -> D | None:
        """Return the aggregate, None when there is none."""
        return self._read(self.collection.find_one({"_id": id}))

    def create(
        self, fields: Mapping[str, Any], *, id: str, events: Sequence[Recorded] = (), request_hash: str | None = None
    ) -> D:
        """Create an aggregate with its first events; doing it again with the same request returns what is there.

        Errors: IdempotencyKeyReused when `id` exists with another request hash; DuplicateKeyError for another unique index;
        Unavailable when too many aggregates wait for the broker.
        """
        pressure.check(self.collection)
        body = self._insertion(NewAggregate(id, fields, events, request_hash))
        failpoint("store.before_write")
        try:
            self.collection.insert_one(body)
        except DuplicateKeyError:
            found = self.get(id)
            if found is None:
                raise  # another unique index refused it: the caller's business
            return _same_request(found, request_hash)
        failpoint("store.after_write")
        return self.document._from_son(body)

    def create_many(self, news: Sequence[NewAggregate]) -> Created:
        """Create many in one unordered write; those whose id exists are left alone (they are what a repeat meets).

        Errors: Unavailable when too many aggregates wait for the broker.
        """
        if not news:
            return Created()
        pressure.check(self.collection)
        try:
            self.collection.insert_many([self._insertion(new) for new in news], ordered=False)
        except BulkWriteError as error:
            return _created(news, error)
        return Created(frozenset(new.id for new in news))

    def change(
        self,
        id: str,
        version: int,
        *,
        set: Mapping[str, Any] | None = None,
        push: Mapping[str, Any] | None = None,
        unset: Sequence[str] = (),
        events: Sequence[Recorded] = (),
        keeps: int | None = None,
    ) -> D:
        """Change an aggregate at exactly this version and record its events in the same write.

        `keeps` is how many told events stay in its outbox from now on: 1 for what is let go, whose past must not stay.
        Errors: Stale when the version moved on, Unavailable when its outbox is full.
        """
        before = self.collection.find_one({"_id": id, "version": version}, _COUNTS)
        if before is None:
            raise Stale("Load it again and repeat your change on the newest version.")
        waiting = outbox.waits(before) + len(events)
        if waiting > OUTBOX_LIMIT:
            raise Unavailable("Too many events of this still wait to be sent.")
        fields = dict(set or {}) if keeps is None else {**(set or {}), "keeps": keeps}
        kept = max(outbox.KEPT if keeps is None else keeps, waiting)
        update = self._update(id, int(before["sequence"]), fields, push or {}, unset, events, kept)
        after = self.collection.find_one_and_update(
            {"_id": id, "version": version}, update, return_document=ReturnDocument.AFTER
        )
        failpoint("store.after_write")
        found = self._read(after)
        if found is None:
            raise Stale("Load it again and repeat your change on the newest version.")
        return found

    def _update(
        self,
        id: str,
        sequence: int,
        set: Mapping[str, Any],
        push: Mapping[str, Any],
        unset: Sequence[str],
        events: Sequence[Recorded],
        kept: int,
    ) -> dict[str, Any]:
        moment = now()
        update: dict[str, Any] = {
            "$set": {**set, "updated_at": moment},
            "$inc": {"version": 1, "sequence": len(events)},
        }
        pushes = dict(push)
        if events:
            update["$set"]["waiting"] = True
            pushes["outbox"] = {"$each": self._entries(id, sequence, events, moment), "$slice": -kept}
        if pushes:
            update["$push"] = pushes
        if unset:
            update["$unset"] = dict.fromkeys(unset, "")
        return update

    def _insertion(self, new: NewAggregate) -> dict[str, Any]:
        moment = now()
        body: dict[str, Any] = {
            **new.fields,
            "_id": new.id,
            "version": 1,
            "sequence": len(new.events),
            "relayed": 0,
            "outbox": self._entries(new.id, 0, new.events, moment),
            "created_at": moment,
            "updated_at": moment,
        }
        if new.events:
            body["waiting"] = True
        if new.request_hash:
            body["request_hash"] = new.request_hash
        return body

    def _entries(self, id: str, sequence: int, events: Sequence[Recorded], moment: datetime) -> list[dict[str, Any]]:
        return [self._entry(id, sequence + place, event, moment) for place, event in enumerate(events, start=1)]

    def _entry(self, id: str, sequence: int, recorded: Recorded, moment: datetime) -> dict[str, Any]:
        here, cause = context.current(), recorded.cause
        event = Event(
            id=new_id(),
            source=recorded.data.source,
            type=recorded.data.type,
            subject=id,
            time=moment,
            sequence=sequence,
            epoch=epoch.current(self.collection.database),
            data=recorded.data,
            member=recorded.member,
            notify=recorded.notify,
            correlationid=cause.correlationid if cause else here.correlation_id,
            traceparent=cause.traceparent if cause else here.traceparent,
        )
        return {"id": event.id, "type": event.type, "body": Binary(encode(event))}

    def _read(self, raw: Mapping[str, Any] | None) -> D | None:
        return None if raw is None else self.document._from_son(raw)


def _same_request(found: D, request_hash: str | None) -> D:
    if found.request_hash != request_hash:
        raise IdempotencyKeyReused("Use a new Idempotency-Key for a new request.")
    return found


def _created(news: Sequence[NewAggregate], error: BulkWriteError) -> Created:
    """Sort out an unordered bulk write: an existing id is fine, another index refused, anything else is raised."""
    refused: dict[str, Mapping[str, Any]] = {}
    missed: set[str] = set()
    for item in error.details.get("writeErrors", ()):
        if item.get("code") != DUPLICATE_KEY:
            raise error
        new = news[item["index"]]
        missed.add(new.id)
        pattern = item.get("keyPattern") or {}
        if "_id" not in pattern and "_id_" not in item.get("errmsg", ""):
            refused[new.id] = pattern
    if error.details.get("writeConcernErrors"):
        raise error
    return Created(frozenset(new.id for new in news) - missed, refused)
