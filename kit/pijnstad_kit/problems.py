"""The error tree, and its one mapping to HTTP (RFC 9457 problem details). Services subclass these in their errors.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Problem(Exception):
    """Say what went wrong in words for the caller: `detail` tells what to do, and never repeats input.

    `title_nl` and a `detail_nl` are used when the caller reads Dutch. `members` become extra members of the body.
    """

    status = 500
    slug = "internal"
    title = "Something went wrong on our side"
    title_nl = "Er ging iets mis bij ons"

    def __init__(
        self,
        detail: str = "",
        *,
        detail_nl: str = "",
        errors: list[dict[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(self.slug)
        self.detail = detail
        self.detail_nl = detail_nl
        self.errors = errors
        self.headers = dict(headers or {})
        self.members = members

    def body(self, *, public_url: str, instance: str, request_id: str | None, language: str = "en") -> dict[str, Any]:
        """Return the members of the problem details object."""
        dutch = language == "nl"
        body: dict[str, Any] = {
            "type": f"{public_url}/problems/{self.slug}",
            "title": self.title_nl if dutch and self.title_nl else self.title,
            "status": self.status,
            "instance": instance,
        }
        detail = (dutch and self.detail_nl) or self.detail
        optional = {"detail": detail or None, "request_id": request_id, "errors": self.errors, **self.members}
        return body | {name: value for name, value in optional.items() if value is not None}


class BadRequest(Problem):
    """The request cannot be read."""

    status, slug = 400, "bad-request"
    title, title_nl = "The request cannot be read", "Het verzoek is niet te lezen"


class Unauthenticated(Problem):
    """There is no valid token."""

    status, slug = 401, "unauthenticated"
    title, title_nl = "Please sign in", "Log eerst in"

    def __init__(self, detail: str = "", **more: Any) -> None:
        more.setdefault("headers", {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        super().__init__(detail or "The request needs a valid access token.", **more)


class Forbidden(Problem):
    """The token is valid and not enough."""

    status, slug = 403, "forbidden"
    title, title_nl = "This is not allowed with this sign-in", "Dat mag niet met deze aanmelding"


class NotFound(Problem):
    """It is not there, or it is not yours: from outside the two look the same."""

    status, slug = 404, "not-found"
    title, title_nl = "This is not here", "Dit is hier niet"


class Conflict(Problem):
    """It was changed by somebody else at the same moment."""

    status, slug = 409, "conflict"
    title, title_nl = "Somebody changed this at the same moment", "Dit is net door iemand anders veranderd"


class Stale(Problem):
    """The caller's version is not the newest one."""

    status, slug = 412, "stale"
    title, title_nl = "This was changed in the meantime", "Dit is ondertussen veranderd"


class TooLarge(Problem):
    """The body is larger than this route takes."""

    status, slug = 413, "too-large"
    title, title_nl = "This is too large", "Dit is te groot"


class UnsupportedMediaType(Problem):
    """The body is not of a type this route reads."""

    status, slug = 415, "unsupported-media-type"
    title, title_nl = "The content type is not supported", "Dit soort inhoud kan hier niet"


class Invalid(Problem):
    """The request can be read and does not fit; `errors` says where."""

    status, slug = 422, "invalid"
    title, title_nl = "Something in the request does not fit", "Er klopt iets niet in wat je stuurde"


class IdempotencyKeyReused(Invalid):
    """The same Idempotency-Key came with another body."""

    slug = "idempotency-key-reused"
    title, title_nl = (
        "This Idempotency-Key was used for something else",
        "Deze Idempotency-Key is al voor iets anders gebruikt",
    )


class PreconditionRequired(Problem):
    """A change needs If-Match."""

    status, slug = 428, "precondition-required"
    title, title_nl = "Say which version you change", "Zeg welke versie je verandert"


class TooManyRequests(Problem):
    """A limit was passed."""

    status, slug = 429, "too-many-requests"
    title, title_nl = "That was a lot at once", "Dat was veel in een keer"

    def __init__(self, detail: str = "", *, retry_after: int = 60, **more: Any) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)}, **more)


class Unavailable(Problem):
    """Something we need is away; nothing was stored and repeating later is safe."""

    status, slug = 503, "unavailable"
    title, title_nl = "We cannot do this right now", "Dit lukt nu even niet"

    def __init__(self, detail: str = "", *, retry_after: int = 5, **more: Any) -> None:
        more.setdefault("detail_nl", "Er is niets bewaard. Probeer het zo nog eens.")
        detail = detail or "Nothing was stored. Please repeat the request in a moment."
        super().__init__(detail, headers={"Retry-After": str(retry_after)}, **more)
