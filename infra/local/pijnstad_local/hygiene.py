"""`python -m pijnstad_local.hygiene`: no secret and no package registry's host in anything that git knows.

Registries are not named, so that the repository builds wherever a mirror is set up. Secrets come from the environment.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from pijnstad_local.places import repository

_REGISTRIES = (
    "pypi" + r"\.org",
    "pythonhosted" + r"\.org",
    "npmjs" + r"\.(org|com)",
    "maven" + r"\.org",
    "deb" + r"\.debian\.org",
)
_RULES: dict[str, re.Pattern[str]] = {
    "a registry's host": re.compile(rf"\b(?:[a-z0-9-]+\.)*(?:{'|'.join(_REGISTRIES)})\b", re.IGNORECASE),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    "a password in an address": re.compile(
        r"\b(?:amqps?|mongodb(?:\+srv)?|https?)://[^\s/:@{}$<>]+:(?!\.{3})[^\s/:@{}$<>]{6,}@"
    ),
    "a cloud access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a secret with a value": re.compile(
        r"^\s*(?:export )?PIJNSTAD_[A-Z_]*(?:SECRET|KEY|PASSWORD)[ \t]*[=:][ \t]*['\"]?[A-Za-z0-9_\-+/]{16,}",
        re.MULTILINE,
    ),
}
_VENDORED = re.compile(r"(?:^|/)(?:vendor|swagger|static/vendor)/|\.min\.js$|\.(?:svg|woff2?|png|ico|jpg)$")


def main() -> int:
    """Print what should not be there; answer the exit code."""
    found = [line for path in _known_files() for line in _findings(path)]
    for line in found:
        print(line)
    print(
        f"{len(found)} findings: take them out of the files, and secrets out of the history too."
        if found
        else "No secrets, no registry hosts."
    )
    return 1 if found else 0


def _known_files() -> Iterator[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=repository(), capture_output=True, text=True, check=True)  # nosec B603 B607
    for name in filter(None, listed.stdout.split("\0")):
        path = repository() / name
        if path.is_file() and not _VENDORED.search(name) and path.stat().st_size < 2**20:
            yield path


def _findings(path: Path) -> Iterator[str]:
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return
    for what, pattern in _RULES.items():
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{path.relative_to(repository())}:{line}: {what}"


if __name__ == "__main__":
    sys.exit(main())
