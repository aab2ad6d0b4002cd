"""One text in both languages: the form in which every word a person reads is kept."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """Hold one text in both languages."""

    nl: str
    en: str
