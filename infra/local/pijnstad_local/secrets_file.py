"""The secrets of a development city: made once, kept in <data>/secrets.env, readable by its owner only.

Production gets every secret from its environment and never comes here.
"""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

FILE = "secrets.env"


def new_key() -> str:
    """Make a master key: 32 random bytes in base64url."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def _password() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(4))


_MADE: dict[str, Callable[[], str]] = {
    "MASTER_KEY": new_key,
    "INTROSPECTION_SECRET": lambda: secrets.token_urlsafe(32),
    "WEB_CLIENT_SECRET": lambda: secrets.token_urlsafe(32),
    "DEMO_PASSWORD": _password,
    "BUS_PASSWORD": lambda: secrets.token_urlsafe(18),
}


def load_or_make(data: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Give the secrets by name without prefix: from the environment, else from the file, else made now and kept."""
    path = data / FILE
    kept = _read(path)
    made = {name: kept.get(name) or make() for name, make in _MADE.items()}
    if made != kept:
        _write(path, made)
    return made | {name: given[name] for name in _MADE if name in given}


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.removeprefix("PIJNSTAD_"): value for name, _, value in pairs}


def _write(path: Path, made: Mapping[str, str]) -> None:
    text = "# Secrets of this development city, made at its first start. Remove the city's data and they go with it.\n"
    text += "".join(f"PIJNSTAD_{name}={value}\n" for name, value in made.items())
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        os.fsync(file.fileno())
    part.replace(path)
