"""What the use cases reach the world through. Built in bootstrap.py, given to routes, handlers and commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from content.search.port import SearchIndex
from content.store.helped import HelpedStore
from content.store.items import ItemStore, Shelf
from content.store.members import MemberStore
from content.store.moments import MomentStore


@dataclass(frozen=True)
class Ports:
    """Hold the stores of content, its search engine, and its clock (milliseconds, as the database keeps them)."""

    items: ItemStore
    shelf: Shelf
    members: MemberStore
    moments: MomentStore
    helped: HelpedStore
    search: SearchIndex
    now: Callable[[], datetime]
