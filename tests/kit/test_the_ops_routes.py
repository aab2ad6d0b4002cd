"""The routes of the person on duty: there for the role `ops`, away for all others, and never a word of what was written."""

from __future__ import annotations

from typing import Any

import mongoengine as me
import pytest
from flask.testing import FlaskClient

from pijnstad_contracts.content import SuggestionRated
from pijnstad_kit.http.app import create_app
from pijnstad_kit.http.openapi import Routes
from pijnstad_kit.ids import new_id
from pijnstad_kit.messaging import topology
from pijnstad_kit.messaging.connection import connect
from pijnstad_kit.messaging.publisher import Outgoing, Publisher
from pijnstad_kit.problems import Unavailable
from pijnstad_kit.settings import WorkerSettings
from pijnstad_kit.store import AggregateDocument, pressure
from pijnstad_kit.store import connect as connect_store
from pijnstad_kit.store.aggregates import AggregateStore, NewAggregate, Recorded
from pijnstad_kit.testing import Gateway, wait_for

SECRET = "sesam-open-u"
ROUTES = [
    ("GET", "/content/v1/ops/state", None),
    ("GET", "/content/v1/ops/dead-letters", None),
    ("POST", "/content/v1/ops/dead-letters/redrive", {"all": True}),
    ("POST", "/content/v1/ops/dead-letters/drop", {"all": True, "reason": "a test"}),
]


class Packet(AggregateDocument):
    name = me.StringField()
    meta = {"collection": "packets", "db_alias": "content"}


@pytest.fixture
def settings(mongo_url: str, database: str, bus_url: str) -> WorkerSettings:
    return WorkerSettings(
        service="content",
        listen="127.0.0.1:1",
        mongo_url=mongo_url,
        database=database,
        bus_url=bus_url,
        outbox_limit=3,
    )


@pytest.fixture
def packets(settings: WorkerSettings) -> AggregateStore[Packet]:
    connect_store(settings)
    Packet.ensure_indexes()
    return AggregateStore(Packet)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def client(settings: WorkerSettings, packets: Any, gateway: Gateway) -> FlaskClient:
    with connect(settings.bus_url) as connection:
        topology.apply(connection.connection.channel(), topology.table())
    app = create_app(settings, Routes("content", "/content/v1"), {}, None, title="D", readiness={}, keys=gateway)
    return app.test_client()


@pytest.fixture
def on_duty(gateway: Gateway) -> dict[str, str]:
    return gateway.headers("olga", "content", roles=["ops"])


def die(settings: WorkerSettings, number: int, queue: str, error: str = "KeyError") -> list[str]:
    headers = {"x-error": error, "x-death": [{"queue": queue, "reason": "rejected"}]}
    ids = [new_id() for _ in range(number)]
    publisher = Publisher(settings.bus_url, None)
    body = f'{{"type":"{SuggestionRated.type}","note":"{SECRET}"}}'.encode()
    assert publisher.publish([Outgoing(id, "", "content.dead", body, headers) for id in ids]) == {}
    return ids


def own_queue() -> str:
    return next(name for name in topology.subscriptions() if name.startswith("content."))


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_for_everybody_else_these_routes_are_not_there(
    client: FlaskClient, gateway: Gateway, method: str, path: str, body: Any
) -> None:
    editor = gateway.headers("ed", "content", scope="openid diary content", roles=["editor", "admin", "moderator"])
    assert client.open(path, method=method, json=body, headers=editor).status_code == 404
    assert client.open(path, method=method, json=body).status_code == 401


def test_the_state_says_what_waits_where(
    client: FlaskClient, settings: WorkerSettings, packets: AggregateStore[Packet], on_duty: dict[str, str]
) -> None:
    die(settings, 2, own_queue())
    event = Recorded(SuggestionRated(suggestion_id="1", item_slug="x", rating="helps"), member="m")
    packets.create({"name": "a"}, id=new_id(), events=[event])
    said = client.get("/content/v1/ops/state", headers=on_duty).json
    assert (said["service"], said["outbox"], said["dead_letters"]) == ("content", 1, 2)
    assert own_queue() in {queue["name"] for queue in said["queues"]}


def test_dead_letters_are_shown_sent_back_and_dropped(
    client: FlaskClient, settings: WorkerSettings, on_duty: dict[str, str]
) -> None:
    back = die(settings, 3, own_queue())
    die(settings, 2, own_queue(), error="ValueError")
    shown = client.get("/content/v1/ops/dead-letters?error=KeyError", headers=on_duty)
    assert SECRET not in shown.text
    assert [one["id"] for one in shown.json["items"]] == back
    assert (shown.json["total"], shown.json["groups"][0]["number"]) == (5, 3)
    wait_for(lambda: client.get("/content/v1/ops/state", headers=on_duty).json["dead_letters"] == 5, what="all back")
    one = client.post("/content/v1/ops/dead-letters/redrive", json={"ids": back[:1]}, headers=on_duty).json
    assert (one["done"], one["total"], one["more"]) == (1, 5, False)
    gone = {"error": "ValueError", "reason": "sent by a test"}
    wait_for(lambda: client.get("/content/v1/ops/state", headers=on_duty).json["dead_letters"] == 4, what="all back")
    assert client.post("/content/v1/ops/dead-letters/drop", json=gone, headers=on_duty).json["done"] == 2


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"all": "yes"}, {"type": 1}, {"older_than": -1, "all": True}])
def test_a_choice_that_names_nothing_or_wrongly_is_refused(
    client: FlaskClient, settings: WorkerSettings, on_duty: dict[str, str], body: Any
) -> None:
    assert client.post("/content/v1/ops/dead-letters/redrive", json=body, headers=on_duty).status_code == 422


def test_a_broker_that_is_away_is_a_503_with_a_time(
    settings: WorkerSettings, gateway: Gateway, on_duty: dict[str, str]
) -> None:
    away = settings.model_copy(update={"bus_url": "amqp://127.0.0.1:1/"})
    app = create_app(away, Routes("content", "/content/v1"), {}, None, title="D", readiness={}, keys=gateway)
    answer = app.test_client().get("/content/v1/ops/dead-letters", headers=on_duty)
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)


def test_past_the_limit_nothing_new_is_taken_and_what_is_there_can_still_change(
    packets: AggregateStore[Packet], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pressure, "FRESH", 0)
    event = Recorded(SuggestionRated(suggestion_id="1", item_slug="x", rating="helps"), member="m")
    ids = [new_id() for _ in range(3)]
    for id in ids:
        packets.create({"name": "a"}, id=id, events=[event])
    with pytest.raises(Unavailable) as refused:
        packets.create({"name": "b"}, id=new_id(), events=[event])
    assert refused.value.headers == {"Retry-After": "30"}
    with pytest.raises(Unavailable):
        packets.create_many([NewAggregate(new_id(), {"name": "b"}, [event])])
    assert packets.collection.count_documents({}) == 3
    assert packets.change(ids[0], 1, set={"name": "taken back"}, events=[event]).version == 2
    packets.collection.update_one({"_id": ids[1]}, {"$unset": {"waiting": ""}, "$set": {"relayed": 1}})
    assert packets.create({"name": "b"}, id=new_id(), events=[event]).version == 1
