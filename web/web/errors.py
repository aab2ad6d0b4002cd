"""What can go wrong between the pages and the public API. How a page says it lives in troubles.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class WebError(Exception):
    """Be the root of what the pages know how to tell."""


class ApiAway(WebError):
    """The gateway, or what stands behind it, gave no useful answer in time."""


class ApiRefused(WebError):
    """The API answered with a problem (RFC 9457) that is not about the session."""

    def __init__(self, status: int, slug: str, detail: str, members: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {slug}")
        self.status = status
        self.slug = slug
        self.detail = detail
        self.members = members


class TokenRefused(WebError):
    """The API did not take the access token."""


class SessionEnded(WebError):
    """Nobody is signed in at this browser (any more)."""


class FormExpired(WebError):
    """A form came without the token of this browser's session."""


class SignInFailed(WebError):
    """The way through identity did not end in a person we can trust. The reason is for the log."""
