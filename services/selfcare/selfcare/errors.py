"""What can go wrong in the diary beyond what every service knows: each with its status, its slug and what to do."""

from __future__ import annotations

from pijnstad_kit.problems import Conflict, Forbidden, Invalid, NotFound, PreconditionRequired


class EntryNotFound(NotFound):
    """There is no such entry, or it is somebody else's: from outside the two look the same."""

    def __init__(self) -> None:
        super().__init__("There is no such entry in your diary.", detail_nl="Deze notitie staat niet in je dagboek.")


class EmptyEntry(Invalid):
    """An entry says nothing at all."""

    slug = "empty-entry"
    title, title_nl = "The entry is empty", "De notitie is leeg"

    def __init__(self) -> None:
        super().__init__(
            "Fill in at least one part, whichever you like.",
            detail_nl="Vul minstens één onderdeel in. Welk onderdeel mag je zelf kiezen.",
        )


class ImpossibleTimes(Invalid):
    """An entry's times cannot be: far ahead, or ending before they begin."""

    slug = "impossible-times"
    title, title_nl = "These times cannot be right", "Deze tijden kunnen niet kloppen"

    def __init__(self, field: str, detail: str, detail_nl: str) -> None:
        where = {"pointer": f"/{field}", "code": "impossible_time", "detail": detail}
        super().__init__(detail, detail_nl=detail_nl, errors=[where])


class ConsentNeeded(Forbidden):
    """A diary is kept only for somebody who agreed to it."""

    slug = "consent-needed"
    title, title_nl = "This needs your consent first", "Hiervoor is eerst je toestemming nodig"

    def __init__(self, purpose: str) -> None:
        super().__init__(
            "A diary is kept only with your consent. Give it, then send the entry again.",
            detail_nl="We houden alleen een dagboek bij als jij dat wilt. Geef eerst toestemming en stuur het dan opnieuw.",
            purpose=purpose,
        )


class EntryRemoved(Conflict):
    """The command that is repeated made an entry that its owner removed since."""

    slug = "entry-removed"
    title, title_nl = "This entry was removed", "Deze notitie is verwijderd"

    def __init__(self) -> None:
        super().__init__("Use a new Idempotency-Key to write a new entry.")


class VersionNeeded(PreconditionRequired):
    """A change does not say which version it changes."""

    def __init__(self) -> None:
        super().__init__("Send If-Match with the ETag of the entry as you know it.")
