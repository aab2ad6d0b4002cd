"""What a person may choose about a local city, read once from the environment and checked before anything starts."""

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pijnstad_local import places
from pijnstad_local.errors import Refused
from pijnstad_local.ports import is_free

PREFIX = "PIJNSTAD_"
SPACE_NEEDED = 500 * 1024 * 1024
SECRETS = ("MASTER_KEY", "INTROSPECTION_SECRET", "WEB_CLIENT_SECRET")
URLS = ("BUS_URL", "MONGO_URL", "SEARCH_URL", "PUBLIC_URL")


@dataclass(frozen=True)
class Options:
    """Hold the choices. `given` are the variables of ours that the person set, without the prefix."""

    port: int
    data: Path
    mode: str
    given: Mapping[str, str]

    @property
    def production(self) -> bool:
        return self.mode == "production"

    @property
    def public_url(self) -> str:
        return self.given.get("PUBLIC_URL", f"http://localhost:{self.port}").rstrip("/")

    @property
    def gateway_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def read(environment: Mapping[str, str] | None = None) -> Options:
    """Read the choices. Raises Refused, naming the variable, when one makes no sense."""
    env = os.environ if environment is None else environment
    given = {k.removeprefix(PREFIX): v for k, v in env.items() if k.startswith(PREFIX) and v != ""}
    mode = given.get("MODE", "development")
    if mode not in ("development", "production"):
        raise Refused(f"PIJNSTAD_MODE is `{mode}`; it can be development or production.")
    return Options(_port(given.get("PORT", "8000")), _data(given.get("DATA")), mode, given)


def _port(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text) or not 0 < int(text) < 65536:
        raise Refused(f"PIJNSTAD_PORT is `{text}`; it must be a port, such as 8000.")
    return int(text)


def _data(text: str | None) -> Path:
    return Path(text).expanduser().resolve() if text else places.repository() / "var"


def check(options: Options) -> None:
    """Refuse what cannot work, before anything is started. Raises Refused."""
    if options.production:
        _check_production(options)
    _check_space(options.data)
    if not is_free(options.port):
        raise Refused(
            f"Port {options.port} is taken by another program. Choose another one: PIJNSTAD_PORT={options.port + 1} make up"
        )


def _check_production(options: Options) -> None:
    missing = [PREFIX + name for name in (*URLS, *SECRETS) if name not in options.given]
    wrong = [f"{name} is not set; production has no defaults" for name in missing]
    if options.given.get("PUBLIC_URL", "https://").startswith("https://") is False:
        wrong.append("PIJNSTAD_PUBLIC_URL must be an https address")
    if options.given.get("FAULTS"):
        wrong.append("PIJNSTAD_FAULTS is refused in production")
    if wrong:
        raise Refused("PIJNSTAD_MODE=production is strict:\n  " + "\n  ".join(wrong))


def _check_space(data: Path) -> None:
    free = shutil.disk_usage(data).free
    if free < SPACE_NEEDED:
        raise Refused(
            f"Only {free // 2**20} MB are free at {data}; the city needs {SPACE_NEEDED // 2**20} MB. "
            "Make room, or set PIJNSTAD_DATA to a folder on another disk."
        )


def address(url: str) -> str:
    """Give host:port of a URL, without user and password."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
