"""What the use cases reach the world through. Built in bootstrap.py, given to routes and handlers."""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.store.diary import Diary


@dataclass(frozen=True)
class Ports:
    """Hold what the use cases reach the world through."""

    diary: Diary
