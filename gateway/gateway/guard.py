"""The path guard: a path that two programs could read in two ways goes no further. Pure."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from gateway.errors import BadPath, UrlTooLong

MAX_QUERY = 4096

# Empty and dot segments, backslashes, control and non-ASCII bytes; escapes of slash, backslash, dot, NUL and controls, of
# characters that need no escape (letters, digits, - _), of the percent sign itself, and escapes that are none.
_AMBIGUOUS = re.compile(
    rb"//|\\|[\x00-\x20\x7f-\xff]|/\.{1,2}(?:/|\Z)"
    rb"|%(?![0-9A-Fa-f]{2})|%[01][0-9A-Fa-f]|%2[5DdEeFf]|%3[0-9]|%[46][1-9A-Fa-f]|%[57][0-9Aa]|%5[CcFf]|%7[Ff]"
)


def check_target(raw_path: bytes, query: bytes) -> None:
    """Let an unambiguous path pass. Errors: BadPath, UrlTooLong."""
    if _AMBIGUOUS.search(raw_path):
        raise BadPath()
    if b"%" in raw_path and not _is_utf8(raw_path):
        raise BadPath()
    if len(query) > MAX_QUERY:
        raise UrlTooLong(f"A query may be {MAX_QUERY} bytes at most.")


def _is_utf8(raw_path: bytes) -> bool:
    try:
        unquote_to_bytes(raw_path).decode()
    except UnicodeDecodeError:
        return False
    return True
