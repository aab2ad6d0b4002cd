"""A broker and a store of their own for the fault tests, which stop and kill them; rooms that every test finds in order.

`--seeds n` lets every seeded test run n times; `--long` gives faults the length they have in proof.md instead of CI's.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pijnstad_local.rabbitmq import RabbitNode
from pijnstad_local.secantus import SecantusServer

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "e2e"))  # for outside.py
from checker import HEAD, Checker, note, verdicts
from lodging import Lodging

__all__ = ["note"]
FIRST_SEED = 20261124


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RabbitNode, SecantusServer]]:
    folder = tmp_path_factory.mktemp("faults")
    rabbit, store = RabbitNode(folder / "rabbit").start(), SecantusServer(folder / "store").start()
    yield rabbit, store
    rabbit.stop()
    store.stop()


@pytest.fixture(scope="session")
def lodging(servers: tuple[RabbitNode, SecantusServer], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lodging]:
    lodging = Lodging(*servers, lambda: tmp_path_factory.mktemp("rooms"))
    yield lodging
    lodging.close()


@pytest.fixture
def checker(lodging: Lodging) -> Iterator[Checker]:
    """Open rooms and give the checker that watches them."""
    checker = Checker(lodging.rooms())
    yield checker
    lodging.leave(checker)


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """What chance starts from in a seeded test."""
    return int(request.param)


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    """Whether faults last as long as proof.md says for the command, instead of as long as CI can bear."""
    return bool(request.config.getoption("--long", default=False))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the number of seeds, the first of them, and the length of faults."""
    group = parser.getgroup("faults")
    group.addoption("--seeds", type=int, default=1, help="how often each seeded fault test runs")
    group.addoption("--seed", type=int, default=FIRST_SEED, help="the first seed")
    group.addoption("--long", action="store_true", help="faults as long as proof.md says")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run seeded tests once a seed."""
    if "seed" in metafunc.fixturenames:
        first = metafunc.config.getoption("--seed", default=FIRST_SEED)
        metafunc.parametrize(
            "seed", range(first, first + metafunc.config.getoption("--seeds", default=1)), indirect=True
        )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of all fault tests."""
    if verdicts:
        terminalreporter.section("faults: what was lost, doubled, invented or skipped")
        for line in (HEAD, *(verdict.line() for verdict in sorted(verdicts, key=lambda one: one.name))):
            terminalreporter.write_line(line)
