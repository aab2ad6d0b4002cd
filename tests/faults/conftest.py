"""A broker and a store of their own for the fault tests, which stop and kill them; a fresh set of rooms for each test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pijnstad_local.rabbitmq import RabbitNode
from pijnstad_local.secantus import SecantusServer

sys.path.insert(0, str(Path(__file__).parent))
from checker import Checker, Verdict
from rooms import Rooms

_verdicts: list[Verdict] = []


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RabbitNode, SecantusServer]]:
    folder = tmp_path_factory.mktemp("faults")
    rabbit, store = RabbitNode(folder / "rabbit").start(), SecantusServer(folder / "store").start()
    yield rabbit, store
    rabbit.stop()
    store.stop()


@pytest.fixture
def checker(servers: tuple[RabbitNode, SecantusServer], tmp_path: Path) -> Iterator[Checker]:
    """Open rooms and give the checker that watches them."""
    rooms = Rooms(*servers, tmp_path)
    rooms.open()
    yield Checker(rooms)
    rooms.close()


def note(verdict: Verdict) -> None:
    """Keep a verdict for the table at the end, and fail when it is not clean."""
    _verdicts.append(verdict)
    assert verdict.clean, verdict.line()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of all fault tests."""
    if _verdicts:
        terminalreporter.section("faults: what was lost, doubled, invented or skipped")
        for verdict in _verdicts:
            terminalreporter.write_line(verdict.line())
