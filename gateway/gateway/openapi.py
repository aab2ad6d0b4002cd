"""One OpenAPI document for the whole city: what each service says about itself, and the gateway's own routes.

A service that is away is named in `x-unavailable`, and its last known document is used when there is one.
"""

from __future__ import annotations

import copy
import json
import re
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import urllib3

from pijnstad_kit.http.openapi import PROBLEM_TYPE, SECURITY, ProblemModel

FRESH_SECONDS = 60.0
RETRY_SECONDS = 5.0
JWKS_TYPE = "application/jwk-set+json"
_REF = re.compile(r"#/components/(\w+)/([^/]+)")
_PROBLEM = {
    "default": {
        "description": "A problem (RFC 9457)",
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}

Document = dict[str, Any]


class Documents:
    """Fetch and keep the services' own documents."""

    def __init__(self, upstreams: Mapping[str, str]) -> None:
        self._upstreams = dict(upstreams)
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=1, read=3), retries=False)
        self._known: dict[str, Document] = {}
        self._asked = 0.0
        self._away: list[str] = []
        self._lock = threading.Lock()

    def read(self) -> tuple[dict[str, Document], list[str]]:
        """Return the documents by service, and the names of those that did not answer."""
        with self._lock:
            if time.monotonic() - self._asked > (RETRY_SECONDS if self._away else FRESH_SECONDS) or not self._asked:
                self._refresh()
            return dict(self._known), list(self._away)

    def _refresh(self) -> None:
        with ThreadPoolExecutor(max_workers=len(self._upstreams)) as threads:
            found = dict(zip(self._upstreams, threads.map(self._fetch, self._upstreams.values()), strict=True))
        self._away = [name for name, document in found.items() if document is None]
        self._known.update({name: document for name, document in found.items() if document is not None})
        self._asked = time.monotonic()

    def _fetch(self, url: str) -> Document | None:
        try:
            answer = self._http.request("GET", f"{url}/openapi.json", redirect=False)
            document = json.loads(answer.data) if answer.status == 200 else None
        except (urllib3.exceptions.HTTPError, ValueError):
            return None
        return document if isinstance(document, dict) and isinstance(document.get("paths"), dict) else None


def merged(documents: Mapping[str, Document], away: list[str], public_url: str) -> Document:
    """Return one document. Parts that two services call the same but describe differently get the service's name."""
    whole: Document = {
        "openapi": "3.1.0",
        "info": {"title": "Pijnstad", "version": "1", "description": _ABOUT},
        "servers": [{"url": public_url}],
        "tags": [],
        "paths": {},
        "components": {},
    }
    for service, document in sorted({**documents, "gateway": own_document(public_url)}.items()):
        _add(whole, service, document)
    if away:
        whole["x-unavailable"] = sorted(away)
    return whole


def _add(whole: Document, service: str, document: Document) -> None:
    document = _renamed(copy.deepcopy(document), whole["components"], service)
    for kind, parts in document.get("components", {}).items():
        whole["components"].setdefault(kind, {}).update(parts)
    whole["tags"].append({"name": service})
    for path, item in document["paths"].items():
        for operation in item.values():
            if isinstance(operation, dict):
                operation["tags"] = [service]
        whole["paths"].setdefault(path, item)


def _renamed(document: Document, taken: Document, service: str) -> Document:
    """Rename the components that clash, and every reference to them."""
    new_names: dict[tuple[str, str], str] = {}
    for kind, parts in document.get("components", {}).items():
        for name, part in parts.items() if kind != "securitySchemes" else ():  # named in `security`, and one for all
            known = taken.get(kind, {}).get(name)
            if known is not None and known != part:
                new_names[kind, name] = f"{service}_{name}"
    if not new_names:
        return document
    components = {
        kind: {new_names.get((kind, name), name): part for name, part in parts.items()}
        for kind, parts in document["components"].items()
    }
    renamed: Document = _pointed({**document, "components": components}, new_names)
    return renamed


def _pointed(value: Any, new_names: Mapping[tuple[str, str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _pointed(one, new_names) for key, one in value.items()}
    if isinstance(value, list):
        return [_pointed(one, new_names) for one in value]
    return _ref(value, new_names) if isinstance(value, str) else value


def _ref(text: str, new_names: Mapping[tuple[str, str], str]) -> str:
    found = _REF.fullmatch(text)
    if found is None:
        return text
    kind, name = found.groups()
    return f"#/components/{kind}/{new_names.get((kind, name), name)}"


def own_document(public_url: str) -> Document:
    """Return the description of the routes that the gateway answers itself."""
    flow = {"authorizationUrl": f"{public_url}/oauth/authorize", "tokenUrl": f"{public_url}/oauth/token", "scopes": {}}
    token: list[Document] = [{SECURITY: []}]
    stream = {
        "summary": "Notices for this member, as server-sent events",
        "description": "Each `event: notice` carries {type, id, href, time}. A stream ends when its token does.",
        "operationId": "gateway_stream",
        "parameters": [
            {
                "name": "ticket",
                "in": "query",
                "required": False,
                "schema": {"type": "string"},
                "description": "one-time ticket",
            }
        ],
        "security": [*token, {}],
        "responses": {
            "200": {"description": "Notices", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
        },
    }
    ticket = {
        "summary": "A one-time ticket of 30 seconds for /v1/stream",
        "operationId": "gateway_stream_ticket",
        "security": token,
        "responses": {"201": _json_of("The ticket", {"ticket": {"type": "string"}, "expires_in": {"type": "integer"}})},
    }
    jwks = {
        "summary": "The keys that sign the tokens services get",
        "operationId": "gateway_jwks",
        "responses": {
            "200": _json_of("A JWK set", {"keys": {"type": "array", "items": {"type": "object"}}}, JWKS_TYPE)
        },
    }
    state = {"status": {"type": "string"}}
    paths: Document = {
        "/v1/stream": {"get": stream},
        "/v1/stream/tickets": {"post": ticket},
        "/.well-known/gateway-jwks.json": {"get": jwks},
        "/healthz": {
            "get": {
                "summary": "Is it alive",
                "operationId": "gateway_health",
                "responses": {"200": _json_of("Yes", state)},
            }
        },
    }
    for item in paths.values():
        for operation in item.values():
            operation["responses"].update(_PROBLEM)
    schemes = {SECURITY: {"type": "oauth2", "flows": {"authorizationCode": flow}}}
    return {
        "paths": paths,
        "components": {"schemas": {"Problem": ProblemModel.model_json_schema()}, "securitySchemes": schemes},
    }


def _json_of(description: str, properties: Document, kind: str = "application/json") -> Document:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"description": description, "content": {kind: {"schema": schema}}}


_ABOUT = (
    "The one API of the city. Sign in by OAuth 2.1 (code with PKCE S256), send the access token as a bearer token. "
    "Lists are paged with `limit` and `cursor`; changes need `If-Match`; creating takes an `Idempotency-Key`; "
    "errors are RFC 9457 problems whose `type` is a page that explains them."
)
