"""What the suites of content share: Elasticsearch where a JDK is, content's ports on a fresh database, its items."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from content.bootstrap import build_ports
from content.config import Settings
from content.domain.items import Item, ItemText, Source
from content.ports import Ports
from content.rendering import html_of
from content.store.helped import HelpedStore
from content.store.items import Shelf
from content.usecases.loading import load_items
from pijnstad_kit.store import connect
from pijnstad_local.elasticsearch import TestElasticsearch
from pijnstad_local.errors import NotAvailable

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # a Monday, noon in Amsterdam
CI = os.environ.get("CI", "").lower() == "true"


class Clock:
    """Say what time it is, as a test wants it."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


def item(slug: str, **more: Any) -> Item:
    """Return an item in two languages."""
    fields: dict[str, Any] = {
        "kind": "article",
        "dimensions": ("bodily_functions",),
        "side": "bio",
        "themes": (),
        "directions": ("worse", "same", "unknown"),
        "pain_types": (),
        "body_areas": (),
        "phases": ("during",),
        "steps": (1,),
        "audiences": ("person_in_pain",),
        "flare_friendly": False,
        "minutes": 3,
        "provenance": "sourced",
        "validated_by": None,
        "written_on": date(2026, 11, 1),
        "review_by": date(2027, 11, 1),
        "texts": {"nl": text(f"Over {slug}"), "en": text(f"About {slug}")},
    }
    return Item(slug=slug, **(fields | more))


def text(title: str, markdown: str = "Een **korte** tekst.") -> ItemText:
    return ItemText(
        title=title,
        summary=f"{title} in het kort.",
        in_one_minute=("Een.", "Twee.", "Drie."),
        markdown=markdown,
        html=html_of(markdown),
        sources=(Source("Zorgstandaard Chronische Pijn", 2017, "2.4.2", "Dutch Pain Society", None),),
        update_policy="Elk jaar nagelezen.",
        reading_level="easy",
    )


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """The Elasticsearch at PIJNSTAD_TEST_SEARCH_URL, else a private one of the session where a JDK is to be had."""
    if url := os.environ.get("PIJNSTAD_TEST_SEARCH_URL"):
        yield url
        return
    server = TestElasticsearch()
    try:
        server.start()
    except NotAvailable as missing:
        (pytest.fail if CI else pytest.skip)(f"Elasticsearch is not on this machine: {missing}")
    try:
        yield server.url
    finally:
        server.stop()


@pytest.fixture
def settings(mongo_url: str, database: str, tmp_path: Path) -> Settings:
    """Settings of a content service of one's own: fresh database, embedded search."""
    return Settings(
        listen="127.0.0.1:1",
        mongo_url=mongo_url,
        database=database,
        bus_url="amqp://127.0.0.1:1",
        search_url=f"tantivy://{tmp_path}/search",
    )


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until a test moves it."""
    return Clock()


@pytest.fixture
def ports(settings: Settings, clock: Clock) -> Iterator[Ports]:
    """Content's ports on a fresh database, with that clock, and counts that are never older than the question."""
    connect(settings).client.drop_database(settings.database_name)
    made = build_ports(settings)
    made = replace(made, now=clock, helped=HelpedStore(fresh=0), shelf=Shelf(made.items, fresh=0))
    yield made
    connect(settings).client.drop_database(settings.database_name)


@pytest.fixture
def make_item() -> Callable[..., Item]:
    """Make an item of the library; every field has a default."""
    return item


@pytest.fixture
def library(ports: Ports) -> Ports:
    """A small library: something for sleep, for pain, for a partner, in a flare, and a story of experience."""
    load_items(
        [
            item("slapen", themes=("sleep", "fatigue")),
            item("rust-in-de-avond", themes=("sleep",), kind="tip"),
            item("bewegen", themes=("pain", "activity")),
            item("adem", themes=("pain", "mood"), flare_friendly=True, kind="tool"),
            item("vermoeid", themes=("fatigue",)),
            item("naaste", themes=("sleep", "mood"), audiences=("partner",)),
            item("verhaal", themes=("sleep", "pain"), provenance="experience"),
        ],
        ports,
    )
    return ports
