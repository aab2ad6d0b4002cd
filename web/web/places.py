"""The places of the city: one table of names, signs and addresses, in reading order. Words live in texts/."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Be one place: `name` and `sentence` are keys of the text catalogue."""

    key: str
    href: str

    @property
    def name(self) -> str:
        """Return the key of the place's name."""
        return f"place.{self.key}.name"

    @property
    def sentence(self) -> str:
        """Return the key of the one sentence that says what one finds there."""
        return f"place.{self.key}.sentence"


TOWN_HALL = Place("townhall", "/stadhuis/over")
DISTRICTS = (
    Place("content", "/informatiecentrum"),
    Place("decision", "/keuzewijzer"),
    Place("selfcare", "/zelfmanagement"),
    Place("community", "/pijncommunity"),
)
GATE = Place("gate", "/inloggen")
TOWN = (TOWN_HALL, *DISTRICTS, GATE)
