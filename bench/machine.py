"""The machine a benchmark ran on: what it is, how busy it is, what a process on it used."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

IDLE = 0.10  # at most this part of all cores busy
LOOK = 0.4  # seconds a look takes
_TICKS = os.sysconf("SC_CLK_TCK")
_PACKAGES = ("nameko", "kombu", "amqp", "eventlet", "pymongo", "mongoengine", "orjson", "pydantic", "SecantusDB")


def describe() -> dict[str, str]:
    """Return the machine's name card."""
    memory = next(line.split()[1] for line in Path("/proc/meminfo").read_text().splitlines() if "MemTotal" in line)
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{int(memory) / 1024 / 1024:.1f} GiB",
        "system": f"{_system()}, Linux {platform.release()}",
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }


def busy(seconds: float = LOOK) -> float:
    """Return which part of all cores was busy during the next moments."""
    before = _cpu()
    time.sleep(seconds)
    after = _cpu()
    total = sum(after) - sum(before)
    idle = (after[3] + after[4]) - (before[3] + before[4])
    return 1 - idle / total if total else 0.0


def cpu_seconds(pid: int) -> float:
    """Return the CPU a process has used so far, its threads included; its children not."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@dataclass
class Quiet:
    """Wait for an idle machine before each round, with one purse of patience for a whole run; note when it was not."""

    patience: float = 60.0
    each: float = 8.0
    rounds: int = 0
    waited: float = 0.0
    not_idle: int = 0
    busiest: float = field(default=0.0)

    def wait(self) -> None:
        """Wait until the machine is idle, or until patience ends."""
        self.rounds += 1
        began = time.monotonic()
        while (now := busy()) > IDLE:
            if time.monotonic() - began > min(self.each, self.patience - self.waited):
                self.not_idle += 1
                self.busiest = max(self.busiest, now)
                break
        self.waited += time.monotonic() - began

    def report(self) -> dict[str, float]:
        """Return what was seen."""
        return {
            "rounds": self.rounds,
            "not_idle": self.not_idle,
            "busiest": round(self.busiest, 2),
            "waited": round(self.waited, 1),
        }


def _cpu() -> list[int]:
    return [int(part) for part in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    found = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return found[0] if found else platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()
