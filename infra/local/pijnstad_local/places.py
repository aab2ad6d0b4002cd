"""Where things lie: the repository, the shared download cache and the tools of this environment."""

import os
import sys
from pathlib import Path


def repository() -> Path:
    """Find the root of the repository this package is installed from (editable)."""
    return Path(__file__).resolve().parents[3]


def cache() -> Path:
    """Find the folder of downloads, shared by all cities of this clone (`PIJNSTAD_CACHE` moves it)."""
    given = os.environ.get("PIJNSTAD_CACHE")
    folder = Path(given).resolve() if given else repository() / ".cache"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def tool(name: str) -> Path:
    """Find a command that was installed into this Python environment."""
    return Path(sys.executable).parent / name
