"""How items and suggestions are shown: from what is kept to the shapes of schemas.py, in one language."""

from __future__ import annotations

from content.domain.items import ItemText, Validation
from content.domain.reasons import reason_code, reason_text, source_line
from content.lexicon import Language
from content.schemas import Item, ItemCard, Reason, SourceOut, Suggestion
from content.schemas import Moment as MomentOut
from content.store.items import Stored
from content.store.shapes import Moment
from content.usecases.suggestions import Given

NOTICE: dict[Language, str] = {
    "nl": "Zoeken lukt nu even niet. Hieronder staat alles wat er is. Probeer het straks nog eens.",
    "en": "Search is not available right now. Below is everything there is. Please try again later.",
}


def readable(stored: Stored, wanted: Language) -> Language:
    """Return the language to show an item in: the wanted one when it is there, else the one that is."""
    return wanted if wanted in stored.item.texts else stored.item.languages[0]


def card(stored: Stored, wanted: Language) -> ItemCard:
    """Return an item's card."""
    return ItemCard.model_validate(_card_fields(stored, readable(stored, wanted)))


def whole(stored: Stored, wanted: Language) -> Item:
    """Return an item whole."""
    language = readable(stored, wanted)
    item, text = stored.item, stored.item.texts[language]
    return Item.model_validate(
        {
            **_card_fields(stored, language),
            "languages": item.languages,
            "in_one_minute": text.in_one_minute,
            "body_html": text.html,
            "sources": [_source(text, place) for place in range(len(text.sources))],
            "source_line": _line(stored, language),
            "update_policy": text.update_policy,
            "written_on": item.written_on.isoformat(),
            "review_by": item.review_by.isoformat(),
        }
    )


def moment(one: Moment) -> MomentOut:
    """Return what came of a diary event as its member sees it."""
    href = f"/content/v1/suggestions/{one.id}" if one.suggested else None
    return MomentOut(entry_id=one.entry_id, happened=one.happened, outcome=one.outcome, at=one.at, suggestion_href=href)


def suggestion(given: Given, wanted: Language) -> Suggestion:
    """Return a suggestion as its member sees it."""
    one, language = given.suggestion, readable(given.stored, wanted)
    return Suggestion(
        id=one.id,
        made_at=one.made_at,
        item=card(given.stored, wanted),
        reason=Reason(
            code=reason_code(one.theme, one.direction),
            text=reason_text(one.theme, one.direction, one.times, wanted),
        ),
        source_line=_line(given.stored, language),
        rating=one.rating,
        entry_id=one.entry_id,
        href=f"/content/v1/suggestions/{one.id}",
    )


def _card_fields(stored: Stored, language: Language) -> dict[str, object]:
    item, text = stored.item, stored.item.texts[language]
    return {
        "slug": item.slug,
        "title": text.title,
        "summary": text.summary,
        "kind": item.kind,
        "dimensions": item.dimensions,
        "audiences": item.audiences,
        "minutes": item.minutes,
        "language": language,
        "reading_level": text.reading_level,
        "provenance": item.provenance,
        "validated_by": _named(item.validated_by),
        "updated_at": stored.updated_at,
    }


def _line(stored: Stored, language: Language) -> str:
    item = stored.item
    return source_line(item.texts[language].sources, item.provenance, item.validated_by, item.written_on, language)


def _named(by: Validation | None) -> str | None:
    return None if by is None else f"{by.name}, {by.profession}"


def _source(text: ItemText, place: int) -> SourceOut:
    one = text.sources[place]
    return SourceOut(
        title=one.title,
        publisher=one.publisher,
        year=one.year,
        section=one.section,
        address=one.address,
        language=one.language,
        read_on=one.read_on.isoformat() if one.read_on else None,
    )
