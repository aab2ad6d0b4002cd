"""`make compose-env`: write .env with a fresh secret for each variable that docker-compose.yml requires, once."""

import os
import re
import secrets
import sys
from pathlib import Path

from pijnstad_local.places import repository
from pijnstad_local.secrets_file import new_key

_REQUIRED = re.compile(r"\$\{(PIJNSTAD_[A-Z_]+):\?")


def required(compose: str) -> list[str]:
    """List the variables that a compose file cannot start without, each once."""
    return sorted(set(_REQUIRED.findall(compose)))


def write(folder: Path) -> Path:
    """Write .env into a folder that has a docker-compose.yml; answer its path. Raises FileExistsError."""
    names = [*required((folder / "docker-compose.yml").read_text()), "PIJNSTAD_DEMO_PASSWORD"]
    lines = [f"{name}={new_key() if 'MASTER_KEY' in name else secrets.token_urlsafe(24)}\n" for name in names]
    path = folder / ".env"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("# Secrets for docker compose, made by `make compose-env`. Not in git.\n" + "".join(lines))
    return path


def main() -> int:
    """Write the file, or say why not; answer the exit code."""
    try:
        path = write(repository())
    except FileExistsError:
        print(".env is there already and stays as it is: its secrets belong to the data you have.", file=sys.stderr)
        return 1
    print(f"{path} is written, readable by you only. Next: docker compose up --build --wait")
    return 0


if __name__ == "__main__":
    sys.exit(main())
