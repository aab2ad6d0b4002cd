"""An environment of its own for each contender that is not ours: made once under var/bench, from its pinned requirements.

A contender without requirements runs where this runs. Made anew when the requirements change.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "var" / "bench" / "environments"
REQUIREMENTS = ROOT / "bench" / "contenders"


def python_for(name: str) -> str:
    """Return the interpreter of a contender's environment, made now if it is not there. Errors: CalledProcessError."""
    wanted = REQUIREMENTS / f"requirements-{name}.txt"
    if not wanted.exists():
        return sys.executable
    folder = PLACE / f"{name}-{hashlib.sha256(wanted.read_bytes()).hexdigest()[:12]}"
    if not (folder / "complete").exists():
        _make(folder, wanted)
    return str(folder / "bin" / "python")


def _make(folder: Path, wanted: Path) -> None:
    """Make the environment; our own pip fills it, because some Pythons come without one to give away."""
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", "--without-pip", str(folder)])
    python = str(folder / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "--quiet", "--disable-pip-version-check"]
    _run([*pip, "install", "--requirement", str(wanted)])
    (folder / "complete").touch()


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
