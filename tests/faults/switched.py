"""Run a process of a service with mechanisms switched off or bent: `python switched.py <service> <word> <switch>...`.

Tests alone use it. Production code has no such options: what is switched off here is patched from outside, so that the
checker can be seen to fail, and handlers can be made slow, deadly or wrong. A switch is a name, or `name=value`.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

MEET = 2.0  # seconds that a writer waits for another one


def no_confirm(_: str) -> None:
    """Publish and hope: no confirm is asked for, what the broker refuses is not heard."""
    from pijnstad_kit.messaging import publisher
    from pijnstad_kit.messaging.connection import connect

    connections: list[Any] = []

    def publish(self: Any, messages: Sequence[Any]) -> dict[str, str]:
        import amqp

        if not connections:
            connections.append(connect(self._url, heartbeat=0).connection.channel())
        for one in messages:
            message = amqp.Message(one.body, message_id=one.id, delivery_mode=2)
            connections[0].basic_publish(message, one.exchange, one.routing_key, mandatory=True)
        return {}

    publisher.Publisher.publish = publish  # type: ignore[method-assign]


def no_mandatory(_: str) -> None:
    """Let the broker drop what has no queue."""
    from pijnstad_kit.messaging import frames

    frames._MANDATORY = b"\x00"


def no_version_gate(_: str) -> None:
    """Change an aggregate whatever its version is."""
    _filtered(lambda where: {"_id": where["_id"]})


def writers_meet(_: str) -> None:
    """Let writers who change an aggregate wait for each other, so that two write at the same moment."""
    barrier = threading.Barrier(2)

    def meet(where: dict[str, Any]) -> dict[str, Any]:
        try:
            barrier.wait(MEET)
        except threading.BrokenBarrierError:
            barrier.reset()
        return where

    _filtered(meet, reads=False)


def no_deduplication(_: str) -> None:
    """Give every effect an id of its own instead of one derived from its event."""
    from content.store import moments
    from pijnstad_kit.ids import new_id

    moments.derived_id = lambda *parts: new_id()


def ack_before_effect(_: str) -> None:
    """Let the broker forget a message as soon as it was delivered."""
    import amqp

    consume = amqp.Channel.basic_consume
    amqp.Channel.basic_consume = lambda self, *args, **more: consume(self, *args, **{**more, "no_ack": True})
    amqp.Channel.basic_ack = amqp.Channel.basic_reject = lambda *args, **more: None


def quick_lease(_: str) -> None:
    """Let a relay take over after one second instead of four."""
    from pijnstad_kit.messaging import lease

    lease.Lease.__init__.__kwdefaults__["patience"] = 1.0


def confirm_timeout(seconds: str) -> None:
    """Wait this long for the broker's word."""
    from pijnstad_kit.messaging import publisher

    publisher.Publisher.__init__.__kwdefaults__["confirm_timeout"] = float(seconds)


def slow(seconds: str) -> None:
    """Let the first call of the diary's handler take this long before its effect."""
    calls: list[int] = []
    _around(lambda events: None if calls else (calls.append(1), time.sleep(float(seconds))))


def slow_per_event(seconds: str) -> None:
    """Let the diary's handler take this long for each event."""
    _around(lambda events: time.sleep(float(seconds) * len(events)))


def dies_of(member: str) -> None:
    """Kill the process when the diary's handler meets an event of this member."""

    def die(events: Sequence[Any]) -> None:
        if any(event.member == member for event in events):
            os.kill(os.getpid(), signal.SIGKILL)

    _around(die)


def raises_for(member: str) -> None:
    """Let the diary's handler fail on an event of this member."""

    def fail(events: Sequence[Any]) -> None:
        if any(event.member == member for event in events):
            raise RuntimeError("a bug, as far as this test goes")

    _around(fail)


def noting(path: str) -> None:
    """Write down when the diary's handler began and ended each event: `<began> <ended> <event id>`, monotonic seconds."""

    def note(function: Callable[..., None], events: Sequence[Any], ports: Any) -> None:
        began = time.monotonic()
        function(events, ports)
        lines = [f"{began} {time.monotonic()} {event.id}\n" for event in events]
        with Path(path).open("a") as file:
            file.write("".join(lines))

    _wrap(note)


def looks_every(seconds: str) -> None:
    """Let timers tick this often: content looks after its search index."""
    from nameko.timer import Timer

    start = Timer.start

    def soon(self: Any) -> None:
        self.interval = float(seconds)
        start(self)

    Timer.start = soon


def sleeps_by_select(_: str) -> None:
    """Sleep without clock_nanosleep, which libfaketime 0.9.10 refuses where it leaves the monotonic clock alone."""
    import select

    time.sleep = lambda seconds: select.select([], [], [], seconds) and None


def freezes(path: str) -> None:
    """Stop the process (SIGSTOP) when its relay has published and not yet marked and this file is there, which then goes."""
    from pijnstad_kit.messaging import relay

    usual = relay.failpoint

    def failpoint(name: str) -> None:
        usual(name)
        if name == "relay.before_pull":
            with suppress(FileNotFoundError):
                Path(path).unlink()
                os.kill(os.getpid(), signal.SIGSTOP)

    relay.failpoint = failpoint


def _around(first: Callable[[Sequence[Any]], object]) -> None:
    """Do something before the diary's handler."""

    def act(function: Callable[..., None], events: Sequence[Any], ports: Any) -> None:
        first(events)
        function(events, ports)

    _wrap(act)


def _wrap(act: Callable[..., None]) -> None:
    from content.handlers import handles

    group = handles.groups["suggestions"]
    for type_, handler in group.items():
        group[type_] = replace(handler, function=_acting(act, handler.function))


def _acting(act: Callable[..., None], function: Callable[..., None]) -> Callable[..., None]:
    @wraps(function)
    def acting(events: Sequence[Any], ports: Any) -> None:
        act(function, events, ports)

    return acting


def _filtered(change: Callable[[dict[str, Any]], dict[str, Any]], *, reads: bool = True) -> None:
    """Bend the filter of the questions that name an id and a version."""
    from pymongo.collection import Collection

    for name in ("find_one", "find_one_and_update")[0 if reads else 1 :]:
        setattr(Collection, name, _bent(getattr(Collection, name), change))


def _bent(method: Callable[..., Any], change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[..., Any]:
    @wraps(method)
    def bent(self: Any, where: Any = None, *args: Any, **more: Any) -> Any:
        guarded = isinstance(where, dict) and {"_id", "version"} <= set(where)
        return method(self, change(where) if guarded else where, *args, **more)

    return bent


SWITCHES = {
    one.__name__: one
    for one in (
        no_confirm,
        no_mandatory,
        no_version_gate,
        writers_meet,
        no_deduplication,
        ack_before_effect,
        quick_lease,
        confirm_timeout,
        slow,
        slow_per_event,
        dies_of,
        raises_for,
        noting,
        looks_every,
        freezes,
        sleeps_by_select,
    )
}


def main(service: str, word: str, *switches: str) -> None:
    """Switch, then run the process as its own command would."""
    if word == "worker":
        import eventlet

        eventlet.monkey_patch()
    for switch in switches:
        name, _, value = switch.partition("=")
        SWITCHES[name](value)
    import_module(f"{service}.__main__").main([word])


if __name__ == "__main__":
    main(*sys.argv[1:])
