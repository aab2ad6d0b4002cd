"""The private RabbitMQ and SecantusDB that every suite stands on: what they keep over a stop and over a kill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import kombu
import pymongo
import pytest

from pijnstad_local.processes import alive
from pijnstad_local.rabbitmq import RabbitNode
from pijnstad_local.secantus import SecantusServer


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitNode]:
    node = RabbitNode(tmp_path_factory.mktemp("node"), vhosts=("/", "made-before")).start()
    yield node
    node.stop()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SecantusServer]:
    server = SecantusServer(tmp_path).start()
    yield server
    server.stop()


def put(url: str, body: str) -> None:
    with kombu.Connection(url, transport_options={"confirm_publish": True}) as connection:
        quorum = {"x-queue-type": "quorum"}
        queue = kombu.Queue("kept", durable=True, queue_arguments=quorum)(connection.default_channel)
        queue.declare()
        kombu.Producer(connection.default_channel).publish(body, routing_key="kept", delivery_mode=2)


def take(url: str, empty: str | None = None) -> str:
    with kombu.Connection(url) as connection:
        message = kombu.Queue("kept")(connection.default_channel).get(no_ack=True)
        if message is None and empty:
            return empty
        assert message is not None
        return str(message.payload)


def test_vhosts_are_separate_and_made_before_or_while_it_runs(node: RabbitNode) -> None:
    first, second = node.url("made-before"), node.add_vhost("made-now")
    put(first, "one")
    put(second, "two")
    assert (take(first), take(second)) == ("one", "two")
    node.remove_vhost("made-now")
    with pytest.raises(Exception, match="made-now"):
        put(second, "three")


def test_a_killed_node_comes_back_on_its_port_with_its_messages(node: RabbitNode) -> None:
    url, pid = node.add_vhost("survivor"), node.pid
    put(url, "confirmed")
    node.settle()
    node.kill()
    assert not alive(pid)
    assert not node.is_ready()
    node.start()
    assert node.pid != pid
    assert take(url) == "confirmed"


def test_a_queue_declared_in_the_moment_of_the_kill_can_be_used_again(node: RabbitNode) -> None:
    url = node.add_vhost("just-declared")
    put(url, "may be lost: the node had not written the queue down")
    node.kill()
    node.start()
    put(url, "after")
    assert "after" in (take(url), take(url, empty="nothing"))


def test_a_paused_node_does_not_answer_and_goes_on_after(node: RabbitNode) -> None:
    node.pause()
    try:
        assert not node.is_ready()
    finally:
        node.resume()
    node.wait_ready()


def test_nothing_of_a_stopped_node_stays_behind(tmp_path: Path) -> None:
    other = RabbitNode(tmp_path / "other").start()
    names = other._epmd
    assert names is not None
    pids = (other.pid, names.pid)
    other.stop()
    assert not any(alive(pid) for pid in pids)


def test_a_node_tells_why_it_did_not_start(tmp_path: Path) -> None:
    from pijnstad_local.errors import DidNotStart

    taken = SecantusServer(tmp_path / "taken").start()
    try:
        node = RabbitNode(tmp_path / "node", port=taken.port)
        with pytest.raises(DidNotStart, match=r"RabbitMQ .*(?s:.*)log"):
            node.start()
        node.stop()
    finally:
        taken.stop()


def test_an_acknowledged_write_outlives_a_killed_store(store: SecantusServer) -> None:
    pymongo.MongoClient(store.url)["city"]["things"].with_options(
        write_concern=pymongo.WriteConcern("majority", j=True)
    ).insert_one({"_id": "kept"})
    store.kill()
    store.start()
    assert pymongo.MongoClient(store.url)["city"]["things"].find_one() == {"_id": "kept"}


def test_the_store_tells_of_changes_without_any_option(store: SecantusServer) -> None:
    things = pymongo.MongoClient(store.url)["city"]["things"]
    with things.watch(max_await_time_ms=5000) as changes:
        things.insert_one({"_id": "seen"})
        assert next(changes)["documentKey"] == {"_id": "seen"}
