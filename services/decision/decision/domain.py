"""What decision is about, pure. Now its own description; its entities move in with their issues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NAME = "Keuzewijzer"


@dataclass(frozen=True, slots=True)
class Description:
    """Hold what the district says of itself in one language."""

    text: str
    coming: tuple[str, ...]


DESCRIPTIONS: Mapping[str, Description] = {
    "nl": Description(
        text=(
            "De Keuzewijzer helpt je de weg te vinden in behandelingen en hulp bij pijn. Hij kiest niet voor je "
            "en zet behandelingen niet op volgorde van goed naar slecht. We bouwen hem nu. Dit komt er:"
        ),
        coming=(
            "Een wegwijzer: een paar vragen, en dan een plek waar je verder kunt.",
            "Keuzes naast elkaar: wat het is, wat het kan brengen, wat de nadelen zijn en hoe zeker we dat weten.",
            "Wat voor jou telt: je eigen afweging, om mee te nemen naar een gesprek.",
            "Een blad voor je afspraak, op één pagina.",
            "Een lijst van soorten hulp en organisaties.",
        ),
    ),
    "en": Description(
        text=(
            "The Keuzewijzer (choice guide) helps you find your way in treatments and care for pain. It does not "
            "choose for you and never ranks treatments. We are building it now. This is what will come:"
        ),
        coming=(
            "A way-finder: a few questions, then a place to go on.",
            "Options side by side: what it is, what it can bring, its drawbacks, and how sure we are.",
            "What matters to you: your own weighing, to take to a talk.",
            "A sheet for your appointment, on one page.",
            "A directory of kinds of care and organisations.",
        ),
    ),
}
