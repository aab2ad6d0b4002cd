"""What every event must keep to, whoever publishes it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event

from pijnstad_contracts.envelope import Event, EventModel, Undecodable, UnknownType, decode, encode
from pijnstad_contracts.registry import event_types, noticed_types

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
MODELS = list(event_types().values())
WORDS = {"note", "text", "words", "name", "email", "address", "title", "comment", "body"}


def event_of(model: type[EventModel], **attributes: Any) -> Event[Any]:
    values: dict[str, Any] = {
        "id": "01912f4e-0000-7000-8000-00000000000a",
        "source": model.source,
        "type": model.type,
        "subject": "01912f4e-0000-7000-8000-00000000000b",
        "time": datetime(2026, 11, 23, 7, 30, tzinfo=UTC),
        "sequence": 3,
        "epoch": 1,
        "data": model.model_validate(model.example),
        "member": "01912f4e-0000-7000-8000-00000000000c",
        "correlationid": "abc",
    }
    return Event(**(values | attributes))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_event_comes_back_as_it_was_sent(model: type[EventModel]) -> None:
    event = event_of(model)
    assert decode(encode(event), event_types()) == event


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_official_sdk_reads_our_envelope(model: type[EventModel]) -> None:
    headers = {"content-type": "application/cloudevents+json"}
    theirs = from_http_event(HTTPMessage(headers=headers, body=encode(event_of(model))))
    assert (theirs.get_type(), theirs.get_source()) == (model.type, model.source)
    assert theirs.get_extension("sequence") == "3"
    assert theirs.get_data() == json.loads(encode(event_of(model)))["data"]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_readers_ignore_fields_they_do_not_know(model: type[EventModel]) -> None:
    body = json.loads(encode(event_of(model)))
    body["data"]["added_later"] = {"a": 1}
    body["addedlater"] = "x"
    assert decode(json.dumps(body).encode(), event_types()) == event_of(model)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_event_carries_words_of_a_person(model: type[EventModel]) -> None:
    assert not WORDS & set(model.model_fields)
    assert model.type.startswith(f"nl.pijnstad.{model.__module__.rpartition('.')[2]}.")
    assert model.type.endswith(".v1")
    assert model.__doc__


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b'{"specversion": "0.3"}', b'{"specversion": "1.0", "type": 5}'],
)
def test_bytes_that_are_no_event_are_refused_without_being_repeated(raw: bytes) -> None:
    with pytest.raises(Undecodable) as refused:
        decode(raw, event_types())
    assert raw == b"" or raw.decode() not in str(refused.value)


@pytest.mark.parametrize(
    "change", [{"id": ""}, {"sequence": "x"}, {"time": "soon"}, {"data": "canary"}, {"subject": None}]
)
def test_an_envelope_with_a_wrong_attribute_is_refused(change: dict[str, Any]) -> None:
    body = json.loads(encode(event_of(MODELS[0]))) | change
    with pytest.raises(Undecodable) as refused:
        decode(json.dumps(body).encode(), event_types())
    assert "canary" not in str(refused.value)


def test_a_type_nobody_knows_is_told_apart() -> None:
    body = json.loads(encode(event_of(MODELS[0]))) | {"type": "nl.pijnstad.identity.account.registered.v9"}
    with pytest.raises(UnknownType):
        decode(json.dumps(body).encode(), event_types())


def test_events_with_a_notice_say_where_the_member_finds_them() -> None:
    assert noticed_types()
    for model in noticed_types().values():
        assert model.href is not None
        assert model.href.startswith("/")


@pytest.mark.parametrize("released", sorted((CONTRACTS / "released").glob("*.json")), ids=lambda path: path.stem)
def test_a_released_schema_only_ever_gets_additions_with_defaults(released: Path) -> None:
    old = json.loads(released.read_text())
    new = json.loads((CONTRACTS / "schemas" / released.name).read_text())
    assert set(new.get("required", ())) == set(old.get("required", ())), "a field became required, or stopped to be"
    for name, field in old["properties"].items():
        assert _shape(new["properties"][name]) == _shape(field), f"{name} changed its shape"


def test_every_event_type_has_a_released_schema_from_its_first_day() -> None:
    assert {path.stem for path in (CONTRACTS / "released").glob("*.json")} == set(event_types())


def _shape(field: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in field.items() if key not in ("description", "title", "default")}
