"""The routes of the person on duty, the same in every service with a bus: how full the queues are, and the dead letters.

For the role `ops` alone; for all others they are not there. Metadata only. One call does a bounded piece of work: who wants
all of 10,000 letters redriven asks until nothing is left, as the page and the command line do.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, Self

import flask
from pydantic import Field, PlainSerializer, StrictBool, model_validator

from pijnstad_kit import logs
from pijnstad_kit.http.auth import Rule, principal, role
from pijnstad_kit.http.openapi import ApiModel, Routes
from pijnstad_kit.messaging.deadletters import DeadLetter, DeadLetters, Filter, Progress
from pijnstad_kit.messaging.lengths import lengths, own_queues
from pijnstad_kit.messaging.publisher import BrokerAway
from pijnstad_kit.messaging.topology import dead_queue
from pijnstad_kit.problems import Unavailable
from pijnstad_kit.store.pressure import waiting

AT_MOST = 1_000  # letters one call works on, and looks through
IDS = 200

_log = logs.get_logger("pijnstad.ops")
_Name = Annotated[str, Field(max_length=160)]
_Seconds = Annotated[int, Field(ge=0, le=31_536_000)]
Moment = Annotated[datetime, PlainSerializer(lambda value: value.isoformat().replace("+00:00", "Z"), return_type=str)]

PERMISSIONS: dict[str, Rule] = dict.fromkeys(
    ("read_state", "list_dead_letters", "redrive_dead_letters", "drop_dead_letters"), role("ops")
)


class QueueState(ApiModel):
    """How full a queue is: messages that wait, and the consumers on it."""

    name: str
    messages: int
    consumers: int


class OpsState(ApiModel):
    """How the bus side of a service is."""

    service: str
    outbox: int = Field(description="aggregates with events that wait for the broker")
    queues: list[QueueState]
    dead_letters: int


class OpsDeadLetter(ApiModel):
    """What may be known of a dead letter."""

    id: str
    queue: str
    type: str
    attempts: int
    error: str
    reason: str
    died_at: Moment | None
    size: int = Field(description="bytes")


class DeadLetterGroup(ApiModel):
    """How many of those looked at are alike."""

    queue: str
    type: str
    error: str
    number: int


class OpsDeadLetters(ApiModel):
    """The oldest dead letters that fit, and how those looked at add up."""

    items: list[OpsDeadLetter]
    groups: list[DeadLetterGroup]
    total: int = Field(description="how many lie there")
    looked_at: int
    next: None = None


class DeadLetterQuery(ApiModel):
    """Say which to show: everything named must fit."""

    type: _Name = ""
    queue: _Name = ""
    error: _Name = ""
    older_than: _Seconds = Field(default=0, description="seconds")
    limit: int = Field(default=50, ge=1, le=200)

    def filter(self) -> Filter:
        """Return what is asked."""
        return Filter(type=self.type, queue=self.queue, error=self.error, older_than=self.older_than)


class DeadLetterChoice(ApiModel):
    """Say which: ids, or what they have in common, or all of them."""

    ids: list[_Name] = Field(default=[], max_length=IDS)
    type: _Name = ""
    queue: _Name = ""
    error: _Name = ""
    older_than: _Seconds = Field(default=0, strict=True, description="seconds")
    all: StrictBool = False

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.all or self.filter() != Filter()):
            raise ValueError("say which: ids, type, queue, error, older_than, or all")
        return self

    def filter(self) -> Filter:
        """Return what is asked."""
        return Filter(tuple(self.ids), self.type, self.queue, self.error, self.older_than)


class DroppedChoice(DeadLetterChoice):
    """Say which may go, and why; the reason is logged."""

    reason: str = Field(min_length=3, max_length=300)


class OpsDone(ApiModel):
    """What was done in one call, of how many that lay there when it began; `refused` ones stay."""

    total: int
    looked_at: int
    done: int
    refused: int
    more: bool = Field(description="ask again: this call took as many as one may")


def ops_routes(service: str) -> Routes:
    """Return the routes of the person on duty at a service."""
    routes = Routes(f"{service}_ops", f"/{service}/v1/ops")
    routes.get("/state", summary="How full queues and outbox are", responses={200: OpsState})(read_state)
    routes.get("/dead-letters", summary="Events that could not be handled", responses={200: OpsDeadLetters})(
        list_dead_letters
    )
    routes.post("/dead-letters/redrive", summary="Send them back to their queue", responses={200: OpsDone})(
        redrive_dead_letters
    )
    routes.post("/dead-letters/drop", summary="Throw them away", responses={200: OpsDone})(drop_dead_letters)
    return routes


def read_state() -> OpsState:
    """Say how full the queues are, how many aggregates wait in the outbox, and how many dead letters lie there."""
    settings = flask.current_app.config["PIJNSTAD"]
    dead = dead_queue(settings.service)
    found = _asking(lambda: lengths(settings.bus_url, [*own_queues(settings.service), dead]))
    queues = [
        QueueState(name=name, messages=one.messages, consumers=one.consumers)
        for name, one in found.items()
        if name != dead
    ]
    outbox = waiting(settings.service)
    number = found[dead].messages if dead in found else 0
    return OpsState(service=settings.service, outbox=outbox, queues=queues, dead_letters=number)


def list_dead_letters(query: DeadLetterQuery) -> OpsDeadLetters:
    """List the oldest ones that fit, of the first thousand that lie there."""
    return _asking(lambda: _looked(query))


def redrive_dead_letters(body: DeadLetterChoice) -> OpsDone:
    """Send events back to the queue they came from; its consumer does each once."""
    done = _asking(lambda: _box().redrive(body.filter().fits, at_most=AT_MOST))
    _log.warning("dead_letters_redriven", by=principal().member, number=done.done)
    return _done(done)


def drop_dead_letters(body: DroppedChoice) -> OpsDone:
    """Throw events away; who did it and why is logged."""
    done = _asking(lambda: _box().drop(body.filter().fits, body.reason, at_most=AT_MOST))
    _log.warning("dead_letters_dropped", by=principal().member, number=done.done, why=body.reason)
    return _done(done)


def _box() -> DeadLetters:
    settings = flask.current_app.config["PIJNSTAD"]
    return DeadLetters(settings.bus_url, settings.service)


def _asking(act: Any) -> Any:
    try:
        return act()
    except BrokerAway as away:
        raise Unavailable("The broker does not answer.", detail_nl="De broker geeft geen antwoord.") from away


def _looked(query: DeadLetterQuery) -> OpsDeadLetters:
    box, wanted = _box(), query.filter()
    total = box.count()
    with box.look() as letters:
        looked = list(islice(letters, AT_MOST))
    fitting = [letter for letter in looked if wanted.fits(letter)]
    groups = Counter((letter.queue, letter.type, letter.error or letter.reason) for letter in fitting)
    return OpsDeadLetters(
        items=[_shown(letter) for letter in fitting[: query.limit]],
        groups=[
            DeadLetterGroup(queue=queue, type=type, error=error, number=number)
            for (queue, type, error), number in groups.most_common()
        ],
        total=max(total, len(looked)),
        looked_at=len(looked),
    )


def _shown(letter: DeadLetter) -> OpsDeadLetter:
    return OpsDeadLetter(
        id=letter.id, queue=letter.queue, type=letter.type, attempts=letter.attempts, error=letter.error,
        reason=letter.reason, died_at=letter.died_at, size=letter.size,
    )  # fmt: skip


def _done(progress: Progress) -> OpsDone:
    return OpsDone(
        total=progress.total,
        looked_at=progress.looked_at,
        done=progress.done,
        refused=progress.refused,
        more=progress.done + progress.refused >= AT_MOST,
    )
