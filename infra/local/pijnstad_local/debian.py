"""Debian packages fetched and unpacked into a folder of ours, without root and without touching the system.

The package lists of the machine are used when they are there; when they are missing or stale we keep lists of our own.
"""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pijnstad_local.errors import NotAvailable

_APT_NAMES = {"package lists": "rabbitmq-server python3-venv", "python3-pip-whl": "python3-venv"}
_OTHER_WAYS = {"rabbitmq-server": " Or give the address of one that runs: PIJNSTAD_BUS_URL=amqp://..."}
_KINDS_LEFT_OUT = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"]
_DEPENDS = ["depends", "--recurse", *(f"--no-{kind}" for kind in _KINDS_LEFT_OUT)]


def unpacked(name: str, wanted: str, folder: Path) -> Path:
    """Give the folder in which package `name` and those of its dependencies that match `wanted` are unpacked.

    Fetches them the first time. Raises NotAvailable with the remedy when they cannot be had.
    """
    root = folder / name
    with _locked(folder, name):
        if not (root / ".complete").exists():
            shutil.rmtree(root, ignore_errors=True)
            _fetch_and_unpack(name, wanted, folder, root)
            (root / ".complete").touch()
    return root


@contextmanager
def _locked(folder: Path, name: str) -> Iterator[None]:
    """Let one process at a time fetch a package: two cities or test workers share the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f".{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch_and_unpack(name: str, wanted: str, folder: Path, root: Path) -> None:
    for needed in ("apt-get", "apt-cache", "dpkg"):
        if shutil.which(needed) is None:
            raise NotAvailable(f"{name} is not installed and {needed} is not here to fetch it. Install {name}.")
    downloads = root / "downloads"
    downloads.mkdir(parents=True)
    try:
        _download(name, wanted, downloads, [])
    except NotAvailable:
        _download(name, wanted, downloads, _own_lists(folder / "lists"))
    for package in sorted(downloads.glob("*.deb")):
        _run(["dpkg", "-x", str(package), str(root)], name)
    shutil.rmtree(downloads)


def _download(name: str, wanted: str, downloads: Path, options: Sequence[str]) -> None:
    known = _run(["apt-cache", *options, *_DEPENDS, name], name).splitlines()
    packages = sorted({line for line in known if re.fullmatch(wanted, line)} | {name})
    _run(["apt-get", "-qq", "-o", "APT::Sandbox::User=root", *options, "download", *packages], name, cwd=downloads)


def _own_lists(folder: Path) -> list[str]:
    """Fetch package lists into a folder of ours, since those of the machine belong to root; answer apt's options."""
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    options = ["-o", f"Dir::State={folder}", "-o", f"Dir::Cache={folder}/cache", "-o", "APT::Sandbox::User=root"]
    options += ["-o", f"Dir::State::lists={folder}/lists", "-o", "Dir::State::status=/var/lib/dpkg/status"]
    options += ["-o", "Acquire::Languages=none"]
    _run(["apt-get", "-qq", *options, "update"], "package lists")
    return options


def _run(command: list[str], what: str, cwd: Path | None = None) -> str:
    env = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return done.stdout
    said = "\n  | ".join(line for line in done.stderr.splitlines()[-4:])
    by_hand = f"apt-get update && apt-get install {_APT_NAMES.get(what, what)}"
    raise NotAvailable(
        f"{what} could not be fetched from Debian's packages: no network, no space, or no Debian.\n  | {said}\n"
        f"Install it by hand, once (as root: {by_hand}).{_OTHER_WAYS.get(what, '')}"
    )
