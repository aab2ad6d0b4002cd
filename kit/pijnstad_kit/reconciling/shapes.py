"""What comparing finds and tells, and what it wants of a projection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from pijnstad_kit.reconciling.sources import Sources

# missing: not here · behind: an earlier number than the source's · ahead: a later one, the source was restored
# unknown: the source has no such thing · damaged: here, and not as the events say
Kind = Literal["missing", "behind", "ahead", "unknown", "damaged"]
Progress = Callable[[int], None]  # how many were compared so far


@dataclass(frozen=True, slots=True)
class Difference:
    """Say what is wrong with one thing a projection keeps: of which aggregate, and in a few words. No personal words.

    `since` is the number from which the source must tell again to put it right, None when it need not; `key` is what is
    wrong within the aggregate. `final` says that it cannot be told any more.
    """

    kind: Kind
    aggregate: str
    says: str = ""
    key: str = ""
    since: int | None = None
    final: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it for --json."""
        final = {"cannot_be_told_any_more": True} if self.final else {}
        return {"kind": self.kind, "aggregate": self.aggregate, "says": self.says, **final}


class Projection(Protocol):
    """Be something a service keeps that must agree with something else."""

    name: str
    source: str  # what it is compared with, for people to read

    def look(self, sources: Sources, progress: Progress) -> list[Difference]:
        """Compare everything. Errors: SourceAway."""

    def look_again(self, sources: Sources, found: Sequence[Difference]) -> list[Difference]:
        """Compare only what differed. Errors: SourceAway."""

    def mend(self, sources: Sources, found: Sequence[Difference]) -> None:
        """Put right what differs, or have it told again. Errors: SourceAway."""


@dataclass(slots=True)
class Compared:
    """Hold what came of one projection."""

    name: str
    source: str
    compared: int = 0
    found: list[Difference] = field(default_factory=list)
    left: list[Difference] = field(default_factory=list)
    away: str | None = None

    @property
    def repaired(self) -> int:
        """Return how many differences are gone."""
        return len(self.found) - len(self.left)

    def as_json(self) -> dict[str, Any]:
        """Return it for --json."""
        return {
            "projection": self.name,
            "source": self.source,
            "compared": self.compared,
            "found": [one.as_json() for one in self.found],
            "repaired": self.repaired,
            "left": len(self.left),
            "away": self.away,
        }


@dataclass(slots=True)
class Report:
    """Hold what came of a whole run."""

    projections: list[Compared] = field(default_factory=list)

    @property
    def found(self) -> int:
        """Return how many differences there were."""
        return sum(len(one.found) for one in self.projections)

    @property
    def left(self) -> int:
        """Return how many differences there still are."""
        return sum(len(one.left) for one in self.projections)

    @property
    def away(self) -> list[str]:
        """Return why something could not be compared, once each."""
        return list(dict.fromkeys(one.away for one in self.projections if one.away))

    @property
    def clean(self) -> bool:
        """Return whether everything was compared and agrees."""
        return not self.left and not self.away
