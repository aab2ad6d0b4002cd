"""One process of a service: started with failpoints armed or mechanisms switched, killed, asked, measured."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import urllib3

from pijnstad_kit.testing import wait_for

SWITCHED = Path(__file__).with_name("switched.py")
START = 40.0
GRACE = 30.0  # seconds every process has to stop


@dataclass
class Room:
    """Hold one process of a service: started, killed and started again under the same address."""

    name: str
    word: str
    env: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    usual: bool = True

    def start(
        self,
        faults: str = "",
        *,
        switches: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        ready: bool = True,
    ) -> None:
        """Start the process with failpoints armed and mechanisms switched (see switched.py), and wait until it is ready."""
        self.usual = not (faults or switches or env)
        program = [str(SWITCHED), self.name] if switches else ["-m", self.name]
        command = [sys.executable, "-W", "ignore", *program, self.word, *switches]
        Path(self.env["PIJNSTAD_FAULTS_SPENT"]).unlink(missing_ok=True)
        with self.log.open("ab") as log:
            whole = {**os.environ, **self.env, **(env or {}), "PIJNSTAD_FAULTS": faults}
            self.process = subprocess.Popen(command, env=whole, stdout=log, stderr=log, start_new_session=True)
        if ready:
            self.wait_ready()

    def wait_ready(self) -> None:
        """Wait until it says it is ready."""
        wait_for(self.ready, timeout=START, every=0.05, what=f"{self.name} {self.word} to be ready")

    def ready(self) -> bool:
        """Return whether it says it is ready. Errors: AssertionError when it ended instead."""
        assert self.running, f"{self.name} {self.word} ended:\n{self.said[-2000:]}"
        return http_status(self.env["PIJNSTAD_LISTEN"], "/readyz") == 200

    @property
    def pid(self) -> int:
        """Return its process id, 0 before its first start."""
        return 0 if self.process is None else self.process.pid

    @property
    def pids(self) -> list[int]:
        """Return the ids of the process and of its children: those of gunicorn answer, it only looks after them."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [self.pid, *map(int, children.read_text().split())]

    @property
    def said(self) -> str:
        """Return everything it logged; nothing when its log is no file that could be read to an end."""
        return self.log.read_text(errors="replace") if self.log.is_file() else ""

    @property
    def running(self) -> bool:
        """Return whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """Kill it and its children as a crash would (SIGKILL)."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> float:
        """Ask it to end, and wait. Returns how many seconds it took. Errors: TimeoutExpired past the grace time."""
        began = time.monotonic()
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGTERM)
            self.process.wait(GRACE + 5)
        return time.monotonic() - began

    def restart(self, faults: str = "", *, switches: Sequence[str] = (), env: Mapping[str, str] | None = None) -> None:
        """Stop it and start it again, with failpoints or switches or as usual."""
        self.stop()
        self.start(faults, switches=switches, env=env)

    def dies(self) -> None:
        """Wait until a failpoint killed it; gunicorn's master must go too, so it is killed then."""
        if self.word == "worker":
            wait_for(lambda: not self.running, timeout=30, what=f"{self.name} {self.word} to die")

    def metric(self, name: str, **labels: str) -> float:
        """Return the sum of a metric over all its labels but the given ones, 0 when it cannot be had."""
        text = http_get(self.env["PIJNSTAD_LISTEN"], "/metrics") if self.running else ""
        wanted = [f'{key}="{value}"' for key, value in labels.items()]
        rows = re.findall(rf"^{re.escape(name)}(\{{[^}}]*\}})? ([0-9.e+-]+)$", text, re.MULTILINE)
        return sum(float(number) for found, number in rows if all(want in found for want in wanted))

    def logged(self, what: str) -> int:
        """Return how often a line of its log holds this text."""
        return self.said.count(what)

    def memory(self) -> int:
        """Return its resident memory in bytes."""
        assert self.process is not None
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def cpu(self) -> float:
        """Return the CPU seconds it has used."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def http_status(listen: str, path: str) -> int:
    """Return the status of a GET, 0 when nobody answers."""
    try:
        return urllib3.PoolManager(timeout=2, retries=False).request("GET", f"http://{listen}{path}").status
    except urllib3.exceptions.HTTPError:
        return 0


def http_get(listen: str, path: str) -> str:
    """Return what a GET answers, whatever its status; nothing when nobody answers."""
    try:
        return urllib3.PoolManager(timeout=5, retries=False).request("GET", f"http://{listen}{path}").data.decode()
    except urllib3.exceptions.HTTPError:
        return ""
