"""Every event type of the city, found by its name. Publishers' modules are listed here; nothing else registers types."""

from __future__ import annotations

import inspect
from functools import cache
from types import ModuleType

from pijnstad_contracts import community, content, decision, identity, selfcare
from pijnstad_contracts.envelope import EventModel

PUBLISHERS: tuple[ModuleType, ...] = (identity, selfcare, content, decision, community)


@cache
def event_types() -> dict[str, type[EventModel]]:
    """Return every event model by its type, in the order of the publishers' modules."""
    return {model.type: model for module in PUBLISHERS for model in events_of(module)}


def events_of(module: ModuleType) -> list[type[EventModel]]:
    """Return the event models that a publisher's module defines, in the order they are written."""
    return [
        member
        for member in vars(module).values()
        if inspect.isclass(member)
        and issubclass(member, EventModel)
        and member.__module__ == module.__name__
        and hasattr(member, "type")
    ]


def noticed_types() -> dict[str, type[EventModel]]:
    """Return the types whose events can reach a member's open stream: those that say where the member finds them."""
    return {name: model for name, model in event_types().items() if model.href is not None}
