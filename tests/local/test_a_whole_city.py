"""`start`, `status`, `down` on the real city, twice beside each other: what the issue promises about the two commands."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pijnstad_local.ports import free_port
from pijnstad_local.processes import alive, wait_until
from pijnstad_local.programs import PROGRAMS

pytestmark = [pytest.mark.city, pytest.mark.timeout(300)]


@dataclass
class Hands:
    """Call the tool as a person would."""

    data: Path
    port: int

    def call(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "PIJNSTAD_DATA": str(self.data), "PIJNSTAD_PORT": str(self.port), **more}
        command = [sys.executable, "-m", "pijnstad_local", *words]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    def status(self) -> dict[str, Any]:
        return dict(json.loads(self.call("status", "--format", "json").stdout))

    def process(self, service: str, role: str) -> dict[str, Any]:
        rows = self.status()["processes"]
        return next(row for row in rows if (row["service"], row["role"]) == (service, role))

    def answers(self) -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/content/v1/items", timeout=10) as answer:
            return bool(json.load(answer)["items"])


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    hands = Hands(tmp_path_factory.mktemp("city"), free_port())
    started = hands.call("start")
    assert started.returncode == 0, started.stdout + started.stderr
    assert f"http://localhost:{hands.port}" in started.stdout
    assert "anna@pijnstad.example" in started.stdout
    yield hands
    hands.call("down")


def test_status_names_every_process_and_what_backs_the_parts(city: Hands) -> None:
    now = city.status()
    assert {"bus", "store", "search"} == set(now["parts"])
    there = {(row["service"], row["role"]) for row in now["processes"]}
    assert there == {(p.service, p.role) for p in PROGRAMS} | {("bus", "rabbitmq"), ("store", "secantusdb")}
    for row in now["processes"]:
        assert {"service", "role", "pid", "port", "state", "restarts"} <= set(row)
        assert row["state"] in ("ready", "running", "done"), row
    assert city.answers()


def test_a_command_of_a_service_runs_as_its_worker_would(city: Hands, tmp_path: Path) -> None:
    assert city.call("run", "content", "dead-letters", "list").stdout.strip() == "No dead letters."
    assert city.call("run", "content", "dead-letters", "redrive").returncode == 2
    nowhere = Hands(tmp_path, city.port).call("run", "content", "dead-letters", "list")
    assert (nowhere.returncode, "Start the city: make up" in nowhere.stderr) == (1, True)


def test_a_second_start_on_the_same_data_is_refused(city: Hands) -> None:
    for word in ("start", "up"):
        refused = city.call(word)
        assert refused.returncode == 1
        assert "already runs" in refused.stderr
    assert city.answers()


def test_a_taken_door_leaves_nothing_running(city: Hands, tmp_path: Path) -> None:
    refused = Hands(tmp_path / "other", city.port).call("start")
    assert refused.returncode == 1
    assert f"Port {city.port} is taken" in refused.stderr
    assert not (tmp_path / "other" / "rabbitmq").exists()


def test_a_killed_process_comes_back_with_what_a_tester_added(city: Hands) -> None:
    before = city.process("community", "api")
    (city.data / "env").mkdir()
    (city.data / "env" / "community-api.env").write_text("PIJNSTAD_LOG_FORMAT=json\n")
    os.kill(before["pid"], signal.SIGKILL)
    assert wait_until(lambda: city.process("community", "api")["restarts"] == before["restarts"] + 1, 20, poll=0.2)
    assert wait_until(lambda: city.process("community", "api")["state"] == "ready", 30, poll=0.2)
    environment = Path(f"/proc/{city.process('community', 'api')['pid']}/environ").read_text()
    assert "PIJNSTAD_LOG_FORMAT=json" in environment


def test_two_cities_live_side_by_side_and_one_that_is_killed_leaves_nothing(city: Hands, tmp_path: Path) -> None:
    other = Hands(tmp_path / "other", free_port())
    assert other.call("start").returncode == 0
    assert other.answers()
    assert city.answers()
    now = other.status()
    pids = [row["pid"] for row in now["processes"] if row["pid"]]
    os.kill(now["pid"], signal.SIGKILL)
    assert wait_until(lambda: not any(alive(pid) for pid in pids), 15)
    gone = other.call("status")
    assert gone.returncode == 3
    assert city.answers()


def test_down_stops_everything_and_the_data_stays(city: Hands) -> None:
    pids = [row["pid"] for row in city.status()["processes"] if row["pid"]]
    stopped = city.call("down")
    assert stopped.returncode == 0, stopped.stderr
    assert not any(alive(pid) for pid in pids)
    assert city.status()["state"] == "stopped"
    secrets = (city.data / "secrets.env").read_text()
    assert city.call("start").returncode == 0
    assert (city.data / "secrets.env").read_text() == secrets
    assert city.answers()
