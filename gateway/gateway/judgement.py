"""What a request head must be: the judgement of the strict protocol, apart from its connection. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

Headers = list[tuple[bytes, bytes]]

METHODS = frozenset((b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"))
BODILESS = frozenset((b"GET", b"HEAD", b"OPTIONS"))
# Headers that are lists by their definition, so that more than one line means the same as one line with commas.
REPEATABLE = frozenset(
    (
        *(
            b"accept",
            b"accept-charset",
            b"accept-encoding",
            b"accept-language",
            b"cache-control",
            b"connection",
            b"forwarded",
        ),
        *(b"if-match", b"if-none-match", b"pragma", b"te", b"via", b"warning", b"x-forwarded-for"),
    )
)
_HOST = re.compile(rb"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_DIGITS = re.compile(rb"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Say why a request is not even read."""

    status: int
    slug: str
    detail: str


def judge(method: bytes, version: str, target: bytes, headers: Headers) -> Refusal | None:
    """Return why this head is refused, None when it is fine. Names are lower case."""
    if version not in ("1.1", "1.0"):
        return Refusal(505, "http-version-not-supported", "Please speak HTTP/1.1.")
    if method not in METHODS:
        return Refusal(405, "method-not-allowed", "This method is not used here.")
    if not target.startswith(b"/") or target.startswith(b"//") or b"#" in target:
        return Refusal(400, "bad-path", "The request target must be a path, with one slash in front.")
    fields = dict(headers)
    if len(fields) != len(headers):
        repeated = _repeated(headers)
        if repeated:
            return Refusal(400, "bad-request", "A header that may stand once came more than once.")
    return _judge_fields(method, version, fields)


def _repeated(headers: Headers) -> bool:
    seen: set[bytes] = set()
    for name, _ in headers:
        if name in seen and name not in REPEATABLE:
            return True
        seen.add(name)
    return False


def _judge_fields(method: bytes, version: str, fields: dict[bytes, bytes]) -> Refusal | None:
    if not _HOST.fullmatch(fields.get(b"host", b"")):
        return Refusal(400, "bad-request", "The request needs exactly one valid Host.")
    if b"upgrade" in fields:
        return Refusal(400, "bad-request", "Upgrades are not supported.")
    if fields.get(b"expect", b"100-continue").lower() != b"100-continue":
        return Refusal(417, "expectation-failed", "Only 100-continue can be expected.")
    length, encoding = fields.get(b"content-length"), fields.get(b"transfer-encoding")
    if encoding is not None and (length is not None or version == "1.0" or encoding.lower() != b"chunked"):
        return Refusal(400, "bad-request", "The length of the body is ambiguous.")
    if length is not None and not _DIGITS.fullmatch(length.strip()):
        return Refusal(400, "bad-request", "Content-Length is not a number.")
    if method in BODILESS and (encoding is not None or int(length or 0) > 0):
        return Refusal(400, "bad-request", "A request with this method has no body.")
    return None
