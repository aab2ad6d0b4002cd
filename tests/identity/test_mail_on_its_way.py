"""Mail on its way: sent at least once, later when the mail server is away, caught in a trial city."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from identity.mail import catcher
from identity.mail.letters import written
from identity.mail.post import PostAway, Smtp, Undeliverable
from identity.store import deliveries
from identity.store.deliveries import DeliveryDocument
from identity.usecases import mail
from pijnstad_kit.store.documents import now
from pijnstad_local import processes
from pijnstad_local.ports import free_port, is_open


class Moody:
    """Be a mail server with a mood."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.took = error, []

    def send(self, message: Any) -> None:
        if self.error:
            raise self.error
        self.took.append(message)


@pytest.fixture
def letter(door) -> str:
    """One letter that waits; its delivery's id."""
    DeliveryDocument._get_collection().delete_many({})
    mail.write("password_changed", "a@voorbeeld.example", "nl", {"name": "A", "link": "x"}, door.ports, about="a")
    return DeliveryDocument._get_collection().find_one({})["_id"]


def _row(id: str) -> dict[str, Any]:
    return DeliveryDocument._get_collection().find_one({"_id": id})


def _through(door, post: Any) -> int:
    return mail.send_due(dataclasses.replace(door.ports, post=post))


def test_a_letter_about_one_thing_is_written_once(door, letter) -> None:
    mail.write("password_changed", "a@voorbeeld.example", "nl", {"name": "A", "link": "x"}, door.ports, about="a")
    post = Moody()
    assert _through(door, post) == 1
    assert _through(door, post) == 0
    assert _row(letter)["state"] == "sent"


def test_many_workers_send_a_letter_once(door, letter) -> None:
    post = Moody()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: _through(door, post), range(8)))
    assert len(post.took) == 1


def test_a_claim_of_a_dead_worker_ends_and_the_letter_goes_under_the_same_id(door, letter, monkeypatch) -> None:
    claimed = door.ports.deliveries.claim(letter)
    assert claimed is not None
    post = Moody()
    assert _through(door, post) == 0
    monkeypatch.setattr(deliveries, "now", lambda: now() + deliveries.CLAIM + timedelta(seconds=1))
    assert _through(door, post) == 1
    assert post.took[0]["Message-ID"] == f"<{letter}@pijnstad>"


def test_a_mail_server_that_is_away_is_tried_later_and_later_and_then_given_up(door, letter, monkeypatch) -> None:
    shift = timedelta()
    monkeypatch.setattr(deliveries, "now", lambda: now() + shift)
    waits = []
    for _ in range(20):
        if _row(letter)["state"] != "waiting":
            break
        shift = _row(letter)["due_at"] - now() + timedelta(seconds=1)
        _through(door, Moody(PostAway("away")))
        waits.append((_row(letter)["due_at"] - now() - shift).total_seconds())
    assert waits[:-1] == sorted(waits[:-1])
    assert len(waits) == len(deliveries.WAITS) + 1
    assert (_row(letter)["state"], _row(letter)["sealed"]) == ("given_up", None)


def test_a_refused_letter_is_given_up_at_once_and_forgets_its_address(door, letter) -> None:
    _through(door, Moody(Undeliverable("550")))
    row = _row(letter)
    assert (row["state"], row["why"], row["sealed"]) == ("given_up", "550", None)


def test_a_link_that_no_longer_works_is_not_sent(door) -> None:
    DeliveryDocument._get_collection().delete_many({})
    past = now() - timedelta(seconds=1)
    mail.write("recover", "a@voorbeeld.example", "nl", {"name": "A", "link": "x"}, door.ports, useless_after=past)
    post = Moody()
    assert _through(door, post) == 0
    assert post.took == []


class Kept:
    """Keep caught mails in a list."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, str, str]] = []

    def add(self, *mail: str) -> None:
        self.mails.append(mail)  # type: ignore[arg-type]


@pytest.fixture
def caught() -> Iterator[tuple[str, Kept]]:
    """A catcher as a trial city runs it: its SMTP address, and what it keeps."""
    smtp, health, kept = free_port(), free_port(), Kept()
    loop = asyncio.new_event_loop()
    task = loop.create_task(catcher._serve(f"127.0.0.1:{smtp}", f"127.0.0.1:{health}", kept))  # type: ignore[arg-type]

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            pass
        finally:
            loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert processes.wait_until(lambda: is_open(smtp) and is_open(health), 10)
    yield f"smtp://127.0.0.1:{smtp}", kept
    loop.call_soon_threadsafe(task.cancel)
    thread.join(10)


def test_a_letter_goes_by_smtp_and_arrives_as_it_was_written(caught) -> None:
    url, kept = caught
    values = {"name": "Zoë", "link": "http://localhost:8000/account/confirm?token=" + "x" * 43}
    for language in ("nl", "en"):
        Smtp(url).send(
            written("confirm_registration", language, "zoe@voorbeeld.example", values, sender="P <p@x.nl>", id="1")
        )
    (to, subject, body, language), _ = kept.mails
    assert (to, subject, language) == ("zoe@voorbeeld.example", "Bevestig je e-mailadres voor Pijnstad", "nl")
    assert "Dag Zoë," in body
    assert values["link"] in body.splitlines()


def test_a_mail_server_that_is_not_there_is_away() -> None:
    message = written("recover", "nl", "a@x.nl", {"name": "A", "link": "x"}, sender="P <p@x.nl>", id="1")
    with pytest.raises(PostAway):
        Smtp(f"smtp://127.0.0.1:{free_port()}").send(message)


def test_caught_mails_are_shown_in_a_trial_city_and_nowhere_else(door, monkeypatch) -> None:
    door.ports.caught.add("a@voorbeeld.example", "Dag", "Zie http://localhost:8000/x <b>", "nl")
    page = door.browser().get("/account/mails")
    assert '<a href="http://localhost:8000/x">' in page.text
    assert "&lt;b&gt;" in page.text
    rows = door.browser().get("/account/mails.json", to="A@voorbeeld.example").get_json()["items"]
    assert [row["subject"] for row in rows] == ["Dag"]
    public = door.ports.settings.model_copy(update={"public_url": "https://pijnstad.example"})
    monkeypatch.setitem(door.app.extensions, "ports", dataclasses.replace(door.ports, settings=public))
    for path in ("/account/mails", "/account/mails.json"):
        assert door.browser().get(path).status_code == 404
