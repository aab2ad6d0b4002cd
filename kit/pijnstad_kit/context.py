"""What travels along with a piece of work: the correlation id and the trace of the request that started it all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """Hold the ids that tie log lines and events to the request that caused them."""

    correlation_id: str | None = None
    traceparent: str | None = None


_current: ContextVar[Context] = ContextVar("pijnstad_context", default=Context())  # noqa: B039  frozen


def current() -> Context:
    """Return the context of the work going on in this thread, green thread or task."""
    return _current.get()


@contextmanager
def working_for(context: Context) -> Iterator[None]:
    """Make `context` the current one for the length of a block."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)
