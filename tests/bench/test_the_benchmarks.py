"""The benchmarks run and say what they should. No figure is judged here: a timed test is a flaky test."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from pijnstad_local.rabbitmq import RabbitNode
from pijnstad_local.secantus import SecantusServer

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))

from bench import events, gateway, growth, lineup, machine, notice, playing, report, run  # noqa: E402
from bench.contenders.job import Job  # noqa: E402

IDLE = {"rounds": 1, "not_idle": 0, "busiest": 0.0, "waited": 0.4}
NOT_IDLE = {"rounds": 4, "not_idle": 3, "busiest": 0.5, "waited": 9.0}


@pytest.fixture
def servers(rabbit: RabbitNode, tmp_path: Path) -> Iterator[playing.Servers]:
    secantus = SecantusServer(tmp_path / "secantus").start()
    yield playing.Servers(rabbit, secantus.url, secantus.pid)
    secantus.stop()


@pytest.fixture
def measured(servers: playing.Servers, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    few = tuple(replace(one, first=300) for one in events.CONTENDERS)
    monkeypatch.setattr(events, "CONTENDERS", few)
    monkeypatch.setattr(playing, "WARMUP", 100)
    return events.measure(servers, **events.plan(quick=True))


def test_every_contender_handles_every_event_and_says_what_it_cost(measured: dict[str, Any]) -> None:
    assert set(measured["contenders"]) == {one.name for one in events.CONTENDERS}
    for one in events.CONTENDERS:
        found = measured["contenders"][one.name]
        assert found["events_a_round"] == 300
        assert 0 < found["lowest"] <= found["events_per_second"] <= found["highest"]
        assert found["ratio"]["median"] > 0
        assert set(found["cpu_microseconds"]) == {*one.roles, "broker", "store"}
        assert all(used >= 0 for used in found["cpu_microseconds"].values())
        assert sum(found["cpu_microseconds"].values()) > 0
    assert measured["contenders"]["raw"]["ratio"]["median"] == 1
    assert 400 <= measured["message_bytes"] <= 1000
    assert measured["machine_idle"]["rounds"] == len(events.CONTENDERS)
    text, charts = report._events(measured)
    assert all(one.title in text for one in events.CONTENDERS)
    assert set(charts) == {"events.svg", "cpu.svg"}


def test_a_contender_that_lost_or_doubled_an_event_gets_no_figure() -> None:
    one = next(one for one in lineup.CONTENDERS if one.name == "memory")
    job = Job("amqp://nowhere", events=300, warmup=100)
    said = {"started": 1.0, "ended": 2.0, "cpu": 0.1}
    assert playing.round_of(one, job, [(role, {**said, "handled": 400}) for role in one.roles], {}).rate == 300
    for handled in (399, 401):
        with pytest.raises(RuntimeError, match=f"{handled} of 400"):
            playing.round_of(one, job, [(role, {**said, "handled": handled}) for role in one.roles], {})


def test_more_workers_share_a_queue_and_more_members_are_known(
    servers: playing.Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "WORKERS", (1, 2))
    monkeypatch.setattr(growth, "QUICK_MEMBERS", (10, 100))
    monkeypatch.setattr(growth, "ENTRIES", 100)
    found = growth.measure(servers, quick=True, quiet=machine.Quiet(patience=0, each=0))
    assert set(found["workers"]) == {"1", "2"}
    assert set(found["members"]) == {"10", "100"}
    text, charts = report._growth(found)
    assert "| 100 |" in text
    assert set(charts) == {"workers.svg", "members.svg"}


def test_a_machine_that_stays_busy_is_waited_for_only_so_long_and_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "busy", lambda: 0.8)
    quiet = machine.Quiet(patience=0.05, each=0.02)
    for _ in range(4):
        quiet.wait()
    assert quiet.report()["not_idle"] == 4
    assert quiet.report()["busiest"] == 0.8
    assert quiet.waited < 5


def test_the_machine_is_named() -> None:
    card = machine.describe()
    assert {"processor", "cores", "memory", "python", "nameko", "SecantusDB"} <= set(card)
    assert all(card.values())


class Person:
    """Be an outsider whose notices come until there are no more."""

    notices = 3

    def __init__(self, base: str) -> None:
        self.left = self.notices

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None

    def listen(self) -> Any:
        return SimpleNamespace(next=self.next, close=lambda: None)

    def next(self, timeout: float) -> tuple[float, dict[str, str]]:
        if not self.left:
            raise AssertionError("no notice")
        self.left -= 1
        return notice.time.perf_counter(), {}


@pytest.mark.parametrize(("come", "missing"), [(3, 0), (2, 2)])
def test_each_member_gives_three_notices_and_missing_ones_are_counted(
    come: int, missing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Person, "notices", come)
    monkeypatch.setitem(sys.modules, "outside", SimpleNamespace(Outsider=Person, Unexpected=AssertionError))
    found = notice.measure("http://city", members=2)
    assert (found["members"], found["notices"], found["missing"]) == (2, 2 * come, missing)
    assert 0 <= found["lowest_ms"] <= found["p50_ms"] <= found["p95_ms"] <= found["p99_ms"] <= found["highest_ms"]


def test_percentiles_are_values_that_were_seen() -> None:
    found = notice.summary([notice.Sample(post=1, notice=float(number)) for number in range(1, 101)])
    assert (found["p50_ms"], found["p95_ms"], found["p99_ms"], found["highest_ms"]) == (50, 95, 99, 100)


def test_the_outside_client_is_there_under_the_names_the_benchmark_uses() -> None:
    outside = notice._outside()
    assert all(hasattr(outside.Outsider, name) for name in ("register", "sign_in", "consent", "listen", "expect"))
    assert issubclass(outside.Unexpected, Exception)


def test_the_gateway_is_measured_beside_nginx() -> None:
    if not gateway.NGINX or not gateway.WRK:
        pytest.skip("nginx and wrk are not on this machine: apt-get install nginx-light wrk")
    found = gateway.run(rounds=1, seconds=1, workers=1)
    assert set(found["throughput_32"]) == {"nginx", "gateway"}
    assert found["ratio_to_nginx"] > 0
    assert found["p99_ratio_to_nginx"] > 0


def timed() -> dict[str, Any]:
    samples = [notice.Sample(10, number) for number in range(1, 41)]
    return {"members": 14, "missing": 2, "city": "a city", "machine_idle": NOT_IDLE, **notice.summary(samples)}


def beside_nginx() -> dict[str, Any]:
    wide = {"nginx": {"rate": 90_000.0, "p99_ms": 1.0}, "gateway": {"rate": 45_000.0, "p99_ms": 2.0}}
    both = {"throughput_32": wide, "latency_4": wide, "ratio_to_nginx": 0.5, "p99_ratio_to_nginx": 2.0}
    return {"rounds": 5, "seconds": 3, "machine_idle": IDLE, **both}


def test_the_report_names_machine_goals_and_what_is_missing_and_draws_its_charts(tmp_path: Path) -> None:
    results = {"notice": timed(), "gateway": beside_nginx()}
    place = report.write(tmp_path, {"processor": "X"}, "today", results, {"events": "no broker"})
    written = " ".join(place.read_text().split())
    assert "| processor | X |" in written
    assert "Not measured in this run: no broker" in written
    assert "**0.5**; the goal of at least 0.4 is met." in written
    assert "**20 ms**; the goal of at most 30 ms is met, on a machine that was not idle." in written
    assert "not idle** before 3 of 4 rounds (up to 50% of its cores)" in written
    assert "missing after 15 s: 2" in written
    drawn = re.findall(r"\]\((charts/[a-z]+\.svg)\)", written)
    assert sorted(drawn) == ["charts/gateway.svg", "charts/notice.svg"]
    for chart in drawn:
        picture = ElementTree.parse(tmp_path / chart).getroot()
        names = [child.tag.rpartition("}")[2] for child in picture]
        assert names[:2] == ["title", "desc"]
        assert all(child.text for child in picture[:2])


def test_a_part_that_cannot_be_measured_leaves_the_others_standing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(quick: bool) -> dict[str, Any]:
        raise RuntimeError("no broker")

    monkeypatch.setattr(run, "_events", fail)
    monkeypatch.setattr(run, "_growth", lambda quick: {})
    monkeypatch.setattr(run, "_gateway", lambda quick: beside_nginx())
    monkeypatch.setattr(run, "_notice", lambda quick: timed())
    results, missing = run.run(quick=True)
    assert set(results) == {"growth", "gateway", "notice"}
    assert missing == {"events": "RuntimeError: no broker"}
