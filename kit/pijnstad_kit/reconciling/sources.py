"""Both ends of a source's answers: what a worker offers of its streams, and asking for it over the bus, in typed shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from pymongo.database import Database

from pijnstad_contracts.streams import Stream
from pijnstad_kit.messaging.questions import Answer
from pijnstad_kit.store import telling
from pijnstad_kit.store.telling import Told, ToldEvent

AT_ONCE = 200  # aggregates in a question or an answer; with bodies that is some hundreds of kilobytes


class Asks(Protocol):
    """Be something that asks a service: questions.Asker, or a stand-in."""

    def ask(self, service: str, question: str, **given: Any) -> Any:
        """Return a service's answer. Errors: SourceAway."""


def answers(database: Database[dict[str, Any]], collections: Sequence[str]) -> dict[str, Answer]:
    """Return what a service answers about its streams, by the names of the questions."""
    streams = {name: database[name] for name in collections}

    def page(stream: str, after: str, bodies: bool) -> list[Any]:
        return [asdict(told) for told in telling.page(streams[stream], after, AT_ONCE, bodies=bodies)]

    def of(stream: str, ids: list[str], bodies: bool) -> list[Any]:
        return [asdict(told) for told in telling.of(streams[stream], ids, bodies=bodies)]

    def tell_again(stream: str, since: dict[str, int]) -> int:
        return telling.tell_again(streams[stream], since)

    return {"page": page, "of": of, "tell_again": tell_again}


class Sources:
    """Ask the city's services what they know of their streams. Errors of every question: SourceAway."""

    def __init__(self, asker: Asks) -> None:
        self._asker = asker

    def pages(self, stream: Stream, *, bodies: bool = False) -> Iterator[list[Told]]:
        """Yield everything a stream has, by aggregate id.."""
        after = ""
        while page := self._told("page", stream, after=after, bodies=bodies):
            yield page
            after = page[-1].aggregate

    def of(self, stream: Stream, ids: Sequence[str], *, bodies: bool = False) -> dict[str, Told]:
        """Return what the source knows of these aggregates, by id."""
        found: dict[str, Told] = {}
        for chunk in _chunks(ids):
            told = self._told("of", stream, ids=chunk, bodies=bodies)
            found.update((one.aggregate, one) for one in told)
        return found

    def tell_again(self, stream: Stream, since: Mapping[str, int]) -> int:
        """Have these aggregates' events told again from a number on. Returns how many will come."""
        asked = (
            self._asker.ask(stream.service, "tell_again", stream=stream.name, since={id: since[id] for id in chunk})
            for chunk in _chunks(list(since))
        )
        return sum(int(number) for number in asked)

    def _told(self, question: str, stream: Stream, **given: Any) -> list[Told]:
        return [_told(one) for one in self._asker.ask(stream.service, question, stream=stream.name, **given)]


def _told(one: Mapping[str, Any]) -> Told:
    return Told(**{**one, "events": tuple(ToldEvent(**event) for event in one["events"])})


def _chunks(ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield list(ids[start : start + AT_ONCE])
