"""What the supervisor looks after: one member per process, alike for a Python program and for a server of ours."""

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

Process = "subprocess.Popen[bytes]"


class Server(Protocol):
    """Name what the supervisor needs of RabbitNode and SecantusServer."""

    port: int

    @property
    def process(self) -> "subprocess.Popen[bytes]": ...
    @property
    def log(self) -> Path: ...
    def start(self, wait: bool = True) -> object: ...
    def is_ready(self) -> bool: ...
    def stop(self, seconds: float = ...) -> None: ...


@dataclass
class Member:
    """Hold one process: how it starts, when it is ready, what must be ready before it, and how it fared."""

    name: str
    service: str
    role: str
    port: int | None
    start: "Callable[[], subprocess.Popen[bytes]]"
    is_ready: Callable[[], bool]
    needs: tuple[str, ...] = ()
    once: bool = False
    stage: int = 1
    log: Path | None = None
    state: str = "waiting"
    restarts: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    started: float = field(default=0.0)
    seconds: float | None = None

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process is not None and self.process.poll() is None else None

    def launch(self) -> None:
        """Start the process. Call from the main thread: it is killed when the thread that started it ends."""
        self.state, self.started = "starting", time.monotonic()
        self.process = self.start()

    def row(self) -> dict[str, object]:
        """Give what `status` tells about this process."""
        row: dict[str, object] = {"service": self.service, "role": self.role, "pid": self.pid, "port": self.port}
        return row | {"state": self.state, "restarts": self.restarts, "seconds_to_ready": self.seconds}


def of_server(name: str, role: str, server: Server) -> Member:
    """Make the member of a server of ours, RabbitMQ or SecantusDB."""

    def start() -> "subprocess.Popen[bytes]":
        server.start(wait=False)
        return server.process

    return Member(name, name, role, server.port, start, server.is_ready, stage=0, log=server.log)


def answers(port: int, path: str = "/readyz") -> bool:
    """Tell whether a process answers 200 on its health address now."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=3) as answer:  # nosec B310
            return int(answer.status) == 200
    except (OSError, urllib.error.URLError, ValueError):
        return False
