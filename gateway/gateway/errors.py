"""What the gateway itself may answer when a request does not reach a service, or a service does not answer."""

from __future__ import annotations

from pijnstad_kit.problems import BadRequest, NotFound, Problem, TooLarge, Unauthenticated, Unavailable

__all__ = [
    "BadGateway",
    "BadPath",
    "MethodNotAllowed",
    "Misdirected",
    "NotFound",
    "Problem",
    "TooLarge",
    "Unauthenticated",
    "Unavailable",
    "UpstreamAway",
    "UpstreamTimeout",
    "UrlTooLong",
]


class BadPath(BadRequest):
    """The path could be read in two ways."""

    slug = "bad-path"
    title, title_nl = "This address cannot be used", "Dit adres kan niet"

    def __init__(self) -> None:
        super().__init__(
            "The path may not hold encoded slashes, dots, letters or control characters, empty segments or backslashes.",
            detail_nl="Er staan tekens in het adres die hier niet mogen.",
        )


class UrlTooLong(Problem):
    """The query is larger than anything the API asks for."""

    status, slug = 414, "url-too-long"
    title, title_nl = "The address is too long", "Het adres is te lang"


class MethodNotAllowed(Problem):
    """The path is known, the method is not used on it."""

    status, slug = 405, "method-not-allowed"
    title, title_nl = "This method is not used here", "Deze methode hoort hier niet"

    def __init__(self, methods: frozenset[str]) -> None:
        super().__init__("See the Allow header.", headers={"Allow": ", ".join(sorted(methods))})


class Misdirected(Problem):
    """The Host is not one of ours: an address typed by number, a name pointed at us, or a cache that is being poisoned."""

    status, slug = 421, "misdirected"
    title, title_nl = "This address is not ours", "Dit adres is niet van ons"

    def __init__(self) -> None:
        super().__init__("Use the address of the city.", detail_nl="Gebruik het adres van de stad.")


class UpstreamAway(Unavailable):
    """The service cannot be reached; nothing was handed to it."""


class BadGateway(Problem):
    """The service broke off, or its answer made no sense; whether it did the work is not known."""

    status, slug = 502, "bad-gateway"
    title, title_nl = "A part of the city broke off", "Een deel van de stad haakte af"

    def __init__(self) -> None:
        super().__init__(_UNKNOWN, detail_nl=_ONBEKEND, headers={"Retry-After": "1"})


class UpstreamTimeout(Problem):
    """The service did not answer in time; whether it did the work is not known."""

    status, slug = 504, "upstream-timeout"
    title, title_nl = "A part of the city is too slow", "Een deel van de stad is te traag"

    def __init__(self) -> None:
        super().__init__(_UNKNOWN, detail_nl=_ONBEKEND, headers={"Retry-After": "5"})


_UNKNOWN = "It is not known whether this was carried out. Repeating it with the same Idempotency-Key is safe."
_ONBEKEND = "We weten niet of dit gelukt is. Kijk het even na, of probeer het nog eens."
