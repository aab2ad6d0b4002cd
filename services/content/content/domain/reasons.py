"""Why something was suggested, in plain words from the person's own counts, and where it comes from."""

from __future__ import annotations

from datetime import date

from content.domain.facets import Direction, Provenance, Theme
from content.domain.items import Source, Validation
from content.lexicon import Language

_NUMBERS: dict[Language, tuple[str, ...]] = {
    "nl": ("nul", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf"),
    "en": ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
}
_MONTHS: dict[Language, tuple[str, ...]] = {
    "nl": (
        "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip

# Theme -> what one wrote about: worse, better, and neither.
_ABOUT: dict[Language, dict[Theme, tuple[str, str, str]]] = {
    "nl": {
        "sleep": ("een slechte nacht", "een betere nacht", "je slaap"),
        "pain": ("meer pijn dan anders", "minder pijn dan anders", "pijn"),
        "fatigue": ("meer vermoeidheid dan anders", "minder vermoeidheid dan anders", "je vermoeidheid"),
        "mood": ("een moeilijke stemming", "een betere stemming", "je stemming"),
        "interference": (
            "een dag waarop pijn je meer in de weg zat",
            "een dag waarop pijn je minder in de weg zat",
            "wat pijn met je dag doet",
        ),
        "activity": ("iets wat zwaarder viel dan gedacht", "iets wat beter ging dan gedacht", "wat je deed"),
    },
    "en": {
        "sleep": ("a bad night", "a better night", "your sleep"),
        "pain": ("more pain than usual", "less pain than usual", "pain"),
        "fatigue": ("being more tired than usual", "being less tired than usual", "being tired"),
        "mood": ("a low mood", "a better mood", "your mood"),
        "interference": (
            "a day when pain was more in the way",
            "a day when pain was less in the way",
            "what pain does to your day",
        ),
        "activity": (
            "something that was harder than expected",
            "something that went better than expected",
            "what you did",
        ),
    },
}
_ONCE = {"nl": "Je schreef over {about}.", "en": "You wrote about {about}."}
_OFTEN = {
    "nl": "Je schreef de afgelopen week {times} keer over {about}.",
    "en": "You wrote about {about} {times} times in the past week.",
}


def reason_code(theme: Theme, direction: Direction) -> str:
    """Return the code of a reason, for programs: sleep_worse."""
    return f"{theme}_{direction}"


def reason_text(theme: Theme, direction: Direction, times: int, language: Language) -> str:
    """Return the reason in plain words: how often somebody wrote about it in the past week."""
    worse, better, neither = _ABOUT[language][theme]
    about = {"worse": worse, "better": better}.get(direction, neither)
    if times < 2:
        return _ONCE[language].format(about=about)
    return _OFTEN[language].format(about=about, times=_number(times, language))


def source_line(
    sources: tuple[Source, ...],
    provenance: Provenance,
    validated_by: Validation | None,
    written_on: date,
    language: Language,
) -> str:
    """Return one line that says what an item is based on, who checked it, and when."""
    first = _named(sources[0]) if sources else ""
    if provenance == "validated" and validated_by is not None:
        return _checked(first, validated_by, language)
    day = written_day(written_on, language)
    if language == "nl":
        return f"Gebaseerd op: {first}. Geschreven op {day}, nog niet nagekeken door een zorgverlener."
    return f"Based on: {first}. Written on {day}, not yet checked by a professional."


def written_day(day: date, language: Language) -> str:
    """Return a day as people write it: 23 november 2026."""
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def _checked(first: str, by: Validation, language: Language) -> str:
    day = written_day(by.date, language)
    if language == "nl":
        return f"Nagekeken door {by.name}, {by.profession}, op {day}. Bron: {first}."
    return f"Checked by {by.name}, {by.profession}, on {day}. Source: {first}."


def _named(source: Source) -> str:
    maker = f", {source.publisher}" if source.publisher else ""
    return f"{source.title}{maker} ({source.year})"


def _number(times: int, language: Language) -> str:
    words = _NUMBERS[language]
    return words[times] if times < len(words) else str(times)
