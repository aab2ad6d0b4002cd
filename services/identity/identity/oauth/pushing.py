"""The endpoint for pushed authorization requests (RFC 9126): the client proves itself, and its request waits a minute."""

from __future__ import annotations

from typing import Any

from authlib.oauth2.rfc6749 import OAuth2Error

from identity.domain.authorize import Refused
from identity.oauth import flow
from identity.oauth.grants import CLIENT_AUTH
from identity.oauth.provider import Provider
from identity.oauth.requests import PlainRequest
from identity.store.pushed import PUSHED_SECONDS

_HEADERS = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]


def answer(request: PlainRequest, provider: Provider) -> Any:
    """Answer with the reference to the request, or with what is wrong with it as RFC 6749 has errors."""
    try:
        client = provider.authenticate_client(request, CLIENT_AUTH, "par").client
        uri = flow.push(request, client, provider)
    except OAuth2Error as error:
        return provider.handle_error_response(request, error)
    except Refused as refused:
        return provider.handle_error_response(request, _error(refused.error, refused.description))
    except flow.Unanswerable:
        return provider.handle_error_response(
            request, _error("invalid_request", "This redirect_uri is not registered.")
        )
    return provider.handle_response(201, {"request_uri": uri, "expires_in": PUSHED_SECONDS}, _HEADERS)


def _error(code: str, description: str) -> OAuth2Error:
    error = OAuth2Error(error=code)
    error.description = description
    return error
