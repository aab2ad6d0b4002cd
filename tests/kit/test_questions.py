"""Asking a service over the bus: it answers, or one knows at once, or soon, that it does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pymongo.errors import ServerSelectionTimeoutError

from pijnstad_kit.messaging.questions import Answers, Asker, SourceAway
from pijnstad_kit.testing import wait_for


@contextmanager
def answering(bus_url: str, **answers: Callable[..., Any]) -> Iterator[Answers]:
    loop = Answers(bus_url, "there", answers)
    thread = threading.Thread(target=loop.run, daemon=True)
    thread.start()
    try:
        wait_for(lambda: loop.state.connected, what="the answering side")
        yield loop
    finally:
        loop.stop()
        thread.join(15)
        assert not thread.is_alive()


def test_a_question_gets_its_answer_again_and_again(bus_url: str) -> None:
    asker = Asker(bus_url)
    with answering(bus_url, double=lambda number: {"twice": number * 2}):
        assert [asker.ask("there", "double", number=n) for n in range(3)] == [{"twice": 0}, {"twice": 2}, {"twice": 4}]


def test_a_service_without_a_worker_is_known_at_once_and_asked_again_when_it_is_back(bus_url: str) -> None:
    asker = Asker(bus_url)
    began = time.monotonic()
    with pytest.raises(SourceAway, match="no worker of there runs"):
        asker.ask("there", "anything")
    assert time.monotonic() - began < 3
    with answering(bus_url, anything=lambda: "here"):
        assert asker.ask("there", "anything") == "here"
    with pytest.raises(SourceAway, match="no worker of there runs"):
        asker.ask("there", "anything")


def test_a_service_that_is_too_slow_is_not_waited_for_and_its_late_answer_confuses_nobody(bus_url: str) -> None:
    hold = threading.Event()
    asker = Asker(bus_url, patience=0.3)
    with answering(bus_url, slow=lambda: hold.wait(10), quick=lambda: "quick"):
        with pytest.raises(SourceAway, match="did not answer"):
            asker.ask("there", "slow")
        hold.set()
        assert Asker(bus_url).ask("there", "quick") == "quick"
        assert asker.ask("there", "quick") == "quick"


def test_an_answer_that_fails_says_which_error_and_the_next_question_is_answered(bus_url: str) -> None:
    def broken() -> None:
        raise ServerSelectionTimeoutError("secret address")

    asker = Asker(bus_url)
    with answering(bus_url, broken=broken, well=lambda: "well"):
        with pytest.raises(SourceAway, match="there could not answer \\(ServerSelectionTimeoutError\\)") as error:
            asker.ask("there", "broken")
        assert "secret" not in str(error.value)
        with pytest.raises(SourceAway, match="KeyError"):
            asker.ask("there", "unknown question")
        assert asker.ask("there", "well") == "well"


def test_a_broker_that_is_away_is_a_source_that_is_away() -> None:
    with pytest.raises(SourceAway, match="the broker is away"):
        Asker("amqp://127.0.0.1:1/").ask("there", "anything")
