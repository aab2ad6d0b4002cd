"""One writer per index directory, across processes: a file lock that waits politely, also under eventlet."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from content.search.port import SearchBusy

_PAUSE = 0.02


@contextmanager
def writing(root: Path, *, patience: float) -> Iterator[None]:
    """Hold the write lock of an index directory; raises SearchBusy when another writer outlasts our patience."""
    root.mkdir(parents=True, exist_ok=True)
    handle = os.open(root / "write.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _acquire(handle, patience)
        yield
    finally:
        os.close(handle)  # closing lets the lock go, and so does the end of the process


def _acquire(handle: int, patience: float) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise SearchBusy("another process is writing to the search index") from None
            time.sleep(_PAUSE)  # a try that never blocks the other green threads of a worker
