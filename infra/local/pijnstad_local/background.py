"""A city in the background: started, told to stop, looked at, asked by a service's commands, tried by the smoke test."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pijnstad_local import city, output, places, processes, state
from pijnstad_local.errors import DidNotStart, Refused
from pijnstad_local.options import Options

READY_SECONDS = 240.0
DOWN_SECONDS = 45.0
NOT_RUNNING = 3


def start(options: Options) -> None:
    """Start a city in the background and return when it is ready. Raises Refused or DidNotStart with the reason."""
    if state.holder(options.data) is not None:
        state.CityLock(options.data).take()  # raises, and says where it runs
    log = city.log_file(options.data)
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as file:
        begin = file.tell()
        command = [sys.executable, "-m", "pijnstad_local", "up"]
        process = subprocess.Popen(  # nosec B603
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True, cwd=places.repository()
        )
    try:
        _wait(process, options)
    except BaseException:
        process.terminate()
        process.wait(DOWN_SECONDS)
        raise
    with open(log, "rb") as file:
        file.seek(begin)
        written = file.read().decode(errors="replace")
    if process.poll() is not None:
        raise DidNotStart(_reason(options, process.pid) or written[-2000:])
    output.say(_table_and_welcome(written))


def _wait(process: "subprocess.Popen[bytes]", options: Options) -> None:
    def done() -> bool:
        now = state.read(options.data)
        return process.poll() is not None or (now.get("pid") == process.pid and now.get("state") == "running")

    if not processes.wait_until(done, READY_SECONDS, poll=0.1):
        raise DidNotStart(
            f"The city was not ready within {READY_SECONDS:.0f} s. Its log: {city.log_file(options.data)}"
        )


def _reason(options: Options, pid: int) -> str | None:
    last = state.read(options.data)
    return last.get("reason") if last.get("pid") == pid else None


def _table_and_welcome(written: str) -> str:
    """Pick from the log what a person in front of `up` reads first and last."""
    head, _, rest = written.partition("\n\n")
    _, mark, welcome = rest.rpartition("Pijnstad is ready")
    return f"{head}\n\n{mark}{welcome}".rstrip()


def down(options: Options) -> None:
    """Stop the city of this data folder and wait until nothing of it is left."""
    pid = state.holder(options.data)
    if pid is None:
        output.say(f"No city runs on {options.data}. Start one: make up")
        return
    os.kill(pid, signal.SIGTERM)
    if not processes.wait_until(lambda: state.holder(options.data) is None, DOWN_SECONDS, poll=0.1):
        os.kill(pid, signal.SIGKILL)
        processes.wait_until(lambda: not processes.alive(pid), 5)
        raise DidNotStart(f"The city did not stop within {DOWN_SECONDS:.0f} s and was killed.")
    output.say(f"Stopped. Your data stays in {options.data}. Start again: make up")


def status(options: Options) -> dict[str, Any]:
    """Tell how the city fares now: the supervisor's state, and every process asked whether it is ready."""
    now = state.read(options.data)
    if state.holder(options.data) is None:
        stopped = now.get("state") if now.get("state") in ("stopped", "failed") else "stopped"
        none = [row | {"pid": None, "state": "stopped"} for row in now.get("processes", [])]
        return {**now, "data": str(options.data), "state": stopped, "pid": None, "processes": none}
    for row in now.get("processes", []):
        if row["state"] == "running" and row["service"] not in ("bus", "store"):
            row["state"] = _asked(row["port"])
    return now


def _asked(port: int) -> str:
    """Ask a process whether it is ready, and what keeps it from it."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):  # nosec B310
            return "ready"
    except urllib.error.HTTPError as error:
        try:
            broken = json.loads(error.read()).get("broken", [])
        except ValueError:
            broken = []
        return f"not ready ({', '.join(map(str, broken))})" if broken else "not ready"
    except (OSError, urllib.error.URLError):
        return "not answering"


def show(now: dict[str, Any]) -> str:
    """Lay out the status for people."""
    if now["pid"] is None:
        return f"No city runs on {now['data']}. {now.get('reason') or ''}\nStart one: make up".replace(" \n", "\n")
    head = ("service", "role", "pid", "port", "state", "restarts")
    rows = [[_cell(row[name]) for name in head] for row in now["processes"]]
    backing = [[name, part["choice"], part["why"]] for name, part in now["parts"].items()]
    return "\n".join(
        [
            f"{now['url']}  {now['state']}, {now['mode']}, process {now['pid']}, data {now['data']}\n",
            *([f"mails: {now['url']}/account/mails\n"] if now["mode"] == "development" else []),
            output.table(("part", "choice", "why"), backing) + "\n",
            output.table(head, rows),
            output.paint("green", "\nNext: make smoke (try the whole chain), make down (stop it)"),
        ]
    )


def _cell(value: object) -> object:
    return "-" if value is None else value


def run(options: Options, service: str, words: Sequence[str]) -> int:
    """Run a command of a service as its worker in the running city would; answer the exit code. Raises Refused."""
    rows = state.read(options.data).get("processes", []) if state.holder(options.data) is not None else []
    pids = [row["pid"] for row in rows if row["service"] == service and row["pid"] and row["role"] in ("api", "worker")]
    if not pids:
        raise Refused(f"{service} does not run on {options.data}. Start the city: make up")
    pairs = Path(f"/proc/{pids[-1]}/environ").read_bytes().decode().split("\0")
    environment = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    return subprocess.call([sys.executable, "-W", "ignore", "-m", service, *words], env=environment)  # nosec B603


def smoke(options: Options) -> int:
    """Try the running city from outside; answer the exit code. PIJNSTAD_URL aims it at any city."""
    url = options.given.get("URL") or _url_of(options)
    script = places.repository() / "tests" / "e2e" / "smoke.py"
    return subprocess.call([sys.executable, str(script)], env={**os.environ, "PIJNSTAD_URL": url})  # nosec B603


def _url_of(options: Options) -> str:
    if state.holder(options.data) is None:
        raise Refused(
            f"No city runs on {options.data}. Start one (make start), or aim at another: PIJNSTAD_URL=https://… make smoke"
        )
    return str(state.read(options.data)["url"])
