"""One real city for the attacks, from outside: five people with different rights, and the key that signs tokens inside.

The city is our own (`make start`), with limits that do not stand in the way; at PIJNSTAD_ATTACKED (its data folder) another
one of this machine can be named, which saves its start.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "e2e")]

from outside import Outsider  # noqa: E402
from town import People, Town  # noqa: E402

from pijnstad_local.ports import free_port  # noqa: E402

FREE = {f"PIJNSTAD_LIMIT_{name}": "1000000" for name in ("TOKEN", "ACCOUNT", "ADDRESS")}
FREE["PIJNSTAD_MAILS_PER_RECIPIENT"] = "1000"


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A whole running city that may be attacked."""
    given = os.environ.get("PIJNSTAD_ATTACKED")
    if given:
        yield Town(Path(given))
        return
    data = tmp_path_factory.mktemp("attacked")
    own = {"PIJNSTAD_PORT": str(free_port()), "PIJNSTAD_DATA": str(data)}
    environment = {**{k: v for k, v in os.environ.items() if k != "PIJNSTAD_URL"}, **own, **FREE}
    command = [sys.executable, "-W", "ignore", "-m", "pijnstad_local"]
    try:
        started = subprocess.run(
            [*command, "start"], env=environment, capture_output=True, text=True, check=False, timeout=170
        )
        assert started.returncode == 0, started.stdout + started.stderr
        yield Town(data)
    finally:
        subprocess.run([*command, "down"], env=environment, capture_output=True, check=False, timeout=100)


@pytest.fixture(scope="session")
def gathered(town: Town) -> People:
    """Everybody the matrix asks for, signed in."""
    return People.gather(town)


@pytest.fixture(scope="module")
def people(gathered: People) -> People:
    """Everybody, with fresh tokens: other suites may have run for longer than a token lives."""
    for person in vars(gathered).values():
        if isinstance(person, Outsider):
            person.refresh()
    return gathered
