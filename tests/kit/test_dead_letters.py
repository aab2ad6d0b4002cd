"""What lies in the dead letters: known by its metadata, sent back or dropped: one, those that are alike, or all."""

from __future__ import annotations

import json
import threading
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pijnstad_contracts.content import SuggestionRated
from pijnstad_kit.cli import service_cli
from pijnstad_kit.ids import new_id
from pijnstad_kit.messaging import topology
from pijnstad_kit.messaging.connection import connect
from pijnstad_kit.messaging.consumer import Consumer
from pijnstad_kit.messaging.deadletters import DeadLetter, DeadLetters, Filter, Progress
from pijnstad_kit.messaging.publisher import BrokerAway, Outgoing, Publisher
from pijnstad_kit.testing import wait_for

TABLE = topology.topology({"selfcare.all": [SuggestionRated.type], "selfcare.other": []}, retry_seconds=(1,))
TYPE = SuggestionRated.type
BODY = b'{"type":"%s","secret":"sesam-open-u"}'


@pytest.fixture
def box(bus_url: str) -> DeadLetters:
    with connect(bus_url) as connection:
        topology.apply(connection.connection.channel(), TABLE)
    return DeadLetters(bus_url, "selfcare")


@pytest.fixture
def run(bus_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command line of a service, as somebody types it."""
    given = {"BUS_URL": bus_url, "MONGO_URL": "mongodb://nowhere", "LISTEN": "127.0.0.1:1", "MASTER_KEY": "A" * 43}
    for name, value in given.items():
        monkeypatch.setenv(f"PIJNSTAD_{name}", value)
    return lambda *words: CliRunner().invoke(service_cli("selfcare"), ["dead-letters", *words], catch_exceptions=False)


def die(
    bus_url: str, number: int, *, queue: str = "selfcare.all", error: str = "KeyError", type: str = TYPE
) -> list[str]:
    """Put letters where the consumer puts what it gave up; return their ids, oldest first."""
    ids = [new_id() for _ in range(number)]
    headers = {
        "x-error": error,
        "x-attempt": 5,
        "x-death": [{"queue": queue, "reason": "rejected"}],
    }
    publisher = Publisher(bus_url, TABLE)
    letters = [Outgoing(id, "", "selfcare.dead", BODY % type.encode(), headers) for id in ids]
    assert publisher.publish(letters) == {}
    publisher.close()
    return ids


def lying(box: DeadLetters, number: int) -> list[DeadLetter]:
    """Return the letters when so many lie there: what was looked at comes back a moment later."""
    wait_for(lambda: box.count() == number, what=f"{number} letters")
    return box.list()


def test_letters_are_chosen_by_what_they_have_in_common(bus_url: str, box: DeadLetters) -> None:
    keys = die(bus_url, 2)
    values = die(bus_url, 2, error="ValueError", queue="selfcare.other")
    odd = die(bus_url, 1, type="nl.pijnstad.other.v1")
    for wanted, expected in (
        (Filter(error="KeyError"), keys + odd),
        (Filter(queue="selfcare.other"), values),
        (Filter(type=TYPE), keys + values),
        (Filter(type=TYPE, error="KeyError"), keys),
        (Filter(ids=(odd[0], values[1])), [values[1], *odd]),
        (Filter(), keys + values + odd),
        (Filter(older_than=1), []),  # nobody knows when these died
    ):
        assert sorted(one.id for one in lying(box, 5) if wanted.fits(one)) == sorted(expected), wanted
    assert box.drop(Filter(error="ValueError").fits, "a test").done == 2
    assert [one.id for one in lying(box, 3)] == keys + odd


def test_a_letter_that_dies_again_at_once_is_sent_back_once_a_call(bus_url: str, box: DeadLetters) -> None:
    consumer = Consumer(bus_url, "selfcare.all", {TYPE: SuggestionRated}, lambda _: None, TABLE, retry_seconds=())
    thread = threading.Thread(target=consumer.run, daemon=True)
    thread.start()
    ids = die(bus_url, 250)  # not one is an event: each is parked again as it is read
    done = box.redrive(Filter().fits)
    assert (done.done, done.total) == (250, 250)
    assert sorted(one.id for one in lying(box, 250)) == sorted(ids)
    consumer.stop()
    thread.join(10)
    assert not thread.is_alive()


def test_what_the_broker_refuses_stays(bus_url: str, box: DeadLetters) -> None:
    die(bus_url, 3, queue="selfcare.gone")
    kept = die(bus_url, 2)
    done = box.redrive(Filter().fits)
    assert (done.total, done.looked_at, done.done, done.refused) == (5, 5, 2, 3)
    assert not {one.id for one in lying(box, 3)} & set(kept)


def test_a_call_can_be_bounded_and_the_next_one_goes_on(bus_url: str, box: DeadLetters) -> None:
    die(bus_url, 230)
    assert box.redrive(Filter().fits, at_most=90).done == 90
    assert len(lying(box, 140)) == 140
    assert box.redrive(Filter().fits, at_most=120).done == 120
    assert len(lying(box, 20)) == 20


def test_ten_thousand_letters_are_looked_at_and_sent_back_in_the_memory_of_one_batch(
    bus_url: str, box: DeadLetters
) -> None:
    die(bus_url, 10_000)
    said: list[Progress] = []
    tracemalloc.start()
    with box.look() as letters:
        assert sum(1 for _ in letters) == 10_000
    wait_for(lambda: box.count() == 10_000, what="all of them back")
    done = box.redrive(Filter().fits, lambda progress, _: said.append(Progress(progress.total, progress.looked_at)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done.done == 10_000
    assert box.count() == 0
    assert [one.looked_at for one in said[:3]] == [30, 60, 90]  # told after each batch
    assert peak < 3_000_000  # ten thousand kept would be above ten million bytes


def test_a_broker_that_is_away_is_said_and_nothing_is_changed(run: Callable[..., Result], monkeypatch: Any) -> None:
    with pytest.raises(BrokerAway):
        DeadLetters("amqp://127.0.0.1:1/", "selfcare").list()
    monkeypatch.setenv("PIJNSTAD_BUS_URL", "amqp://127.0.0.1:1/")
    said = run("redrive", "--all")
    assert (said.exit_code, "The broker does not answer" in said.output) == (1, True)


def test_the_list_shows_what_is_known_how_it_adds_up_and_the_next_step(
    bus_url: str, box: DeadLetters, run: Callable[..., Result]
) -> None:
    first = die(bus_url, 40)[0]
    die(bus_url, 2, error="ValueError")
    said = run("list").output
    assert first in said
    assert "KeyError" in said
    assert "6 tries" in said
    assert "… and 12 more" in said
    assert "     40 × selfcare.all  " in said
    assert said.rstrip().endswith(
        "42 dead letters. Mend the cause, then: python -m selfcare dead-letters redrive --all"
    )
    wait_for(lambda: box.count() == 42, what="all of them back")
    shown = run("show", first).output
    assert ("attempts   6" in shown, "sesam" in said + shown) == (True, False)
    wait_for(lambda: box.count() == 42, what="all of them back")
    rows = [json.loads(line) for line in run("list", "--json", "--error", "ValueError").output.splitlines()]
    assert [(row["service"], row["error"], row["queue"]) for row in rows] == [
        ("selfcare", "ValueError", "selfcare.all")
    ] * 2


def test_one_by_its_id_some_by_a_filter_or_all_are_sent_back_or_dropped_with_a_reason(
    bus_url: str, box: DeadLetters, run: Callable[..., Result]
) -> None:
    ids = die(bus_url, 5)
    die(bus_url, 3, error="ValueError")
    assert f"sent back  {ids[2]}" in run("redrive", ids[2]).output
    assert len(lying(box, 7)) == 7
    assert "2 of" not in run("drop", "--error", "ValueError", "--reason", "sent by a test").output
    assert len(lying(box, 4)) == 4
    assert json.loads(run("redrive", "--all", "--json").output) == {"total": 4, "looked_at": 4, "done": 4, "refused": 0}
    assert run("list").output.strip() == "No dead letters."
    assert run("list", "--error", "KeyError").output.startswith("None that fit.")


@pytest.mark.parametrize(
    "words",
    [("redrive",), ("drop", "--reason", "x"), ("drop", "--all"), ("list", "--older-than", "soon"), ("show", "x")],
)
def test_a_command_that_does_not_say_which_or_why_does_nothing(
    bus_url: str, box: DeadLetters, run: Callable[..., Result], words: Sequence[str]
) -> None:
    die(bus_url, 1)
    assert run(*words).exit_code != 0
    assert len(lying(box, 1)) == 1


def test_a_letter_can_be_looked_at_more_often_than_a_queue_delivers_by_itself(bus_url: str, box: DeadLetters) -> None:
    die(bus_url, 1)
    for _ in range(topology.DELIVERY_LIMIT + 5):
        wait_for(lambda: box.count() == 1, what="the letter", every=0.005)
        assert len(box.list()) == 1
    assert len(lying(box, 1)) == 1
