"""The connection to a service, byte by byte, with a transport that only remembers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.failures import Broken, Stale, TimedOut, Unheard
from gateway.upstream import HIGH_WATER, UpstreamConnection

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmine"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


class Remembering:
    """Be a transport without a socket."""

    def __init__(self) -> None:
        self.written = b""
        self.closing = self.paused = False

    def write(self, data: bytes) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.closing

    def abort(self) -> None:
        self.closing = True

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False


def on_a_connection(work: Callable[[UpstreamConnection, Remembering], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        connection, transport = UpstreamConnection(asyncio.get_running_loop()), Remembering()
        connection.connection_made(transport)  # type: ignore[arg-type]
        connection.begin(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        return await work(connection, transport)

    return asyncio.run(run())


async def whole(connection: UpstreamConnection) -> bytes:
    await connection.head(5)
    parts = []
    while piece := await connection.read(5):
        parts.append(piece)
    return b"".join(parts)


def test_a_clean_exchange_leaves_a_connection_to_use_again() -> None:
    async def work(connection: UpstreamConnection, _: Remembering) -> None:
        connection.data_received(ANSWER)
        status, headers = await connection.head(5)
        assert (status, headers, connection.body_at_once()) == (200, [(b"content-length", b"4")], b"mine")
        assert connection.reusable

    on_a_connection(work)


def test_a_large_answer_that_came_in_one_piece_leaves_a_connection_that_listens() -> None:
    async def work(connection: UpstreamConnection, transport: Remembering) -> None:
        size = 2 * HIGH_WATER
        connection.data_received(CHUNKED + b"%x\r\n" % size + b"x" * size + b"\r\n0\r\n\r\n")
        await connection.head(5)
        assert len(connection.body_at_once() or b"") == size
        assert connection.reusable
        assert not transport.paused

    on_a_connection(work)


def test_a_service_faster_than_its_reader_is_made_to_wait_and_goes_on_later() -> None:
    async def work(connection: UpstreamConnection, transport: Remembering) -> None:
        connection.data_received(CHUNKED + b"fffff\r\n" + b"x" * (HIGH_WATER + 1))
        await connection.head(5)
        assert transport.paused
        await connection.read(5)
        assert not transport.paused

    on_a_connection(work)


@pytest.mark.parametrize("tail", [b"x", b"HTTP/1.1 200 OK\r\n", ANSWER])
def test_bytes_behind_the_answer_end_the_connection_and_not_the_answer(tail: bytes) -> None:
    async def work(connection: UpstreamConnection, transport: Remembering) -> None:
        connection.data_received(ANSWER + tail)
        await connection.head(5)
        assert connection.body_at_once() == b"mine"
        assert not connection.reusable
        assert transport.closing

    on_a_connection(work)


def test_a_spoiled_connection_is_not_used_again() -> None:
    async def work(connection: UpstreamConnection, _: Remembering) -> None:
        connection.spoil()
        connection.data_received(ANSWER)
        assert not connection.reusable

    on_a_connection(work)


def test_a_connection_lost_while_waiting_is_unheard_and_stale_only_when_it_was_used_before() -> None:
    async def work(connection: UpstreamConnection, _: Remembering) -> None:
        connection.connection_lost(None)
        with pytest.raises(Unheard) as caught:
            await connection.head(5)
        assert not isinstance(caught.value, Stale)

    async def again(connection: UpstreamConnection, _: Remembering) -> None:
        connection.data_received(ANSWER)
        await connection.head(5)
        connection.begin(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        connection.connection_lost(None)
        with pytest.raises(Stale):
            await connection.head(5)

    on_a_connection(work)
    on_a_connection(again)


def test_an_exchange_past_its_deadline_times_out_and_ends_the_connection() -> None:
    async def work(connection: UpstreamConnection, transport: Remembering) -> None:
        waiting = asyncio.create_task(connection.head(5))
        await asyncio.sleep(0)
        assert connection.deadline > 0
        connection.expire()
        with pytest.raises(TimedOut):
            await waiting
        assert transport.closing
        assert not connection.reusable

    on_a_connection(work)


def test_a_body_until_the_end_of_the_connection_is_whole_only_when_the_service_closed_it() -> None:
    async def closed(connection: UpstreamConnection, _: Remembering) -> bytes:
        connection.data_received(b"HTTP/1.1 200 OK\r\n\r\nall of it")
        connection.connection_lost(None)
        return await whole(connection)

    async def cut_by_us(connection: UpstreamConnection, _: Remembering) -> None:
        connection.data_received(b"HTTP/1.1 200 OK\r\n\r\nnot all")
        connection.close()
        connection.connection_lost(None)
        with pytest.raises(Broken):
            await whole(connection)

    assert on_a_connection(closed) == b"all of it"
    on_a_connection(cut_by_us)


@settings(deadline=None)
@given(pieces=st.lists(st.binary(min_size=1, max_size=300), max_size=6), cuts=st.lists(st.integers(1, 80), max_size=40))
def test_an_answer_reads_the_same_however_it_is_cut_into_packets(pieces: list[bytes], cuts: list[int]) -> None:
    wire = CHUNKED + b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"

    async def work(connection: UpstreamConnection, _: Remembering) -> bytes:
        rest = wire
        for cut in cuts:
            if rest:
                connection.data_received(rest[:cut])
                rest = rest[cut:]
        if rest:
            connection.data_received(rest)
        body = await whole(connection)
        assert connection.reusable
        return body

    assert on_a_connection(work) == b"".join(pieces)


@settings(deadline=None, max_examples=300)
@given(garbage=st.binary(max_size=200), head=st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", CHUNKED]))
def test_garbage_never_leaves_a_connection_to_use_again_unless_it_was_an_answer(garbage: bytes, head: bytes) -> None:
    async def work(connection: UpstreamConnection, _: Remembering) -> None:
        connection.data_received(head + garbage)
        connection.connection_lost(None)
        assert not connection.reusable

    on_a_connection(work)
