"""What lies in the cardboard city: consents, entries, a few pieces to read. Shapes as the API documents them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import flask

from identity.domain.consents import TEXTS
from pijnstad_kit.ids import new_id
from pijnstad_safety import crisis_card, screen

_PARTS = ("sleep", "fatigue", "mood", "interference", "face", "note", "worth_it")
_LISTS = ("pain", "activities", "aids", "trackers")
_ROWS = (
    (
        "beter-slapen-met-pijn",
        "Beter slapen met pijn",
        "Kleine gewoontes voor overdag en ’s avonds.",
        "bodily_functions",
    ),
    (
        "doseren-je-dag-verdelen",
        "Doseren: je dag verdelen",
        "Zo verdeel je je kracht over de dag.",
        "daily_functioning",
    ),
    ("praten-met-je-arts", "Praten met je arts", "Drie vragen die helpen, en een briefje.", "participation"),
    ("leven-naast-iemand-met-pijn", "Leven naast iemand met pijn", "Voor de naaste: wat helpt.", "quality_of_life"),
)
_BODY = (
    "<h2>Overdag</h2><p>Wie pijn heeft, slaapt vaak licht. Dat is niet jouw schuld.</p>"
    "<ul><li>Sta rond dezelfde tijd op.</li><li>Ga naar buiten als het licht is.</li></ul>"
    "<h2>’s Avonds</h2><p>Doe een uur voor het slapen rustig aan.</p><script>alert(1)</script>"
)


def stamp() -> str:
    """Return now."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def consent(purpose: str, given: bool | None) -> dict[str, Any]:
    """Return a purpose as it stands."""
    words = TEXTS[purpose].words["nl" if _dutch() else "en"]
    since = None if given is None else stamp()
    state = {"purpose": purpose, "given": bool(given), "since": since, "version": TEXTS[purpose].version}
    return state | {"title": words.title, "text": words.text}


def entry(parts: dict[str, Any]) -> dict[str, Any]:
    """Return an entry as its owner reads it."""
    level = screen(" ".join(str(parts.get(name) or "") for name in ("note", "worth_it"))).level
    now = stamp()
    times = dict.fromkeys(("created_at", "updated_at", "started_at", "ended_at"), now)
    facts = {"id": new_id(), "version": 1, "written_by": "anna", "themes": [], "safety": level, "card": _card(level)}
    return dict.fromkeys(_PARTS) | {name: [] for name in _LISTS} | parts | times | facts


def items() -> dict[str, dict[str, Any]]:
    """Return the library."""
    return {row[0]: _item(*row) for row in _ROWS}


def _card(level: Any) -> dict[str, Any] | None:
    card = crisis_card(level, "nl" if _dutch() else "en")
    if card is None:
        return None
    ways = [{"label": way.label, "contact": way.contact, "href": way.href} for way in card.ways]
    return {"level": card.level, "title": card.title, "text": card.text, "ways": ways, "back": card.back}


def _item(slug: str, title: str, summary: str, dimension: str) -> dict[str, Any]:
    source = {"title": "NHG-Standaard Slaapproblemen", "publisher": "Nederlands Huisartsen Genootschap", "year": 2024}
    return {
        "slug": slug,
        "title": title,
        "summary": summary,
        "kind": "article",
        "dimensions": [dimension],
        "audiences": ["person_in_pain"],
        "minutes": 3,
        "language": "nl",
        "reading_level": "plain",
        "provenance": "sourced",
        "validated_by": None,
        "updated_at": stamp(),
        "in_one_minute": [
            "Slaap begint overdag: beweeg wat, en sta elke dag rond dezelfde tijd op.",
            "Maak je avond rustig: na zes uur geen koffie, en je telefoon op tijd weg.",
            "Slaap je lang slecht? Praat dan met je huisarts.",
        ],
        "body_html": _BODY,
        "sources": [
            source | {"section": "Begrippen", "address": "https://nhg.org/", "language": "nl", "read_on": None},
            source | {"section": "Advies", "address": None, "year": 2026, "language": "nl", "read_on": "2026-11-23"},
        ],
    }


def _dutch() -> bool:
    return flask.request.headers.get("Accept-Language", "").startswith("nl")
