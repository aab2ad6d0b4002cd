"""Whose token is this? Identity knows (RFC 7662); we remember its answer for 10 seconds at most.

One question per token at a time, whoever asks. While identity is away known tokens work until their answer is too old, then
everybody is told to come back: never open. A write to identity makes us forget its token, so that a consent given is seen.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

import orjson

from gateway.errors import Unauthenticated, Unavailable
from gateway.failures import UpstreamError
from pijnstad_kit import logs

FRESH_SECONDS = 10.0
MAX_TOKEN = 512
MAX_KNOWN = 50_000
MAX_REFUSED = 10_000

_TOKEN = re.compile(rb"((?i:bearer|dpop)) +([A-Za-z0-9._~+/-]{8,512}=*)")
_log = logs.get_logger("gateway.introspection")


@dataclass(slots=True)
class Known:
    """Hold what identity said about one token. `expires` is wall clock, `fresh_until` monotonic; `lines` is the mint's."""

    member: str
    client: str
    scope: str
    roles: tuple[str, ...]
    consents: tuple[str, ...]
    expires: int
    fresh_until: float
    key: str | None = None  # the thumbprint of the key the token is bound to
    lines: dict[str, bytes] = field(default_factory=dict)


class Caller(Protocol):
    """Be the way to ask identity something."""

    async def __call__(self, path: bytes, body: bytes, headers: bytes) -> tuple[int, bytes]:
        """Post a form; return status and body. Errors: UpstreamError."""


class Introspector:
    """Tell who a token speaks for."""

    def __init__(self, ask: Caller, client_id: str, secret: str) -> None:
        self._ask = ask
        pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}".encode()
        self._headers = (
            b"authorization: Basic " + base64.b64encode(pair) + b"\r\naccept: application/json\r\n"
            b"content-type: application/x-www-form-urlencoded\r\n"
        )
        self._known: OrderedDict[bytes, Known] = OrderedDict()
        self._refused: OrderedDict[bytes, float] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[Known | None]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def remembered(self, token: bytes) -> Known | None:
        """Return a fresh answer from memory, None when identity must be asked."""
        return self._fresh(_key(token))

    async def known(self, token: bytes) -> Known:
        """Return whom the token speaks for. Errors: Unauthenticated, Unavailable."""
        key = _key(token)
        found = self._fresh(key)
        if found is not None:
            return found
        if self._refused.get(key, 0.0) > time.monotonic():
            raise Unauthenticated()
        found = await asyncio.shield(self._question(key, token))
        if found is None:
            raise Unauthenticated()
        return found

    def forget(self, token: bytes) -> None:
        """Forget a token; an answer that is on its way is used for those who wait, and not remembered."""
        key = _key(token)
        self._known.pop(key, None)
        self._asking.pop(key, None)

    def _fresh(self, key: bytes) -> Known | None:
        found = self._known.get(key)
        if found is not None and found.fresh_until > time.monotonic() and found.expires > time.time():
            return found
        return None

    def _question(self, key: bytes, token: bytes) -> asyncio.Task[Known | None]:
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.create_task(self._answer(key, token))
            task.add_done_callback(_retrieve)
        return task

    async def _answer(self, key: bytes, token: bytes) -> Known | None:
        me = asyncio.current_task()
        try:
            found = await self._asked(token)
            if self._asking.get(key) is me:
                self._remember(key, found)
            return found
        finally:
            if self._asking.get(key) is me:
                del self._asking[key]

    async def _asked(self, token: bytes) -> Known | None:
        started = time.monotonic()
        try:
            status, body = await self._ask(
                b"/oauth/introspect", b"token=" + quote(token, safe="").encode(), self._headers
            )
        except UpstreamError as error:
            _log.warning("identity_away", error=type(error).__name__)
            raise Unavailable() from None
        if status != 200:
            _log.warning("identity_refuses_introspection", status=status)
            raise Unavailable()
        return _read(body, started + FRESH_SECONDS)

    def _remember(self, key: bytes, found: Known | None) -> None:
        if found is None:
            self._refused[key] = time.monotonic() + FRESH_SECONDS
            self._known.pop(key, None)
        else:
            self._known[key] = found
            self._known.move_to_end(key)
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)
        if len(self._refused) > MAX_REFUSED:
            self._refused.popitem(last=False)


def shown(header: bytes) -> tuple[bytes, bytes]:
    """Return how a token is shown, `bearer` or `dpop`, and the token. Errors: Unauthenticated for anything else."""
    found = _TOKEN.fullmatch(header.strip())
    if found is None:
        raise Unauthenticated()
    return found[1].lower(), found[2]


def _read(body: bytes, fresh_until: float) -> Known | None:
    try:
        said = orjson.loads(body)
        return _known(said, fresh_until) if said["active"] is True else None
    except (ValueError, TypeError, KeyError):
        _log.warning("identity_answers_garbage")
        raise Unavailable() from None


def _known(said: dict[str, Any], fresh_until: float) -> Known | None:
    expires = int(said["exp"])
    if expires <= time.time() or said.get("sub") is None:  # a client's own token speaks for no member
        return None
    return Known(
        member=_text(said["sub"]),
        client=_text(said["client_id"]),
        scope=str(said.get("scope") or ""),
        roles=tuple(_text(role) for role in said.get("roles") or ()),
        consents=tuple(_text(consent) for consent in said.get("consents") or ()),
        expires=expires,
        fresh_until=fresh_until,
        key=_text(said["cnf"]["jkt"]) if said.get("cnf") else None,
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("text expected")
    return value


def _key(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()


def _retrieve(task: asyncio.Task[Known | None]) -> None:
    """Look at the error of a question nobody waits for any more, so that the loop does not complain."""
    if not task.cancelled():
        task.exception()
