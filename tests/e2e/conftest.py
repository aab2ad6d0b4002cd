"""One whole city for the end-to-end tests: the one at PIJNSTAD_URL, else one of our own, started as `make start` does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pijnstad_local.ports import free_port

sys.path.insert(0, str(Path(__file__).parent))


@dataclass(frozen=True)
class City:
    """Hold where a running city is, and its data folder when it is our own."""

    url: str
    data: Path | None
    environment: dict[str, str]

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the local city, as `make <word>` does."""
        command = [sys.executable, "-W", "ignore", "-m", "pijnstad_local", *words]
        environment = {**os.environ, **self.environment, **more}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=150)

    def status(self) -> dict[str, Any]:
        """Return what `make status FORMAT=json` says."""
        return json.loads(self.run("status", "--format", "json").stdout)

    @property
    def demo_password(self) -> str:
        """Return the password of the demo accounts."""
        assert self.data is not None
        lines = (self.data / "secrets.env").read_text().splitlines()
        return next(line.partition("=")[2] for line in lines if line.startswith("PIJNSTAD_DEMO_PASSWORD="))


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    given = os.environ.get("PIJNSTAD_URL")
    if given:
        yield City(given, None, {})
        return
    port, data = free_port(), tmp_path_factory.mktemp("city")
    mine = City(f"http://localhost:{port}", data, {"PIJNSTAD_PORT": str(port), "PIJNSTAD_DATA": str(data)})
    started = mine.run("start")
    assert started.returncode == 0, started.stdout + started.stderr
    yield mine
    mine.run("down")
