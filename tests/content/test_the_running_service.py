"""Content as it runs: api and worker as processes of their own, on a real broker and document store."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import urllib3
from kombu import Connection

from content.bootstrap import build_ports
from content.config import SHIPPED, Settings
from content.library import read_library
from content.ports import Ports
from content.search.port import Query
from pijnstad_contracts.content import SuggestionRated
from pijnstad_contracts.envelope import Event, encode
from pijnstad_contracts.identity import AccountRegistered, ConsentGiven, ConsentWithdrawn
from pijnstad_contracts.selfcare import DiaryEntryRecorded
from pijnstad_kit.ids import new_id
from pijnstad_kit.messaging import topology
from pijnstad_kit.messaging.publisher import Outgoing, Publisher
from pijnstad_kit.testing import wait_for
from pijnstad_local.ports import free_port

http = urllib3.PoolManager(retries=False, timeout=5)


class City:
    """Be the rest of the city for content: its broker and store, the other services' events, and content's processes."""

    def __init__(self, environment: dict[str, str], ports: Ports, logs: Path) -> None:
        self.environment, self.ports, self._logs = environment, ports, logs
        self.bus = Publisher(environment["PIJNSTAD_BUS_URL"], topology.topology(topology.subscriptions()))
        self._running: list[subprocess.Popen[bytes]] = []

    def run(self, *words: str) -> str:
        """Run a command of content to its end."""
        done = subprocess.run(_command(*words), env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, word: str) -> tuple[subprocess.Popen[bytes], str]:
        """Start a process of content; return it with its address when it is ready."""
        listen = f"127.0.0.1:{free_port()}"
        with (self._logs / f"{word}.log").open("ab") as log:
            process = subprocess.Popen(
                _command(word), env=self.environment | {"PIJNSTAD_LISTEN": listen}, stderr=log, stdout=log
            )
        self._running.append(process)
        wait_for(lambda: _status(f"http://{listen}/readyz") == 200, timeout=30, what=f"{word} to be ready")
        return process, f"http://{listen}"

    def stop(self) -> None:
        for process in self._running:
            process.kill()
            process.wait()
        self.bus.close()

    def log(self, word: str) -> str:
        return (self._logs / f"{word}.log").read_text()

    def publish(self, *events: Event[Any]) -> None:
        assert self.bus.publish([Outgoing(one.id, topology.EVENTS, one.type, encode(one)) for one in events]) == {}

    def outcomes(self, member: str) -> list[str]:
        return [one["outcome"] for one in self.ports.moments.aggregates.collection.find({"member": member})]

    def waiting(self) -> int:
        return self.ports.moments.aggregates.collection.count_documents({"waiting": True})


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "content", *words]


def _status(url: str) -> int | None:
    try:
        return http.request("GET", url).status
    except urllib3.exceptions.HTTPError:
        return None


def told(data: Any, subject: str, sequence: int, member: str) -> Event[Any]:
    return Event(new_id(), data.source, data.type, subject, datetime.now(UTC), sequence, 1, data, member=member)


def registered(member: str) -> list[Event[Any]]:
    account = AccountRegistered(account_id=member, audience="person_in_pain", language="nl")
    return [
        told(account, member, 1, member),
        told(ConsentGiven(purpose="suggestions", text_version="1"), member, 2, member),
    ]


def bad_night(member: str, safety: str = "none") -> Event[Any]:
    entry, themes = new_id(), [{"theme": "sleep", "direction": "worse"}]
    data = DiaryEntryRecorded(entry_id=entry, occurred_at=datetime.now(UTC), themes=themes, safety=safety)  # type: ignore[arg-type]
    return told(data, entry, 1, member)


@pytest.fixture
def city(bus_url: str, settings: Settings, tmp_path: Path) -> Iterator[City]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIJNSTAD_")} | {
        "PIJNSTAD_BUS_URL": bus_url,
        "PIJNSTAD_MONGO_URL": settings.mongo_url,
        "PIJNSTAD_DATABASE": settings.database,
        "PIJNSTAD_SEARCH_URL": settings.search_url,
        "PIJNSTAD_LISTEN": "127.0.0.1:1",
        "PIJNSTAD_RETRY_SECONDS": "1,1,1,1,1",
    }
    made = City(environment, build_ports(settings), tmp_path)
    yield made
    made.stop()


def test_the_library_is_loaded_indexed_and_served(city: City) -> None:
    number = len(read_library(SHIPPED).items)
    assert f"{number} published" in city.run("load-library")
    assert f"{number} unchanged" in city.run("load-library")
    city.start("worker")
    wait_for(lambda: city.ports.search.state().counts == city.ports.items.counts(), what="the index to be built")
    _, api = city.start("api")
    answer = http.request("GET", f"{api}/content/v1/items?q=slaapproblemen&language=nl").json()
    assert answer["notice"] is None
    assert "slapen" in answer["items"][0]["slug"]
    wait_for(
        lambda: not list(city.ports.items.aggregates.collection.find({"waiting": True})),
        what="its events to be relayed",
    )


def test_a_bad_night_on_the_bus_becomes_a_suggestion_on_the_bus(city: City) -> None:
    city.run("load-library")
    city.start("worker")
    member = new_id()
    city.publish(*registered(member))
    wait_for(lambda: city.ports.members.get([member])[member].suggestions, what="consent to be known")
    city.publish(bad_night(member))
    wait_for(lambda: city.outcomes(member), what="the moment")
    assert city.outcomes(member) == ["suggested"]
    wait_for(lambda: city.waiting() == 0, what="the suggestion's event to be relayed")
    made = _unclaimed(city)
    assert (made["type"], made["notify"]) == ("nl.pijnstad.content.suggestion.made.v1", member)


def _unclaimed(city: City) -> dict[str, Any]:
    """Return the newest event that no service subscribes to."""
    import json

    with Connection(city.environment["PIJNSTAD_BUS_URL"]) as connection:
        message = wait_for(
            lambda: connection.default_channel.basic_get(topology.UNCLAIMED, no_ack=True), what="an event"
        )
    body = message.body
    return json.loads(body)  # type: ignore[no-any-return]


def test_a_worker_killed_after_its_effect_does_it_once(city: City, tmp_path: Path) -> None:
    city.run("load-library")
    city.environment |= {
        "PIJNSTAD_FAULTS": "content.suggestions.after_effect=once:kill",
        "PIJNSTAD_FAULTS_SPENT": str(tmp_path / "spent"),
    }
    first, _ = city.start("worker")
    member = new_id()
    city.publish(*registered(member))
    wait_for(lambda: city.ports.members.get([member])[member].suggestions, what="consent to be known")
    events = [bad_night(member) for _ in range(10)]
    city.publish(*events)
    assert first.wait(timeout=20) == -9
    city.start("worker")
    wait_for(lambda: len(city.outcomes(member)) == 10, what="ten moments")
    city.publish(*events, *events)
    city.publish(bad_night(member, safety="crisis"))
    wait_for(lambda: "resting" in city.outcomes(member), what="the last event")
    assert len(city.outcomes(member)) == 11
    assert city.outcomes(member).count("suggested") <= 3


def test_account_events_in_the_wrong_order_are_put_right_by_retrying(city: City) -> None:
    city.start("worker")
    member = new_id()
    first, second = registered(member)
    third = told(ConsentWithdrawn(purpose="suggestions"), member, 3, member)
    city.publish(third, second, first)
    collection = city.ports.members.collection
    wait_for(lambda: (collection.find_one({"_id": member}) or {}).get("sequence") == 3, timeout=30, what="all three")
    assert not city.ports.members.get([member])[member].suggestions


def test_a_rating_of_an_unknown_suggestion_is_no_poison(city: City) -> None:
    city.start("worker")
    unknown = SuggestionRated(suggestion_id=new_id(), item_slug="x", rating="helps")
    city.publish(told(unknown, unknown.suggestion_id, 2, new_id()))
    assert "No dead letters" in city.run("dead-letters", "list")


def test_reindex_and_the_worker_do_not_collide(city: City) -> None:
    city.run("load-library")
    city.start("worker")
    for _ in range(3):
        assert "The index is built" in city.run("reindex")
    wait_for(lambda: city.ports.search.state().counts == city.ports.items.counts(), what="a whole index")
    assert city.ports.search.query(Query("slapen", "nl")).total
    assert "LockBusy" not in city.log("worker")


def test_no_word_looked_for_stands_in_a_log(city: City) -> None:
    _, api = city.start("api")
    http.request("GET", f"{api}/content/v1/items?q=geheimwoord")
    wait_for(lambda: "/content/v1/items" in city.log("api"), what="the log line")
    assert "geheimwoord" not in city.log("api")


@pytest.mark.parametrize("missing", ["PIJNSTAD_SEARCH_URL", "PIJNSTAD_MONGO_URL", "PIJNSTAD_BUS_URL"])
def test_a_missing_variable_stops_the_start_and_is_named(city: City, missing: str) -> None:
    environment = {name: value for name, value in city.environment.items() if name != missing}
    done = subprocess.run(_command("api"), env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"{missing} is missing" in done.stderr


def test_a_wrong_search_address_is_refused_at_the_start(city: City) -> None:
    wrong = city.environment | {"PIJNSTAD_SEARCH_URL": "tantivy://relative/dir"}
    done = subprocess.run(_command("api"), env=wrong, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "tantivy:///absolute/directory" in done.stderr
