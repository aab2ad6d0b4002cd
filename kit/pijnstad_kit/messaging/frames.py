"""The bytes of one `basic.publish` (AMQP 0-9-1, 2.3.5 and 4.2): persistent and mandatory, as every event of ours goes out.

The same bytes that py-amqp writes (a test compares them) in a tenth of its time. All else on the wire stays py-amqp's.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Any

from amqp.serialization import dumps

from pijnstad_contracts.envelope import CONTENT_TYPE

_METHOD, _HEADER, _BODY, _END = 1, 2, 3, b"\xce"
_PUBLISH = struct.pack(">HHH", 60, 40, 0)
_MANDATORY = b"\x01"
_PROPERTIES = 0x8000 | 0x2000 | 0x1000 | 0x0080  # content type, headers, delivery mode, message id: in this order
_NO_HEADERS = struct.pack(">I", 0)
_PERSISTENT = b"\x02"


def publication(
    channel: int, exchange: str, routing_key: str, id: str, body: bytes, headers: Mapping[str, Any], frame_max: int
) -> bytes:
    """Return the frames that publish one event. Errors: ValueError when a name is longer than 255 bytes."""
    method = _PUBLISH + _short(exchange) + _short(routing_key) + _MANDATORY
    table = dumps("F", [dict(headers)]) if headers else _NO_HEADERS
    properties = struct.pack(">HHQH", 60, 0, len(body), _PROPERTIES) + _TYPE + table + _PERSISTENT + _short(id)
    frames = [_frame(_METHOD, channel, method), _frame(_HEADER, channel, properties)]
    return b"".join((*frames, *_bodies(channel, body, frame_max - 8)))


def _bodies(channel: int, body: bytes, most: int) -> Iterator[bytes]:
    for start in range(0, len(body), most):
        yield _frame(_BODY, channel, body[start : start + most])


def _frame(kind: int, channel: int, payload: bytes) -> bytes:
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + _END


def _short(text: str) -> bytes:
    raw = text.encode()
    return bytes((len(raw),)) + raw


_TYPE = _short(CONTENT_TYPE)
