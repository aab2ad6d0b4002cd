"""asyncapi.json is what it says it is: valid by the official schema, and complete."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from pijnstad_contracts.registry import event_types

HERE = Path(__file__).parent
DOCUMENT = json.loads((HERE.parents[1] / "contracts" / "asyncapi.json").read_text())
SCHEMA = json.loads((HERE / "vendor" / "asyncapi-3.0.0.json").read_text())


def test_it_is_valid_by_the_official_schema() -> None:
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(DOCUMENT)] == []


def test_the_official_schema_would_have_noticed() -> None:
    assert list(Draft7Validator(SCHEMA).iter_errors({**DOCUMENT, "channels": {"x": {"address": 5}}}))


def test_every_event_has_its_channel_and_its_routing_key() -> None:
    assert {channel["address"] for channel in DOCUMENT["channels"].values()} == set(event_types())


@pytest.mark.parametrize("model", event_types().values(), ids=lambda model: model.__name__)
def test_the_example_of_an_event_fits_its_published_message(model: type) -> None:
    payload = DOCUMENT["components"]["messages"][model.__name__]["payload"]
    assert not list(Draft7Validator(payload["properties"]["data"]).iter_errors(model.example))
