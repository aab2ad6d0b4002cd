"""The cardboard city with the pages on it, a visitor that keeps cookies, and a browser."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fake_city import Served
from fake_visitor import Visitor


@pytest.fixture
def served(mongo_url: str, database: str) -> Iterator[Served]:
    """A city of cardboard with the real pages on it."""
    with Served(mongo_url, database).running() as running:
        yield running


@pytest.fixture
def city(served: Served) -> Any:
    """What lies behind the gateway."""
    return served.city


@pytest.fixture
def visitor(served: Served) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(served.url)


@pytest.fixture
def anna(served: Served) -> Visitor:
    """Anna, signed in, who keeps a diary and takes suggestions."""
    visitor = Visitor(served.url)
    visitor.sign_in()
    visitor.agree()
    return visitor
