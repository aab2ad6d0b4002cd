"""The CloudEvents 1.0 envelope (structured mode, JSON) and the base of every event's data.

Attributes are those of shared/design/events.md: `sequence` numbers an aggregate's events 1..n without holes, `epoch` is
raised after a restore, `member` says whom the event is about, `notify` whose open streams get a thin notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

CONTENT_TYPE = "application/cloudevents+json"
SCHEMA_ROOT = "https://pijnstad.nl/schemas/events"


class EventModel(BaseModel):
    """Be the data of one event type. Readers ignore what they don't know; fields are only ever added, with defaults."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    source: ClassVar[str]
    href: ClassVar[str | None] = None  # where the member finds it; set on events whose notice the gateway pushes
    example: ClassVar[dict[str, Any]]

    @classmethod
    def dataschema(cls) -> str:
        """Return the address of the published JSON Schema of this type."""
        return f"{SCHEMA_ROOT}/{cls.type}.json"


D = TypeVar("D", bound=EventModel)


@dataclass(frozen=True, slots=True)
class Event(Generic[D]):
    """Hold one event: the envelope's attributes and its typed data."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    sequence: int
    epoch: int
    data: D
    member: str | None = None
    notify: str | None = None
    correlationid: str | None = None
    traceparent: str | None = None


class Undecodable(ValueError):
    """Say that bytes are no event of ours. Carries the reason, never the bytes."""


class UnknownType(Undecodable):
    """Say that the envelope is well-formed but its type is not in the registry of this reader."""


def encode(event: Event[Any]) -> bytes:
    """Return the event as CloudEvents JSON (structured mode), without the attributes that are empty."""
    body: dict[str, Any] = {
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "time": event.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": event.data.dataschema(),
        "sequence": str(event.sequence),
        "epoch": event.epoch,
        "data": event.data.model_dump(mode="json"),
    }
    for name in ("member", "notify", "correlationid", "traceparent"):
        value = getattr(event, name)
        if value is not None:
            body[name] = value
    return orjson.dumps(body)


def decode(raw: bytes, types: Mapping[str, type[EventModel]]) -> Event[Any]:
    """Read CloudEvents JSON into an Event with typed data.

    Errors: Undecodable (broken JSON, missing attribute, data that does not fit), UnknownType (no such type in `types`).
    """
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Undecodable("the body is not JSON") from None
    if not isinstance(body, dict) or body.get("specversion") != "1.0":
        raise Undecodable("the body is no CloudEvents 1.0 object")
    model = types.get(str(body.get("type")))
    if model is None:
        raise UnknownType("the event type is not known to this reader")
    return _event(body, model)


def _event(body: dict[str, Any], model: type[EventModel]) -> Event[Any]:
    try:
        return Event(
            id=_text(body["id"]),
            source=_text(body["source"]),
            type=model.type,
            subject=_text(body["subject"]),
            time=datetime.fromisoformat(body["time"]),
            sequence=int(body["sequence"]),
            epoch=int(body.get("epoch", 1)),
            data=model.__pydantic_validator__.validate_python(
                body["data"]
            ),  # model_validate's wrapper doubles the time
            member=_optional(body, "member"),
            notify=_optional(body, "notify"),
            correlationid=_optional(body, "correlationid"),
            traceparent=_optional(body, "traceparent"),
        )
    except ValidationError as error:
        fields = ", ".join(".".join(str(part) for part in item["loc"]) for item in error.errors(include_input=False))
        raise Undecodable(f"the data does not fit {model.__name__}: {fields or 'data'}") from None
    except (KeyError, TypeError, ValueError):
        raise Undecodable("an attribute of the envelope is missing or of the wrong type") from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("text expected")
    return value


def _optional(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    return None if value is None else _text(value)
