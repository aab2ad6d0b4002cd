"""Routes with their schemas: the one file that knows flask-openapi3.

A service writes `routes = Routes("selfcare", "/selfcare/v1")` and decorates plain functions. Arguments follow the
library's convention: `path`, `query`, `body`, `header` annotated with an ApiModel. A view returns a model, or
(model, status), or (model, status, headers), or a flask Response.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NoReturn, TypeVar

from flask import Response
from flask_openapi3 import APIBlueprint, Info, OpenAPI
from pydantic import BaseModel, ConfigDict, ValidationError

from pijnstad_kit.http.auth import Rule
from pijnstad_kit.http.request import StrictRequest, invalid

V = TypeVar("V", bound=Callable[..., Any])
PROBLEM_TYPE = "application/problem+json"
SECURITY = "pijnstad"


class ApiModel(BaseModel):
    """Be the shape of a request or an answer: unknown fields are refused, schemas are made once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the JSON Schema, cached: the library asks for it at every request."""
        return dict(_schema(cls, args, tuple(sorted(kwargs.items()))))


@lru_cache(maxsize=1024)
def _schema(model: type[BaseModel], args: Any, kwargs: Any) -> dict[str, Any]:
    return BaseModel.model_json_schema.__func__(model, *args, **dict(kwargs))  # type: ignore[attr-defined]


class ProblemModel(ApiModel):
    """RFC 9457 problem details."""

    model_config = ConfigDict(extra="allow", title="Problem")

    type: str
    title: str
    status: int
    detail: str | None = None
    instance: str | None = None
    request_id: str | None = None
    errors: list[dict[str, Any]] | None = None


class Routes(APIBlueprint):
    """Collect the routes of one service under a prefix."""

    def __init__(self, service: str, prefix: str) -> None:
        super().__init__(service, service, url_prefix=prefix, operation_id_callback=_operation_id)
        self.service = service

    def get(self, rule: str, **options: Any) -> Callable[[V], V]:
        """Register a GET route."""
        return super().get(rule, **_options(options))

    def post(self, rule: str, **options: Any) -> Callable[[V], V]:
        """Register a POST route."""
        return super().post(rule, **_options(options))

    def put(self, rule: str, **options: Any) -> Callable[[V], V]:
        """Register a PUT route."""
        return super().put(rule, **_options(options))

    def patch(self, rule: str, **options: Any) -> Callable[[V], V]:
        """Register a PATCH route."""
        return super().patch(rule, **_options(options))

    def delete(self, rule: str, **options: Any) -> Callable[[V], V]:
        """Register a DELETE route."""
        return super().delete(rule, **_options(options))


class Api(OpenAPI):
    """Be the Flask app that answers models as JSON and knows its own OpenAPI document."""

    request_class = StrictRequest

    def __init__(self, service: str, title: str, public_url: str) -> None:
        super().__init__(
            service,
            info=Info(title=title, version="1"),
            doc_ui=False,
            security_schemes={SECURITY: _oauth(public_url)},
            validation_error_callback=_refuse,
            static_folder=None,
        )
        self.permissions: dict[str, Rule] = {}  # endpoint -> what it asks of its caller
        self.scopes: dict[str, list[str] | None] = {}  # operation id -> scopes, None when open to everybody

    def make_response(self, rv: Any) -> Response:
        """Turn a model, alone or with status and headers, into a JSON response."""
        value, *rest = rv if isinstance(rv, tuple) else (rv,)
        if isinstance(value, BaseModel):
            body = self.response_class(value.model_dump_json(), mimetype="application/json")
            return super().make_response((body, *rest) if rest else body)
        return super().make_response(rv)

    def document(self) -> dict[str, Any]:
        """Return the OpenAPI 3.1 document: problems as problem+json, scopes from the permissions table."""
        document = dict(self.api_doc)
        for item in document.get("paths", {}).values():
            for operation in item.values():
                _finish(operation, self.scopes)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = ProblemModel.model_json_schema()
        schemas.pop("ValidationErrorModel", None)
        return document


def _options(options: dict[str, Any]) -> dict[str, Any]:
    options = dict(options)
    options["doc_ui"] = not options.pop("hidden", False)
    return options


def _operation_id(*, bp_name: str = "", name: str = "", path: str = "", method: str = "") -> str:
    return f"{bp_name}_{name}" if bp_name else name


def _refuse(error: ValidationError) -> NoReturn:
    raise invalid(error)


def _finish(operation: dict[str, Any], scopes: dict[str, list[str] | None]) -> None:
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = {
        "description": "A problem (RFC 9457)",
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    needed = scopes.get(operation["operationId"])
    if needed is not None:
        operation["security"] = [{SECURITY: needed}]


def _oauth(public_url: str) -> dict[str, Any]:
    flow = {"authorizationUrl": f"{public_url}/oauth/authorize", "tokenUrl": f"{public_url}/oauth/token", "scopes": {}}
    return {"type": "oauth2", "flows": {"authorizationCode": flow}}
