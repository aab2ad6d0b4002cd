"""Bringing the library's files into the database: what is new is published, changed revised, missing retired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from content.domain.items import Item
from content.ports import Ports
from content.store.items import Head, fields_of
from pijnstad_contracts.content import ItemPublished, ItemRetired, ItemRevised
from pijnstad_kit.ids import derived_id
from pijnstad_kit.problems import IdempotencyKeyReused, Stale
from pijnstad_kit.store.aggregates import Recorded

_PATIENCE = 5  # another load at the same moment may move an item under us; then look again


@dataclass(slots=True)
class Loaded:
    """Tell what became of each item, by slug."""

    published: list[str] = field(default_factory=list)
    revised: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def load_items(items: Sequence[Item], ports: Ports) -> Loaded:
    """Make the library hold exactly these items (and what its editors made). Doing it again changes nothing."""
    ports.items.prepare()
    heads, loaded = ports.items.heads(), Loaded()
    for item in items:
        _settle(item.slug, heads, lambda head, item=item: _load(item, head, loaded, ports), ports)
    given = {item.slug for item in items}
    for slug, head in heads.items():
        if slug not in given and head.origin == "library" and head.status == "published":
            _settle(slug, heads, lambda head: _retire(head, loaded, ports), ports)
    return loaded


def _settle(slug, heads: Mapping[str, Head], act, ports: Ports) -> None:  # type: ignore[no-untyped-def]
    head = heads.get(slug)
    for _ in range(_PATIENCE):
        try:
            return act(head)
        except (Stale, IdempotencyKeyReused):
            head = ports.items.head(slug)
    raise Stale(f"{slug} kept changing while the library was loaded.")


def _load(item: Item, head: Head | None, loaded: Loaded, ports: Ports) -> None:
    if head is None:
        _publish_first(item, ports)
        loaded.published.append(item.slug)
    elif head.status == "published" and head.digest == item.digest():
        loaded.unchanged.append(item.slug)
    elif head.status == "published":
        _revise(item, head, ports)
        loaded.revised.append(item.slug)
    else:
        _publish_again(item, head, ports)
        loaded.published.append(item.slug)


def _publish_first(item: Item, ports: Ports) -> None:
    id = derived_id("content.item", item.slug)
    event = ItemPublished(**_said(item, id, 1))
    ports.items.aggregates.create(
        fields_of(item, revision=1), id=id, events=[Recorded(event)], request_hash=item.digest()
    )


def _revise(item: Item, head: Head, ports: Ports) -> None:
    event = ItemRevised(**_said(item, head.id, head.revision + 1))
    fields = fields_of(item, revision=head.revision + 1)
    ports.items.aggregates.change(head.id, head.version, set=fields, events=[Recorded(event)])


def _publish_again(item: Item, head: Head, ports: Ports) -> None:
    event = ItemPublished(**_said(item, head.id, head.revision + 1))
    fields = fields_of(item, revision=head.revision + 1)
    ports.items.aggregates.change(head.id, head.version, set=fields, events=[Recorded(event)])


def _retire(head: Head | None, loaded: Loaded, ports: Ports) -> None:
    if head is None or head.status != "published":
        return
    event = ItemRetired(item_id=head.id, slug=head.slug)
    ports.items.aggregates.change(head.id, head.version, set={"status": "retired"}, events=[Recorded(event)])
    loaded.retired.append(head.slug)


def _said(item: Item, id: str, revision: int) -> dict[str, object]:
    return {
        "item_id": id,
        "slug": item.slug,
        "revision": revision,
        "languages": item.languages,
        "provenance": item.provenance,
    }
