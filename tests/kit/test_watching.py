"""What a worker does by itself: one run a night whoever is first, and asking about holes that stay open."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pijnstad_contracts.streams import Stream
from pijnstad_kit.messaging.gaps import Gaps, StreamGap
from pijnstad_kit.messaging.questions import SourceAway
from pijnstad_kit.reconciling import Difference, Sources, watch
from pijnstad_kit.reconciling.engine import Pace
from pijnstad_kit.reconciling.metrics import FOUND, LEFT
from pijnstad_kit.reconciling.shapes import Progress
from pijnstad_kit.reconciling.streams import StreamProjection
from pijnstad_kit.reconciling.watch import Watch
from pijnstad_kit.testing import wait_for

THINGS = Stream("elsewhere", "things")


class Kept(StreamProjection[Any]):
    """Be a projection that is wrong until it is mended, and remembers what was asked of it."""

    def __init__(self, wrong: Sequence[str] = ()) -> None:
        super().__init__("kept", THINGS)
        self.wrong, self.mended, self.looks = set(wrong), list[str](), 0
        self.away = False

    def look(self, sources: Sources, progress: Progress) -> list[Difference]:
        self.looks += 1
        if self.away:
            raise SourceAway("no worker of elsewhere runs")
        progress(10)
        return [Difference("missing", id) for id in sorted(self.wrong)]

    def look_again(self, sources: Sources, found: Sequence[Difference]) -> list[Difference]:
        return [one for one in found if one.aggregate in self.wrong]

    def mend(self, sources: Sources, found: Sequence[Difference]) -> None:
        self.mended += [one.aggregate for one in found]
        self.wrong -= {one.aggregate for one in found}

    def held(self, query: Any) -> dict[str, Any]:
        raise AssertionError("not asked here")

    compare = put_right = held  # type: ignore[assignment]


class NoAsker:
    def ask(self, service: str, question: str, **given: Any) -> Any:
        raise AssertionError("not asked here")

    def close(self) -> None:
        """Do nothing."""


@pytest.fixture
def opened(mongo_url: str, database: str) -> Database[Any]:
    client: MongoClient[Any] = MongoClient(mongo_url, tz_aware=True)
    return client[database]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK", 0.02)
    monkeypatch.setattr(watch, "PATIENCE", 0.1)


def made(opened: Any, kept: Kept, *, hour: int, gaps: Gaps | None = None, at: int = 3) -> Watch:
    def now() -> datetime:
        return datetime(2026, 11, 24, at, 30, tzinfo=UTC)

    pace = Pace(between=0.01, on_its_way=0.1, mending=0.5)
    return Watch("kit-watch", opened, [kept], NoAsker(), gaps or Gaps(), hour=hour, now=now, pace=pace)  # type: ignore[arg-type]


@contextmanager
def running(*loops: Any) -> Iterator[None]:
    threads = [threading.Thread(target=loop.run, daemon=True) for loop in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for loop in loops:
            loop.stop()
        for thread in threads:
            thread.join(15)
            assert not thread.is_alive()


def test_of_many_workers_one_compares_in_the_night_and_counts_it(opened: Database[Any]) -> None:
    first, second = Kept(["a", "b"]), Kept(["a", "b"])
    before = FOUND.labels("kit-watch", "kept")._value.get()
    with running(made(opened, first, hour=3), made(opened, second, hour=3)):
        done = wait_for(lambda: opened.reconciliations.find_one({"left": 0}), what="the run of tonight")
    assert (first.looks, second.looks) in ((1, 0), (0, 1))
    assert sorted(first.mended + second.mended) == ["a", "b"]
    assert (done["_id"], done["found"], done["away"]) == ("2026-11-24", 2, [])
    assert FOUND.labels("kit-watch", "kept")._value.get() - before == 2
    assert LEFT.labels("kit-watch", "kept")._value.get() == 0


@pytest.mark.parametrize("hour", [2, 4, -1])
def test_at_another_hour_nothing_is_compared(opened: Database[Any], hour: int) -> None:
    kept, gaps = Kept(["a"]), Gaps()
    with running(made(opened, kept, hour=hour, gaps=gaps)):
        gaps.note(StreamGap(THINGS, "b", 2))
        wait_for(lambda: not gaps._since, what="a few looks")
    assert kept.looks == 0


def test_a_source_that_is_away_ends_no_watch(opened: Database[Any]) -> None:
    kept, gaps = Kept(["a", "hole"]), Gaps()
    kept.away = True
    with running(made(opened, kept, hour=3, gaps=gaps)):
        wait_for(lambda: opened.reconciliations.find_one({"away": {"$ne": []}, "ended_at": {"$exists": True}}))
        gaps.note(StreamGap(THINGS, "hole", 2))
        wait_for(lambda: kept.mended == ["hole"], what="the hole to be asked about")


def test_a_hole_that_was_filled_in_time_is_not_asked_about(opened: Database[Any]) -> None:
    kept, gaps = Kept(["open"]), Gaps()
    with running(made(opened, kept, hour=-1, gaps=gaps)):
        gaps.note(StreamGap(THINGS, "filled", 3))
        gaps.note(StreamGap(THINGS, "open", 3))
        wait_for(lambda: kept.mended, what="the open hole")
    assert kept.mended == ["open"]


def test_stopping_ends_a_run_in_hand(opened: Database[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(["never mended"])
    monkeypatch.setattr(kept, "mend", lambda sources, found: None)
    loop = Watch(
        "kit-watch", opened, [kept], NoAsker(), Gaps(), hour=3, now=lambda: datetime(2026, 11, 24, 3, tzinfo=UTC)
    )  # type: ignore[arg-type]
    with running(loop):
        wait_for(lambda: kept.looks, what="the run to begin")
    assert opened.reconciliations.find_one({"ended_at": {"$exists": True}}) is None
