"""Servers every suite shares: one private RabbitMQ node (a fresh vhost a test), one document store (a fresh database).

What cannot be had on this machine is skipped by name, with the way to get it, and listed at the end; in CI it is a failure.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pijnstad_local.errors import NotAvailable
from pijnstad_local.rabbitmq import RabbitNode
from pijnstad_local.secantus import SecantusServer

CI = os.environ.get("CI", "").lower() == "true"
CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_missing: dict[str, str] = {}


def not_here(what: str, how: str) -> None:
    """Skip a test by the name of what is missing and the way to get it; fail where CI should have brought it."""
    _missing[what] = how
    if CI:
        pytest.fail(f"{what} is missing in CI: {how}", pytrace=False)
    pytest.skip(f"{what} is not on this machine: {how}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what was not there, once, after all results."""
    for what, how in _missing.items():
        terminalreporter.write_line(f"not on this machine: {what}. Get it: {how}", yellow=True)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Let nothing that CI installed be skipped silently."""
    if CI and _missing and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitNode]:
    """A private RabbitMQ node for the whole session. Tests that stop or kill one make their own."""
    try:
        node = RabbitNode(tmp_path_factory.mktemp("rabbit")).start()
    except NotAvailable as error:
        not_here("RabbitMQ", str(error))
    yield node
    node.stop()


@pytest.fixture
def bus_url(rabbit: RabbitNode) -> Iterator[str]:
    """The address of a vhost nobody else uses."""
    name = uuid.uuid4().hex
    yield rabbit.add_vhost(name)
    rabbit.remove_vhost(name)


@pytest.fixture(scope="session")
def mongo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The document store: the MongoDB at PIJNSTAD_MONGO_URL, else a SecantusDB of our own."""
    given = os.environ.get("PIJNSTAD_MONGO_URL")
    if given:
        yield given
        return
    server = SecantusServer(tmp_path_factory.mktemp("secantus")).start()
    yield server.url
    server.stop()


@pytest.fixture
def database(mongo_url: str) -> str:
    """The name of a database nobody else uses."""
    return f"t{uuid.uuid4().hex[:16]}"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    if CHROMIUM is None:
        not_here("Chromium", "apt-get install chromium")
    return str(CHROMIUM)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """A real browser, for one module: while Playwright is open its event loop runs here, and nobody else can run one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        yield opened
        opened.close()
