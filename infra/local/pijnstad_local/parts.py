"""What backs bus, store and search: the server at the given URL, else one of our own. One row each, with the reason."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pijnstad_local.errors import Refused
from pijnstad_local.options import Options, address
from pijnstad_local.rabbitmq import RabbitNode, find_installation
from pijnstad_local.secantus import SecantusServer

_PORTS = {"amqp": 5672, "amqps": 5671, "mongodb": 27017, "http": 9200, "https": 443}


@dataclass(frozen=True)
class Part:
    """Say what one part is, why, where, and which server of ours stands behind it (none when it was given)."""

    name: str
    choice: str
    why: str
    url: str
    server: RabbitNode | SecantusServer | None = None

    @property
    def row(self) -> tuple[str, str, str]:
        return (self.name, self.choice, self.why)

    @property
    def port(self) -> int | None:
        return self.server.port if self.server else urlsplit(self.url).port


def choose(options: Options, secrets: Mapping[str, str]) -> list[Part]:
    """Choose each part. Raises Refused when a given server does not answer, NotAvailable when none can be had."""
    return [_bus(options, secrets), _store(options), _search(options)]


def _bus(options: Options, secrets: Mapping[str, str]) -> Part:
    given = options.given.get("BUS_URL")
    if given:
        return Part("bus", f"RabbitMQ at {_answering('BUS_URL', given)}", "PIJNSTAD_BUS_URL is set", given)
    installation = find_installation()
    node = RabbitNode(options.data / "rabbitmq", password=secrets["BUS_PASSWORD"], installation=installation)
    return Part("bus", "private RabbitMQ node", installation.why, node.url(), node)


def _store(options: Options) -> Part:
    given = options.given.get("MONGO_URL")
    if given:
        return Part("store", f"MongoDB at {_answering('MONGO_URL', given)}", "PIJNSTAD_MONGO_URL is set", given)
    server = SecantusServer(options.data / "secantus")
    return Part("store", "SecantusDB", "PIJNSTAD_MONGO_URL is not set", server.url, server)


def _search(options: Options) -> Part:
    given = options.given.get("SEARCH_URL")
    if given and given.startswith("http"):
        where = _answering("SEARCH_URL", given)
        return Part("search", f"Elasticsearch at {where}", "PIJNSTAD_SEARCH_URL is set", given)
    why = "PIJNSTAD_SEARCH_URL is set" if given else "PIJNSTAD_SEARCH_URL is not set"
    return Part("search", "Tantivy inside content", why, given or f"tantivy://{options.data / 'search'}")


def _answering(variable: str, url: str) -> str:
    """Check that something listens at a given address; answer it without user and password."""
    parts = urlsplit(url)
    host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme, 0)
    if "," in parts.netloc or parts.scheme.endswith("+srv"):
        return parts.netloc.rpartition("@")[2]  # several servers: the driver finds one that answers
    try:
        with socket.create_connection((host or "", port), timeout=5):
            return address(url)
    except OSError as error:
        raise Refused(f"Nothing answers at PIJNSTAD_{variable} ({host}:{port}). Start it, or unset it.") from error
