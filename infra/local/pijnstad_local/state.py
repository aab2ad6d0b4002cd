"""The state of a running city in its data folder: `city.lock` says that one runs, `city.json` says what runs where.

One city per data folder: the lock is held by the supervisor as long as it lives, and the kernel frees it when it dies.
"""

import fcntl
import json
import os
from pathlib import Path
from typing import Any

from pijnstad_local.errors import Refused

LOCK, STATE = "city.lock", "city.json"


class CityLock:
    """Hold the data folder for this process until it ends."""

    def __init__(self, data: Path) -> None:
        self._path = data / LOCK
        try:
            data.mkdir(parents=True, exist_ok=True, mode=0o700)  # diaries lie in it
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Refused(f"The data folder {data} cannot be written: {error.strerror}. Set PIJNSTAD_DATA.") from error

    def take(self) -> None:
        """Take the lock and write our process id into it. Raises Refused when another city holds it."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(_already_running(self._path.parent)) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        os.close(self._file)


def holder(data: Path) -> int | None:
    """Give the process id of the supervisor that holds this data folder, or None when no city runs on it."""
    try:
        with open(data / LOCK) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read() or 0) or None
    except OSError:
        return None
    return None


def _already_running(data: Path) -> str:
    state = read(data)
    return (
        f"A city already runs on {data} (at {state.get('url', 'an unknown address')}, process {holder(data)}). "
        "Look at it with `make status`, stop it with `make down`, "
        "or start another one: PIJNSTAD_DATA=var2 PIJNSTAD_PORT=8001 make up"
    )


def write(data: Path, state: dict[str, Any]) -> None:
    """Replace the state file in one step, so that a reader never sees half of it."""
    part = data / f"{STATE}.part"
    part.write_text(json.dumps(state, indent=1))
    part.replace(data / STATE)


def read(data: Path) -> dict[str, Any]:
    """Read the last state of the city on this data folder; empty when there never was one."""
    try:
        state = json.loads((data / STATE).read_text())
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}
