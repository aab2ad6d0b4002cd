"""What can be done to the broker beside killing it: from inside its own node, each undone when the block ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pijnstad_kit.messaging import topology
from pijnstad_kit.messaging.connection import connect
from pijnstad_local.rabbitmq import RabbitNode

_POLICY = "a-test"


@dataclass(frozen=True)
class Broker:
    """Harm one vhost of a node."""

    node: RabbitNode
    vhost: str

    def lengths(self) -> dict[str, int]:
        """Return how many messages each quorum queue holds now, those that a consumer has in hand too."""
        return self._counted("messages_total")

    def in_hand(self, queue: str) -> int:
        """Return how many messages of a queue consumers have in hand."""
        return self._counted("messages_checked_out")[queue]

    def _counted(self, what: str) -> dict[str, int]:
        """Ask the queues' leaders: what the broker tells otherwise is up to five seconds old."""
        asked = f"ra:leader_query(amqqueue:get_pid(Q), fun rabbit_fifo:query_{what}/1)"
        number = f"case {asked} of {{ok, {{_, M}}, _}} -> M; _ -> 1 end"
        name = "binary_to_atom(element(4, amqqueue:get_name(Q)))"  # as an atom: long texts come broken over lines
        said = self.node.evaluate(
            f'[{{{name}, {number}}} || Q <- rabbit_amqqueue:list(<<"{self.vhost}">>), '
            "amqqueue:get_type(Q) =:= rabbit_quorum_queue]."
        )
        return {name: int(number) for name, number in re.findall(r"\{'?([^',]+)'?,\s*(\d+)\}", said)}

    def close_connections(self) -> None:
        """Let the broker hang up on everybody."""
        self.node.evaluate(
            '[catch rabbit_networking:close_connection(P, "a test") || P <- rabbit_networking:connections()].'
        )

    @contextmanager
    def policy(self, queue: str, key: str, value: int) -> Iterator[None]:
        """Bend a queue: `max-length` (with the table's reject-publish) or `delivery-limit`."""
        vhost, name = f'<<"{self.vhost}">>', f'<<"{_POLICY}">>'
        pattern, definition = f'<<"^{re.escape(queue)}$">>'.replace("\\", "\\\\"), f'[{{<<"{key}">>, {value}}}]'
        self.node.evaluate(
            f'ok = rabbit_policy:set({vhost}, {name}, {pattern}, {definition}, 1, <<"queues">>, <<"test">>).'
        )
        try:
            yield
        finally:
            self.node.evaluate(f'rabbit_policy:delete({vhost}, {name}, <<"test">>).')

    @contextmanager
    def disk_alarm(self) -> Iterator[None]:
        """Let the broker believe that its disk is full: it reads nothing more from those who publish."""
        self.node.evaluate("rabbit_disk_monitor:set_disk_free_limit(900000000000000).")
        try:
            yield
        finally:
            self.node.evaluate('rabbit_disk_monitor:set_disk_free_limit("50MB").')

    @contextmanager
    def ack_timeout(self, seconds: float) -> Iterator[None]:
        """Let channels opened from now on be closed when a message is not acknowledged in time."""
        self._set("consumer_timeout", int(seconds * 1000))
        self._set("channel_tick_interval", 500)
        try:
            yield
        finally:
            self._set("consumer_timeout", 1_800_000)
            self._set("channel_tick_interval", 60_000)

    @contextmanager
    def unbound(self, bindings: list[tuple[str, str]]) -> Iterator[None]:
        """Take (queue, key) bindings away from the exchange of events, as a careless hand would."""
        self._bind("queue_unbind", bindings)
        try:
            yield
        finally:
            self._bind("queue_bind", bindings)

    def _bind(self, how: str, bindings: list[tuple[str, str]]) -> None:
        with connect(self.node.url(self.vhost)) as connection:
            channel = connection.connection.channel()
            for queue, key in bindings:
                getattr(channel, how)(queue, topology.EVENTS, key)

    def _set(self, name: str, value: int) -> None:
        self.node.evaluate(f"application:set_env(rabbit, {name}, {value}).")
