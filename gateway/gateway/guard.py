"""The guard of path and Host: what two programs could read in two ways, or is not ours, goes no further. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from gateway.errors import BadPath, UrlTooLong

MAX_TARGET = 4000  # bytes of path and query: the services' own servers read a request line of 4,094
MAX_SEEN = 64

# Empty and dot segments, backslashes, control and non-ASCII bytes; escapes of slash, backslash, dot, NUL and controls, of
# characters that need no escape (letters, digits, - _), of the percent sign itself, and escapes that are none.
_AMBIGUOUS = re.compile(
    rb"//|\\|[\x00-\x20\x7f-\xff]|/\.{1,2}(?:/|\Z)"
    rb"|%(?![0-9A-Fa-f]{2})|%[01][0-9A-Fa-f]|%2[5DdEeFf]|%3[0-9]|%[46][1-9A-Fa-f]|%[57][0-9Aa]|%5[CcFf]|%7[Ff]"
)

_PORT = re.compile(r":[0-9]+\Z")


def check_target(raw_path: bytes, query: bytes) -> None:
    """Let an unambiguous path pass. Errors: BadPath, UrlTooLong."""
    if _AMBIGUOUS.search(raw_path):
        raise BadPath()
    if b"%" in raw_path and not _is_utf8(raw_path):
        raise BadPath()
    if len(raw_path) + len(query) > MAX_TARGET:
        raise UrlTooLong(f"Path and query may be {MAX_TARGET} bytes together at most.")


class Hosts:
    """Be the names the city answers to, with any port; remembers how they were written."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(name.lower() for name in names)
        self._seen: set[bytes] = set()

    def __contains__(self, host: bytes) -> bool:
        if host in self._seen:
            return True
        name = _PORT.sub("", host.decode("latin-1").lower())
        if name in self._names and len(self._seen) < MAX_SEEN:
            self._seen.add(host)
        return name in self._names


def _is_utf8(raw_path: bytes) -> bool:
    try:
        unquote_to_bytes(raw_path).decode()
    except UnicodeDecodeError:
        return False
    return True
