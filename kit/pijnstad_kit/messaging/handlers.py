"""Which function reacts to which event: the registry behind `@handles(EventType)` in a service's handlers.py.

A handler is a plain function of (event, ports), or of (events, ports) when it takes them in batches. Its effects must be
keyed by the event's id: an event can come twice, even at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pijnstad_contracts.envelope import Event, EventModel
from pijnstad_kit import context

Function = Callable[[Any, Any], None]


class DependencyAway(RuntimeError):
    """Say that something a handler needs is away. Not the event's fault: the consumer pauses, no attempt is counted."""


@dataclass(frozen=True, slots=True)
class Handler:
    """Hold one reaction: its function, whether it takes batches, and the types it is for."""

    function: Function
    batched: bool
    types: tuple[type[EventModel], ...]

    @property
    def name(self) -> str:
        """Return the function's name; effects derive their ids from it."""
        return self.function.__name__


class Handles:
    """Be the registry of one service: `handles = Handles("content")`, then `@handles(Type, group="suggestions")`.

    A group is one queue. Reactions that may wait for each other share one; a slow one gets its own.
    """

    def __init__(self, service: str) -> None:
        self.service = service
        self.groups: dict[str, dict[str, Handler]] = {}

    def __call__(self, *types: type[EventModel], group: str) -> Callable[[Function], Function]:
        """Register a function of one event."""
        return self._register(types, group, batched=False)

    def batch(self, *types: type[EventModel], group: str) -> Callable[[Function], Function]:
        """Register a function of many events, in the order they came."""
        return self._register(types, group, batched=True)

    def queue(self, group: str) -> str:
        """Return the name of a group's queue."""
        return f"{self.service}.{group}"

    def queues(self) -> dict[str, list[str]]:
        """Return every queue of the service with the types bound to it."""
        return {self.queue(group): sorted(self.types(group)) for group in self.groups}

    def types(self, group: str) -> dict[str, type[EventModel]]:
        """Return the event types of a group by name."""
        return {model.type: model for handler in self.groups[group].values() for model in handler.types}

    def react(self, group: str, events: Sequence[Event[Any]], ports: Any) -> None:
        """Let the group's handlers react, in order; whatever they raise is raised."""
        for handler, run in self._runs(group, events):
            if handler.batched:
                handler.function(run, ports)
                continue
            for event in run:
                with context.working_for(context.Context(event.correlationid, event.traceparent)):
                    handler.function(event, ports)

    def _runs(self, group: str, events: Sequence[Event[Any]]) -> Iterator[tuple[Handler, list[Event[Any]]]]:
        handlers = self.groups[group]
        for _, run in groupby(events, key=lambda event: handlers[event.type].name):
            found = list(run)
            yield handlers[found[0].type], found

    def _register(
        self, types: tuple[type[EventModel], ...], group: str, *, batched: bool
    ) -> Callable[[Function], Function]:
        def register(function: Function) -> Function:
            handler = Handler(function, batched, types)
            reactions = self.groups.setdefault(group, {})
            for model in types:
                if model.type in reactions:
                    raise ValueError(f"{self.queue(group)} has two handlers for {model.type}")
                reactions[model.type] = handler
            return function

        return register
