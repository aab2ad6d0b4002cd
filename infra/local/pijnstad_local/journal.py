"""The lines that processes write: each into <data>/log/<process>.log, and on the terminal as one coloured line."""

import os
import threading
from pathlib import Path
from typing import IO

from pijnstad_local import output

BIGGEST = 20 * 1024 * 1024


class Journal:
    """Follow the output of processes. One thread each, which only reads and writes lines."""

    def __init__(self, data: Path, width: int, show: bool = True) -> None:
        self._folder = data / "log"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._width = width
        self._show = show
        self._colours: dict[str, str] = {}

    def path(self, name: str) -> Path:
        """Give the log file of a process."""
        return self._folder / f"{name}.log"

    def follow(self, name: str, stream: IO[bytes]) -> None:
        """Copy the lines of a process until it closes its output."""
        threading.Thread(target=self._copy, args=(name, stream), daemon=True, name=f"journal {name}").start()

    def line(self, name: str, text: str, colour: str | None = None) -> None:
        """Show a line of a process on the terminal."""
        if self._show:
            own = self._colours.setdefault(name, output.line_colour(len(self._colours)))
            output.say(
                f"{output.paint(own, name.ljust(self._width))} | {output.paint(colour, text) if colour else text}"
            )

    def tail(self, name: str, log: Path | None = None, lines: int = 12) -> str:
        """Give the last lines of a process, for the message that says why it did not start."""
        path = log or self.path(name)
        end = path.read_text(errors="replace").splitlines()[-lines:] if path.exists() else []
        return "\n".join(f"  | {line}" for line in end)

    def _copy(self, name: str, stream: IO[bytes]) -> None:
        with stream, open(self._rotated(name), "ab", buffering=0) as log:
            for raw in stream:
                log.write(raw)
                self.line(name, raw.decode(errors="replace").rstrip())

    def _rotated(self, name: str) -> Path:
        path = self.path(name)
        if path.exists() and path.stat().st_size > BIGGEST:
            os.replace(path, path.with_suffix(".log.1"))
        return path
