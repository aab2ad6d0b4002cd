"""R29: identity is frozen, then dead. For ten seconds the door knows whom it let in, then nobody. The checker judges."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from checker import Checker, note
from door import Door

from pijnstad_kit.testing import wait_for

pytestmark = pytest.mark.fault
KNOWN = 10.0  # seconds the door goes by what identity said last
ASKING = 3.5  # seconds a question to identity may take before the door gives up
MADE_UP = "pja_" + "A" * 43


def test_r29_identity_away_known_tokens_work_until_their_cache_ends_then_503_and_nothing_is_open(
    checker: Checker,
) -> None:
    door = Door(checker)
    door.open()
    known, late, unseen, gone = (door.token() for _ in range(4))
    door.revoke(gone)
    assert [door.read(token)[0] for token in (known, late, gone)] == [200, 200, 401]
    assert door.reached() == 2
    with _writing(door, known) as answers:
        wait_for(lambda: len(answers) > 5, what="commands under way")
        door.revoke(late)
        door.freeze_identity()
        frozen = time.monotonic()
        assert {door.read(token)[0] for token in (unseen, MADE_UP)} == {503}
        closed = wait_for(
            lambda: next((at for at, status in answers if status != 201), 0.0), timeout=20, what="the door to close"
        )
        assert closed - frozen < KNOWN + ASKING
        _lets_nobody_in(door, (known, late, unseen, MADE_UP), gone)
        door.identity.kill()
        _lets_nobody_in(door, (known, late, unseen, MADE_UP), gone)
    assert door.gateway.logged("identity_away") > 0, "the door asked nobody, so nothing was proven"
    assert any(frozen < at < closed for at, status in answers if status == 201), "no known token worked meanwhile"
    assert {status for at, status in answers if at >= closed} == {503}
    door.identity.start()
    wait_for(lambda: door.write(known) == 201, timeout=20, every=0.2, what="the door to open again")
    assert [door.read(token)[0] for token in (unseen, late, gone, MADE_UP)] == [200, 401, 401, 401]
    note(checker.verdict("R29 identity frozen, then dead", faults=2))


def _lets_nobody_in(door: Door, tokens: tuple[str, ...], gone: str) -> None:
    """See that no token opens anything while identity is silent, whoever it was once for."""
    assert door.identity_silent, "identity answers, so nothing would be proven"
    reached = door.reached()
    answers = [door.read(token) for token in tokens]
    assert [status for status, _ in answers] == [503] * len(tokens)
    assert all(headers["Retry-After"] for _, headers in answers)
    assert door.read(gone)[0] in (401, 503)
    assert door.reached() == reached, "a request came through the closed door"


@contextmanager
def _writing(door: Door, token: str) -> Iterator[list[tuple[float, int]]]:
    """Write with one token again and again, as long as the block lasts. Gives (when it was answered, status)."""
    answers: list[tuple[float, int]] = []
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(0.1):
            status = door.write(token)
            answers.append((time.monotonic(), status))

    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(go_on)
        try:
            yield answers
        finally:
            ended.set()
        job.result(timeout=30)
