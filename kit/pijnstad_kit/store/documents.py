"""What every aggregate's document holds beside its own fields: version, sequence, outbox, and how it came to be."""

from __future__ import annotations

from datetime import UTC, datetime

import mongoengine as me


def now() -> datetime:
    """Return the time in UTC with the precision the database keeps: milliseconds."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class OutboxEntry(me.EmbeddedDocument):
    """Hold one event: its id, its routing key and the encoded envelope."""

    id = me.StringField(required=True)
    type = me.StringField(required=True)
    body = me.BinaryField(required=True)


class AggregateDocument(me.Document):
    """Be an aggregate: one document, one version, one stream of events.

    Never save one whole with mongoengine (two concurrent saves lose an event): use AggregateStore. The outbox holds
    the last events; those numbered above `relayed` wait, and `waiting` is there only while there are such, so that the relay
    finds them by a sparse index. `keeps`, where it is there, is how many told events may stay.
    """

    id = me.StringField(primary_key=True)
    version = me.IntField(required=True, default=1)
    sequence = me.IntField(required=True, default=0)
    outbox = me.EmbeddedDocumentListField(OutboxEntry)
    relayed = me.IntField()
    waiting = me.BooleanField()
    keeps = me.IntField()
    request_hash = me.StringField()
    created_at = me.DateTimeField(required=True)
    updated_at = me.DateTimeField(required=True)

    # Not strict: a newer version of the service may have written fields this one does not know, in the middle of a roll-out.
    meta = {
        "abstract": True,
        "strict": False,
        "auto_create_index": False,
        "indexes": [{"fields": ["waiting"], "sparse": True}],
    }
