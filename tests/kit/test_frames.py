"""Our own bytes of a publish against py-amqp's: the same, for every size and header the city sends."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from amqp import Message, spec
from amqp.method_framing import frame_writer
from amqp.serialization import dumps

from pijnstad_contracts.envelope import CONTENT_TYPE
from pijnstad_kit.messaging.frames import publication

FRAME_MAX = 4096
HEADERS = {"x-attempt": 2, "x-error": "RuntimeError", "x-death": [{"count": 1, "queue": "content.suggestions"}]}


def as_py_amqp_writes_it(exchange: str, key: str, id: str, body: bytes, headers: dict[str, object]) -> bytes:
    written = bytearray()
    connection = SimpleNamespace(frame_max=FRAME_MAX, bytes_sent=0)
    message = Message(
        body, delivery_mode=2, content_type=CONTENT_TYPE, message_id=id, application_headers=dict(headers)
    )
    write = frame_writer(connection, SimpleNamespace(write=written.extend))
    write(1, 3, spec.Basic.Publish, dumps("Bssbb", (0, exchange, key, True, False)), message)
    return bytes(written)


@pytest.mark.parametrize("headers", [{}, HEADERS], ids=["no headers", "headers"])
@pytest.mark.parametrize("size", [1, 400, FRAME_MAX - 9, FRAME_MAX - 8, FRAME_MAX, 3 * FRAME_MAX + 1])
@pytest.mark.parametrize(("exchange", "key"), [("pijnstad.events", "nl.pijnstad.é.v1"), ("", "k" * 255)])
def test_a_publication_is_byte_for_byte_what_py_amqp_writes(
    exchange: str, key: str, size: int, headers: dict[str, object]
) -> None:
    body = bytes(number % 251 for number in range(size))
    expected = as_py_amqp_writes_it(exchange, key, "an-id", body, headers)
    assert publication(3, exchange, key, "an-id", body, headers, FRAME_MAX) == expected


def test_a_name_longer_than_amqp_can_say_is_refused() -> None:
    with pytest.raises(ValueError, match="256"):
        publication(1, "x", "k" * 256, "id", b"", {}, FRAME_MAX)
