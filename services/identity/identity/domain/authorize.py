"""What an authorize request asks, and what it still needs before a code may go out. Pure: the clock is an argument.

Reading parameters strictly happens here, before Authlib sees them: once each, of a sane length, nothing that Authlib
would echo. Response type, PKCE and scopes are checked by the grant in oauth/.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from identity.domain import scopes

Step = Literal["sign_in", "consent", "go"]

# Length limits; what is not named here is ignored, as OpenID Connect asks.
LIMITS: Mapping[str, int] = {
    "client_id": 100, "redirect_uri": 512, "response_type": 40, "scope": 400, "state": 1024, "nonce": 512,
    "code_challenge": 128, "code_challenge_method": 10, "prompt": 60, "max_age": 10, "login_hint": 254,
    "id_token_hint": 4096, "ui_locales": 100, "display": 20, "acr_values": 200, "claims": 2048, "claims_locales": 100,
    "response_mode": 20, "request": 8192, "request_uri": 512, "registration": 2048,
}  # fmt: skip
_PROMPTS = frozenset({"none", "login", "consent", "select_account"})


class Refused(Exception):
    """Say that a request goes back to the client with an error of RFC 6749 or OpenID Connect."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold who is signed in at this browser, and since when."""

    member: str
    signed_in_at: datetime


def check_parameters(values: Mapping[str, list[str]]) -> None:
    """Refuse a repeated, oversized or unreadable parameter. Errors: Refused."""
    for name, given in values.items():
        if len(given) > 1:
            raise Refused("invalid_request", "A parameter is repeated.")
        if name in LIMITS and (len(given[0]) > LIMITS[name] or not given[0].isprintable()):
            raise Refused("invalid_request", "A parameter is too long or has unreadable characters.")


def check_supported(parameters: Mapping[str, str]) -> None:
    """Refuse what this provider does not do, each with its own error code. Errors: Refused."""
    if "request" in parameters:
        raise Refused("request_not_supported", "Request objects are not supported.")
    if "request_uri" in parameters:
        raise Refused("request_uri_not_supported", "Request objects are not supported.")
    if "registration" in parameters:
        raise Refused("registration_not_supported", "Register the client before it is used.")
    if parameters.get("response_mode", "query") != "query":
        raise Refused("invalid_request", "The only response mode is query.")
    if not parameters.get("response_type"):
        raise Refused("invalid_request", "The parameter response_type is missing.")
    if parameters["response_type"] != "code":
        raise Refused("unsupported_response_type", "The only response type is code.")
    check_prompt(parameters.get("prompt", ""))
    if "max_age" in parameters and not parameters["max_age"].isdecimal():
        raise Refused("invalid_request", "The parameter max_age is a number of seconds.")


def check_prompt(prompt: str) -> None:
    """Refuse a prompt that nobody defined, or none beside others. Errors: Refused."""
    prompts = set(prompt.split())
    if not prompts <= _PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise Refused("invalid_request", "The parameter prompt has a value that does not fit.")


def next_step(
    parameters: Mapping[str, str],
    scope: str,
    seen: Seen | None,
    agreed: Collection[str],
    *,
    asked_at: datetime,
    now: datetime,
    hinted: str | None = None,
) -> Step:
    """Return what the person must do before a code goes out; with prompt=none, refuse instead.

    `asked_at` is when this request first came: signing in after it satisfies prompt=login and max_age.
    `hinted` is the member of a valid id_token_hint. Errors: Refused.
    """
    prompts = set(parameters.get("prompt", "").split())
    other = seen is not None and hinted is not None and hinted != seen.member
    if seen is None or other or _too_old(seen, parameters, prompts, asked_at, now):
        if "none" in prompts or (other and seen and seen.signed_in_at >= asked_at):
            raise Refused("login_required", "The person has to sign in, as the one the hint is about.")
        return "sign_in"
    if "consent" in prompts or not scopes.covers(agreed, scope):
        if "none" in prompts:
            raise Refused("consent_required", "The person has to agree first.")
        return "consent"
    return "go"


def _too_old(seen: Seen, parameters: Mapping[str, str], prompts: set[str], asked_at: datetime, now: datetime) -> bool:
    if seen.signed_in_at >= asked_at:
        return False
    if prompts & {"login", "select_account"}:
        return True
    max_age = parameters.get("max_age")
    return max_age is not None and now - seen.signed_in_at > timedelta(seconds=int(max_age))
