"""The streams of the city: what services tell of their aggregates, numbered from 1. Sources are asked by these names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stream:
    """Name one kind of aggregates of one service; `name` is that of the publisher's collection."""

    service: str
    name: str

    def __str__(self) -> str:
        """Return it as people read it."""
        return f"{self.service}.{self.name}"


ACCOUNTS = Stream("identity", "accounts")
DIARY_ENTRIES = Stream("selfcare", "diary_entries")
ITEMS = Stream("content", "items")
MOMENTS = Stream("content", "moments")
