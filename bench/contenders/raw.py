"""The anchor: frames encoded beforehand, written and counted on the socket. What is left is the broker itself.

With inserts beside it (`consume_insert`) it is the least that a durable effect can cost on this machine: nothing is decoded,
nothing derived, the documents were made beforehand; a bulk insert for every hundred messages, acknowledged after it.

py-amqp opens the connection; then its socket is used directly. Quorum queue, persistent messages, rolling window of
confirms, manual acknowledgements of everything read at once.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator
from typing import Any

from amqp import Message
from kombu import Connection

from bench.contenders.job import Job, Progress, Stopwatch, orders, ready, wait_for_go
from bench.contenders.message import EVENT, bodies

QUEUE = "raw.events"
EXCHANGE = "raw.exchange"
WINDOW = 2000  # unconfirmed at most; 500 and 10,000 gave the same
BLOB = 100  # messages a write
PREFETCH = 2000
BULK = 100  # effects an insert
_METHOD, _BODY = 1, 3
_ACK, _DELIVER = (60, 80), (60, 60)


def main() -> None:
    """Play one role."""
    role, job = orders()
    {"consume": consume, "consume_insert": consume_insert, "publish": publish}[role](job)


def publish(job: Job) -> None:
    """Write blobs of frames, never more than a window ahead of the confirms."""
    channel = _channel(job)
    channel.confirm_select()
    blobs = _blobs(channel)
    sock, frames = _socket(channel), _Frames()
    sent = _write(sock, frames, blobs, 0, job.warmup)
    wait_for_go()
    watch = Stopwatch()
    watch.start()
    _write(sock, frames, blobs, sent, job.total)
    watch.stop()
    watch.report(job.total)


def consume(job: Job) -> None:
    """Count the bodies in what can be read, acknowledge it all at once."""
    sock, progress, tag = _consuming(job), Progress(job), 0
    for number in _arriving(sock):
        tag += number
        sock.sendall(_acknowledgement(tag))
        if progress.add(number):
            break
    progress.watch.report(tag)


def consume_insert(job: Job) -> None:
    """Insert a document for each body, in bulk; acknowledge what is inserted."""
    collection, effects = _collection(job), _effects(job.total)
    sock, progress, seen, done = _consuming(job), Progress(job), 0, 0
    for number in _arriving(sock):
        seen += number
        while seen - done >= BULK or done < seen == job.total:
            bulk = effects[done : min(seen, done + BULK)]
            collection.insert_many(bulk, ordered=False)
            done += len(bulk)
            sock.sendall(_acknowledgement(done))
            progress.add(len(bulk))
        if progress.done():
            break
    progress.watch.report(collection.count_documents({}))


def _consuming(job: Job) -> Any:
    """Declare the queue, begin to consume it, and return the socket."""
    channel = _channel(job)
    channel.queue_declare(QUEUE, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
    channel.queue_bind(QUEUE, EXCHANGE, EVENT.type)
    channel.basic_qos(0, PREFETCH, False)
    channel.basic_consume(QUEUE)
    ready()
    return _socket(channel)


def _arriving(sock: Any) -> Iterator[int]:
    """Yield how many bodies each read brought."""
    frames = _Frames()
    while True:
        frames.feed(sock.recv(262144))
        if number := sum(1 for kind, _ in frames.whole() if kind == _BODY):
            yield number


def _collection(job: Job) -> Any:
    from pymongo import MongoClient

    return MongoClient(job.mongo, w="majority", journal=True)[job.database]["effects"]


def _effects(number: int) -> list[dict[str, Any]]:
    return [{"_id": id, "entry": id, "member": id} for id, _ in bodies(number)]


def _write(sock: Any, frames: _Frames, blobs: Iterator[bytes], sent: int, until: int) -> int:
    confirmed = sent
    while confirmed < until:
        while sent < until and sent - confirmed <= WINDOW - BLOB:
            sock.sendall(next(blobs))
            sent += BLOB
        frames.feed(sock.recv(65536))
        for kind, payload in frames.whole():
            if kind == _METHOD and struct.unpack_from(">HH", payload) == _ACK:
                tag, multiple = struct.unpack_from(">QB", payload, 4)
                confirmed = max(confirmed, tag) if multiple else confirmed + 1
    return sent


class _Frames:
    """Cut a stream of bytes into (type, payload)."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> None:
        if not data:
            raise ConnectionError("the broker hung up")
        self._rest += data

    def whole(self) -> Iterator[tuple[int, bytes]]:
        place, data = 0, self._rest
        while len(data) - place >= 8:
            kind, _, size = struct.unpack_from(">BHI", data, place)
            if len(data) - place < size + 8:
                break
            yield kind, data[place + 7 : place + 7 + size]
            place += size + 8
        self._rest = data[place:]


def _blobs(channel: Any) -> Iterator[bytes]:
    """Return an endless row of blobs, each written once by py-amqp itself into a buffer instead of the socket."""
    transport = channel.connection.transport
    send = transport._write
    blobs = []
    for _ in range(10):
        written = bytearray()
        transport._write = written.extend
        for id, body in bodies(BLOB):
            message = Message(body, delivery_mode=2, content_type="application/cloudevents+json", message_id=id)
            channel.basic_publish(message, EXCHANGE, EVENT.type, mandatory=True)
        blobs.append(bytes(written))
    transport._write = send
    return itertools.cycle(blobs)


def _channel(job: Job) -> Any:
    connection = Connection(job.bus, heartbeat=0)
    connection.connect()
    return connection.connection.channel()


def _socket(channel: Any) -> Any:
    sock = channel.connection.transport.sock
    sock.settimeout(60)
    return sock


def _acknowledgement(tag: int) -> bytes:
    return struct.pack(">BHIHHQBB", _METHOD, 1, 13, 60, 80, tag, 1, 0xCE)


if __name__ == "__main__":
    main()
