"""Where an answer may be sent: redirect URIs are compared as strings. No part of a URI is ever decoded or normalised.

A native app listens on a loopback address with whatever port it got (RFC 8252 section 7.3): there, and only there,
the port is left out of the comparison.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

_LOOPBACK = re.compile(r"^http://(127\.0\.0\.1|\[::1\])(?::([1-9][0-9]{0,4}))?(/[^\s\\#]*)?$")
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_PLAIN = re.compile(r"^[\x21\x23-\x5b\x5d-\x7e]+$")  # printable ASCII without space, quote and backslash
LENGTH = 512


class NotRegistrable(ValueError):
    """Say why a redirect URI cannot be registered."""


def allowed(presented: str, registered: Iterable[str], *, native: bool) -> bool:
    """Return whether an answer may go to the presented URI."""
    if len(presented) > LENGTH or not _PLAIN.fullmatch(presented):
        return False
    return any(presented == uri or (native and _same_loopback(presented, uri)) for uri in registered)


def check_registrable(uri: str, *, native: bool, development: bool) -> None:
    """Refuse a URI that must never receive a code: not exact, not https, or a loopback one outside its two uses.

    Errors: NotRegistrable.
    """
    if len(uri) > LENGTH or not _PLAIN.fullmatch(uri) or "*" in uri or "#" in uri:
        raise NotRegistrable("a redirect URI is one exact address, without wildcard or fragment")
    parts = urlsplit(uri)
    if parts.username is not None or parts.password is not None or not parts.hostname:
        raise NotRegistrable("a redirect URI has a host and no user")
    if parts.hostname in _LOCAL_HOSTS:
        _check_loopback(uri, native=native, development=development)
    elif parts.scheme != "https":
        raise NotRegistrable("a redirect URI is https")


def origin(uri: str) -> str:
    """Return scheme, host and port of a URI that was allowed before: what a page's form may lead to."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def _check_loopback(uri: str, *, native: bool, development: bool) -> None:
    if development:
        return
    if not native or not _LOOPBACK.fullmatch(uri):
        raise NotRegistrable("a loopback redirect URI is for native apps: http://127.0.0.1/… or http://[::1]/…")


def _same_loopback(presented: str, registered: str) -> bool:
    ours, theirs = _LOOPBACK.fullmatch(registered), _LOOPBACK.fullmatch(presented)
    if ours is None or theirs is None or (theirs[2] and int(theirs[2]) > 65535):
        return False
    return (ours[1], ours[3]) == (theirs[1], theirs[3])
