"""Reading OAuth requests before Authlib does: parameters once each, secrets in the body or the header only.

Authlib would merge address and body, echo values into errors, and fall over some of them; it gets plain dicts instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from werkzeug.datastructures import Headers, MultiDict

FORM = "application/x-www-form-urlencoded"
_LONGEST = 8192


class PlainRequest(OAuth2Request):
    """Be a request that was read already: what Authlib sees instead of Flask's."""

    def __init__(
        self,
        method: str,
        parameters: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        proofs: Sequence[str] = (),
    ) -> None:
        # TLS ends at the edge, in production the issuer must be https: Authlib's own check would look at the inner hop.
        super().__init__(method, "https://identity.invalid/", headers=headers or {})
        self.parameters = dict(parameters)
        self.proofs = list(proofs)
        self.key: str | None = None  # the thumbprint of the key the client proved to hold
        self.payload = BasicOAuth2Payload(self.parameters)

    @property
    def form(self) -> dict[str, str]:
        """Return the parameters of the body."""
        return self.parameters

    @property
    def args(self) -> dict[str, str]:
        """Return no parameters of the address: they were refused."""
        return {}


def token_request(
    method: str, mimetype: str, query: MultiDict[str, str], form: MultiDict[str, str], headers: Headers
) -> PlainRequest:
    """Read a request to the token, revocation or introspection endpoint. Errors: InvalidRequestError, InvalidClientError."""
    if query:
        raise InvalidRequestError("Send the parameters in the body, never in the address.")
    if mimetype != FORM:
        raise InvalidRequestError(f"Send the parameters as {FORM}.")
    parameters = single(form)
    _check_one_way_to_sign_in(parameters, headers)
    proven = {"Authorization": headers.get("Authorization", "")}
    return PlainRequest(method, parameters, proven, headers.getlist("DPoP"))


def single(values: MultiDict[str, str]) -> dict[str, str]:
    """Return parameters that come once each, without the empty ones. Errors: InvalidRequestError."""
    for _, given in values.lists():
        if len(given) > 1:
            raise InvalidRequestError("A parameter is repeated.")
        if len(given[0]) > _LONGEST or "\x00" in given[0]:
            raise InvalidRequestError("A parameter is too long or has unreadable characters.")
    return {name: value for name, value in values.items() if value}


def _check_one_way_to_sign_in(parameters: Mapping[str, str], headers: Headers) -> None:
    """Refuse two ways at once, an unreadable header, and a header that speaks for another client than the body."""
    if "client_assertion" in parameters and ("client_secret" in parameters or headers.getlist("Authorization")):
        raise InvalidRequestError("Authenticate in one way, not in two.")
    given = headers.getlist("Authorization")
    if not given:
        return
    if len(given) > 1 or not given[0].lower().startswith("basic "):
        raise InvalidClientError("Authenticate with HTTP Basic.", status_code=401)
    if "client_secret" in parameters:
        raise InvalidRequestError("Authenticate in one way, not in two.")
    try:
        client_id, secret = extract_basic_authorization(headers)
    except ValueError:
        client_id, secret = None, None
    if not client_id or not secret:
        raise InvalidClientError("The Authorization header cannot be read.", status_code=401)
    if parameters.get("client_id", client_id) != client_id:
        raise InvalidRequestError("The header and the body name two clients.")
