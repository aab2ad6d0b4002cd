"""Child processes that never outlive us: own group, killed by the kernel when the parent dies, stopped in two steps."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from pijnstad_local.errors import DidNotStart

STOP_SECONDS = 30.0
_POLL_SECONDS = 0.02
_keepers: "list[Keeper]" = []


class Keeper:
    """Tell a process that outlives us which groups to kill when we are gone. Made by the supervisor, once."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("keeper.py")
        command = [sys.executable, "-I", "-S", str(script)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, text=True)  # nosec B603
        _keepers.append(self)

    def tell(self, line: str) -> None:
        """Add (`+<group>`) or forget (`-<group>`) a process group."""
        pipe = self._process.stdin
        if pipe is not None and not pipe.closed:
            with contextlib.suppress(OSError):
                pipe.write(line + "\n")
                pipe.flush()

    def close(self) -> None:
        """Let the keeper end; it kills what it still knows."""
        _keepers.remove(self)
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    output: int | IO[bytes] = subprocess.DEVNULL,
    user: str | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a process in its own group; it is killed when the calling thread dies, so call from a thread that stays."""
    process = subprocess.Popen(  # nosec B603
        [*_guard(user), *map(str, command)],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output != subprocess.DEVNULL else subprocess.DEVNULL,
        start_new_session=True,
    )
    _tell(f"+{process.pid}")
    return process


def _tell(line: str) -> None:
    for keeper in _keepers:
        keeper.tell(line)


def _guard(user: str | None) -> list[str]:
    """Build the exec prefix: setpriv keeps the pid and needs no preexec_fn."""
    setpriv = shutil.which("setpriv", path=f"{os.environ.get('PATH', '')}:/usr/bin:/bin")
    if setpriv is None:
        return []
    identity = ["--reuid", user, "--regid", "nogroup", "--clear-groups"] if user else []
    return [setpriv, *identity, "--pdeathsig", "KILL", "--"]


def stop(process: "subprocess.Popen[bytes]", seconds: float = STOP_SECONDS) -> bool:
    """Ask the process to end, then kill its whole group; answer whether it ended by itself."""
    graceful = True
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            graceful = False
    kill_group(process)
    return graceful


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill the process and everything left of its group, at once."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    _tell(f"-{process.pid}")


def alive(pid: int) -> bool:
    """Tell whether a process with this id runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in ("Z", "X")


def stopped(pid: int) -> bool:
    """Tell whether every thread of a process is frozen by SIGSTOP."""
    threads = Path(f"/proc/{pid}/task").glob("*/stat")
    return all(stat.read_text().rpartition(")")[2].split()[0] == "T" for stat in threads)


def wait_until(condition: Callable[[], bool], seconds: float, *, poll: float = _POLL_SECONDS) -> bool:
    """Poll until the condition holds; answer whether it did in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(poll)
    return True


def wait_ready(
    process: "subprocess.Popen[bytes]", ready: Callable[[], bool], seconds: float, name: str, log: Path | None = None
) -> None:
    """Wait until a started process is ready; raise with the end of its log when it dies or takes too long."""
    wait_until(lambda: process.poll() is not None or ready(), seconds, poll=0.05)
    if process.poll() is not None:
        raise DidNotStart(f"{name} ended at once with code {process.returncode}.{tail(log)}")
    if not ready():
        raise DidNotStart(f"{name} was not ready within {seconds:.0f} s.{tail(log)}")


def tail(log: Path | None, lines: int = 12) -> str:
    """Quote the end of a log file for an error message."""
    if log is None or not log.is_file():
        return ""
    end = log.read_text(errors="replace").splitlines()[-lines:]
    return "\n  | " + "\n  | ".join(end) + f"\n  (whole log: {log})" if end else ""
