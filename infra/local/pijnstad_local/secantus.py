"""SecantusDB: the document store of development and tests, always a process of its own beside us (GPL-2.0, never linked).

It presents itself as a replica set of one, so change streams work without any option.
"""

import socket
import struct
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from pijnstad_local import places, processes
from pijnstad_local.errors import DidNotStart, NotAvailable
from pijnstad_local.ports import free_port

START_SECONDS = 30.0
_PING = b"\x10ping\x00\x01\x00\x00\x00\x02$db\x00\x06\x00\x00\x00admin\x00"


@dataclass
class SecantusServer:
    """Run one server. `stop`, `kill` and `restart` keep its data and port."""

    data: Path
    port: int = field(default_factory=free_port)
    sync: bool = True
    cache_size: str = "256M"

    def __post_init__(self) -> None:
        self.data = Path(self.data).resolve()
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}"

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        if self._server is None:
            raise DidNotStart("SecantusDB has not been started")
        return self._server

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self._server is not None and self._server.poll() is None

    @property
    def log(self) -> Path:
        return self.data / "secantus.log"

    def start(self, wait: bool = True) -> "SecantusServer":
        """Start the server on its data, and wait until it answers unless told not to."""
        if not self.running:
            (self.data / "store").mkdir(parents=True, exist_ok=True)
            with open(self.log, "ab") as log:
                self._server = processes.spawn(self._command(), env=_environment(), cwd=self.data, output=log)
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds: float = START_SECONDS) -> None:
        """Wait until the server answers a ping."""
        processes.wait_ready(self.process, self.is_ready, seconds, "SecantusDB", self.log)

    def is_ready(self) -> bool:
        """Tell whether the server answers a ping now."""
        return answers_ping("127.0.0.1", self.port)

    def stop(self, seconds: float = processes.STOP_SECONDS) -> None:
        """Stop the server in good order."""
        if self._server is not None:
            processes.stop(self._server, seconds)

    def kill(self) -> None:
        """Kill the server at once (SIGKILL), as a crash would."""
        if self._server is not None:
            processes.kill_group(self._server)

    def restart(self) -> "SecantusServer":
        """Stop and start again on the same data and port."""
        self.stop()
        return self.start()

    def _command(self) -> list[str | Path]:
        server = places.tool("secantusd-py")
        if not server.exists():
            raise NotAvailable("SecantusDB is not installed here: run `make install`, or give PIJNSTAD_MONGO_URL.")
        options = ["--host", "127.0.0.1", "--port", str(self.port), "--storage-path", str(self.data / "store")]
        options += ["--cache-size", self.cache_size, "--log-level", "WARNING"]
        return [server, *options, *(["--sync-on-commit"] if self.sync else [])]


def answers_ping(host: str, port: int) -> bool:
    """Tell whether a MongoDB answers `ping` at this address (one message by hand: the driver takes 0.3 s to import)."""
    document = struct.pack("<i", len(_PING) + 5) + _PING + b"\x00"
    body = struct.pack("<IB", 0, 0) + document
    message = struct.pack("<iiii", len(body) + 16, 1, 0, 2013) + body
    try:
        with socket.create_connection((host, port), timeout=2) as client:
            client.settimeout(2)
            client.sendall(message)
            return len(client.recv(16)) > 0
    except OSError:
        return False


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}
