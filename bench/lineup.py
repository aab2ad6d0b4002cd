"""Who takes part: each contender's module, its roles in the order they start, and what it runs in."""

from __future__ import annotations

from dataclasses import dataclass

ANCHOR = "raw"
SERVING = ("relay", "react", "forward")  # roles that go on until they are asked to stop


@dataclass(frozen=True)
class Contender:
    """Hold who takes part. The last role is the source; a role of SERVING is stopped when the others are done.

    `needs` names its own environment, `people` says that every event is about a member of its own.
    """

    name: str
    title: str
    module: str
    roles: tuple[str, ...]
    first: int
    needs: str = ""
    people: bool = False

    @property
    def sink(self) -> int:
        """Return the place of the role that sees an event last."""
        return next(place for place, role in enumerate(self.roles) if role not in SERVING)


CONTENDERS = (
    Contender("raw", "raw AMQP, frames encoded beforehand", "raw", ("consume", "publish"), 10_000),
    Contender("memory", "our hop, effects in memory", "kit", ("consume_memory", "publish"), 5_000),
    Contender("store", "our hop, effects in the store", "kit", ("consume_store", "publish"), 2_000),
    Contender("beside", "raw AMQP with the same bulk inserts beside it", "raw", ("consume_insert", "publish"), 2_000),
    Contender("insert", "the store alone, the same bulk inserts", "kit", ("insert",), 2_000),
    Contender("whole", "outbox, relay, our hop, effects in the store", "kit", ("relay", "consume_store", "write"), 1_000),
    Contender("hops", "our two hops, effects in memory", "kit", ("forward", "hear", "publish"), 2_000),
    Contender(
        "chain", "two hops: entry to suggestion made, content's own rules", "chain", ("react", "hear", "publish"), 400,
        people=True,
    ),
    Contender("faststream", "FastStream", "on_faststream", ("consume", "publish"), 1_000, "faststream"),
    Contender("dramatiq", "Dramatiq", "on_dramatiq", ("consume", "publish"), 1_000, "dramatiq"),
    Contender("celery", "Celery", "on_celery", ("consume", "publish"), 1_000, "celery"),
    Contender("nameko", "plain nameko", "plain_nameko", ("consume", "publish"), 1_000, "nameko"),
)  # fmt: skip
PEERS = ("faststream", "dramatiq", "celery", "nameko")
