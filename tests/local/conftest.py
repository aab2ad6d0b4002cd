"""Let the tests of the local city find their small processes, and keep the person's own choices out of them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def _own_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PIJNSTAD_") and name != "PIJNSTAD_CACHE"]:
        monkeypatch.delenv(name)
