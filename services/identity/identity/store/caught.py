"""Mails that a development city caught instead of sending, kept for a day. In production nothing comes here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import mongoengine as me

from identity.store.fields import ALIAS, FORGET
from pijnstad_kit.ids import new_id
from pijnstad_kit.store.documents import now

_KEPT = timedelta(days=1)


class CaughtMailDocument(me.Document):
    """Be one caught mail."""

    id = me.StringField(primary_key=True)
    to = me.StringField(required=True)
    subject = me.StringField(required=True)
    body = me.StringField(required=True)
    language = me.StringField()
    at = me.DateTimeField(required=True)
    purge_at = me.DateTimeField(required=True)

    meta = {"collection": "caught_mails", "db_alias": ALIAS, "auto_create_index": False, "indexes": [FORGET, "to"]}


@dataclass(frozen=True, slots=True)
class CaughtMail:
    """Hold a mail as its reader would see it."""

    to: str
    subject: str
    body: str
    language: str
    at: datetime


class CaughtMails:
    """Keep caught mails."""

    def add(self, to: str, subject: str, body: str, language: str) -> None:
        """Keep a mail for a day."""
        moment = now()
        row = {
            "_id": new_id(),
            "to": to.casefold(),
            "subject": subject,
            "body": body,
            "language": language,
            "at": moment,
        }
        CaughtMailDocument._get_collection().insert_one(row | {"purge_at": moment + _KEPT})

    def newest(self, to: str | None = None, many: int = 50) -> list[CaughtMail]:
        """Return the newest mails, of one address or of all."""
        which = {"to": to.casefold()} if to else {}
        rows = CaughtMailDocument._get_collection().find(which, sort=[("at", -1)], limit=many)
        return [CaughtMail(row["to"], row["subject"], row["body"], row["language"], row["at"]) for row in rows]
