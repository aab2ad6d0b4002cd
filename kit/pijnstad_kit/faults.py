"""Failpoints: named places where a test may make a process die or fail. Armed by PIJNSTAD_FAULTS, refused in production.

The setting is a comma-separated list of `name=action`; actions: `kill` (SIGKILL to oneself), `fail` (raise), each
once per process start when written with `once:` before the action (`relay.before_publish=once:kill` kills the first
time only if the marker file PIJNSTAD_FAULTS_SPENT does not yet hold the name).
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

_armed: dict[str, str] = {}


class FaultInjected(RuntimeError):
    """Say that a test asked for this failure."""


def arm(faults: str) -> None:
    """Arm the failpoints of a setting. Settings refuse a non-empty one in production."""
    _armed.clear()
    for part in filter(None, faults.split(",")):
        name, _, action = part.partition("=")
        _armed[name.strip()] = action.strip() or "fail"


def failpoint(name: str) -> None:
    """Do what a test armed here; nothing otherwise."""
    if not _armed:
        return
    action = _armed.get(name)
    if action is None or (action.startswith("once:") and _spent(name)):
        return
    if action.endswith("kill"):
        os.kill(os.getpid(), signal.SIGKILL)
    raise FaultInjected(name)


def _spent(name: str) -> bool:
    """Return whether the name was spent before, and spend it. Shared between restarts by a file."""
    path = Path(os.environ.get("PIJNSTAD_FAULTS_SPENT", "/dev/null"))
    if str(path) == "/dev/null":
        return False
    spent = path.read_text().split() if path.exists() else []
    if name in spent:
        return True
    with path.open("a") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    return False
