"""What a text is: the same words for a person in both languages of the city."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """Hold one text in Dutch (level B1, je) and in English."""

    nl: str
    en: str
