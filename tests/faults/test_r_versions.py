"""R26: events from another time: in the first release's shape, with fields nobody knows yet, of a type nobody knows."""

from __future__ import annotations

import json

import pytest
from checker import Checker, note
from members import write
from queues import dead_letters, put, synthetic

from pijnstad_contracts.envelope import encode

pytestmark = pytest.mark.fault
FIRST = (  # written by hand in the shape of the first release's schema: only what that required, never generated anew
    b'{"specversion":"1.0","id":"%b","source":"/services/selfcare","type":"nl.pijnstad.selfcare.diary_entry.recorded.v1",'
    b'"subject":"%b","time":"2026-11-01T08:00:00Z","sequence":"1","data":{"entry_id":"%b","occurred_at":"2026-11-01T07:30:00Z"}}'
)


def test_r26_old_events_are_handled_unknown_fields_ignored_unknown_types_parked(checker: Checker) -> None:
    old, newer, unknown = synthetic(3)
    bodies = {
        old.id: FIRST % (old.id.encode(), old.subject.encode(), old.subject.encode()),
        newer.id: _with_more(encode(newer)),
        unknown.id: encode(unknown).replace(b"recorded.v1", b"recorded.v7"),
    }
    checker.commands.note_put_in({(old.subject, 1), (newer.subject, 1)})
    put(checker.rooms, bodies)
    write(checker, 10)
    note(checker.verdict("R26 old, newer and unknown events", faults=3, dead=1))
    letters = [letter.id for letter in dead_letters(checker.rooms).list()]
    assert letters == [unknown.id]


def _with_more(body: bytes) -> bytes:
    """Add fields to the envelope and to its data, as a later release may."""
    event = json.loads(body)
    event["later"] = {"unknown": True}
    event["data"]["later"] = ["unknown"]
    return json.dumps(event).encode()
