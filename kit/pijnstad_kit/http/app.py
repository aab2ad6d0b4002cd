"""The app factory: what every api of the city has in common, in the order a request meets it.

Ids and context, permission (before the body is read), the view, problem+json for whatever goes wrong, headers, log line,
metrics. A service gives its routes, its permissions table and its ports; with a bus it has the routes of ops.py besides.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import flask
from pymongo.errors import PyMongoError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from pijnstad_kit import context, faults, logs
from pijnstad_kit.http import metrics, ops
from pijnstad_kit.http.auth import BearerCheck, GatewayKeys, KeySource, Rule, admit
from pijnstad_kit.http.openapi import PROBLEM_TYPE, Api, Routes
from pijnstad_kit.http.request import language
from pijnstad_kit.ids import new_id
from pijnstad_kit.problems import Problem, TooLarge, Unavailable
from pijnstad_kit.settings import Settings, WorkerSettings

Readiness = Mapping[str, Callable[[], None]]
Permissions = Mapping[str, Rule]

_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
_TRACE = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
_log = logs.get_logger("pijnstad.http")


class MisconfiguredPermissions(RuntimeError):
    """Say that routes and permissions table do not match; the process must not start."""


def create_app(
    settings: Settings,
    routes: Routes,
    permissions: Permissions,
    ports: Any,
    *,
    title: str,
    readiness: Readiness,
    keys: KeySource | None = None,
) -> Api:
    """Return the Flask app of a service.

    `readiness` names what the api needs to answer; each check raises when it is away. Errors: MisconfiguredPermissions.
    """
    logs.configure(settings.service, settings.log_format)
    faults.arm(settings.faults)
    app = Api(settings.service, title, settings.public_url)
    app.config["PIJNSTAD"] = settings
    app.extensions["ports"] = ports
    app.register_api(routes)
    tables = {routes.name: permissions}
    if isinstance(settings, WorkerSettings):
        desk = ops.ops_routes(settings.service)
        app.register_api(desk)
        tables[desk.name] = ops.PERMISSIONS
    check = BearerCheck(settings.service, settings.public_url, keys or GatewayKeys(settings.gateway_url))
    _observe(app, settings.service)  # first, so that a refusal has its ids too
    _guard(app, tables, check)
    _errors(app, settings)
    _operations(app, readiness)
    return app


def ports() -> Any:
    """Return the ports of the app that answers the current request; services annotate the type."""
    return flask.current_app.extensions["ports"]


def request_id() -> str:
    """Return the id of the current request."""
    return flask.g.get("request_id", "")


def _guard(app: Api, tables: Mapping[str, Permissions], check: BearerCheck) -> None:
    app.permissions = {f"{name}.{view}": rule for name, table in tables.items() for view, rule in table.items()}
    views = {rule.endpoint for rule in app.url_map.iter_rules()}
    missing, unknown = sorted(views - set(app.permissions)), sorted(set(app.permissions) - views)
    if missing or unknown:
        raise MisconfiguredPermissions(
            f"routes without a permission: {missing}; permissions without a route: {unknown}"
        )
    for endpoint, rule in app.permissions.items():
        app.scopes[endpoint.replace(".", "_")] = None if rule.open else [rule.scope] if rule.scope else []

    @app.before_request
    def _permit() -> None:
        endpoint = flask.request.endpoint or ""
        if endpoint in app.permissions:
            admit(app.permissions[endpoint], check)


def _errors(app: Api, settings: Settings) -> None:
    def answer(problem: Problem) -> flask.Response:
        body = problem.body(
            public_url=settings.public_url,
            instance=flask.request.path,
            request_id=request_id() or None,
            language=language(),
        )
        response = flask.make_response(app.json.dumps(body), problem.status, problem.headers)
        response.content_type = PROBLEM_TYPE
        return response

    @app.errorhandler(Problem)
    def _problem(error: Problem) -> flask.Response:
        return answer(error)

    @app.errorhandler(PyMongoError)
    def _database(error: PyMongoError) -> flask.Response:
        _log.warning("database_away", error=type(error).__name__)
        return answer(Unavailable())

    @app.errorhandler(RequestEntityTooLarge)
    def _too_large(_: RequestEntityTooLarge) -> flask.Response:
        return answer(TooLarge("A request body may be 1 MB at most."))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> flask.Response:
        if error.code is None or error.code < 400:
            return flask.make_response(error.get_response())
        return answer(_from_http(error))

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> flask.Response:
        _log.error("unexpected_error", exc_info=error)
        return answer(Problem("It was logged with this request id. Please try again later."))


_SLUGS = {404: "not-found", 405: "method-not-allowed"}


def _from_http(error: HTTPException) -> Problem:
    problem = Problem((error.description or "") if error.code in (404, 405) else "")
    problem.status = error.code or 500
    problem.slug = _SLUGS.get(problem.status, "internal" if problem.status >= 500 else "bad-request")
    problem.title, problem.title_nl = error.name, ""
    problem.headers = {name: value for name, value in error.get_headers() if name.lower() == "allow"}
    return problem


def _observe(app: Api, service: str) -> None:
    @app.before_request
    def _begin() -> None:
        headers = flask.request.headers
        flask.g.started = time.perf_counter()
        flask.g.request_id = _known(headers.get("X-Request-Id"), _ID) or new_id()
        correlation = _known(headers.get("X-Correlation-Id"), _ID) or flask.g.request_id
        flask.g.context = context.working_for(context.Context(correlation, _known(headers.get("traceparent"), _TRACE)))
        flask.g.context.__enter__()

    @app.after_request
    def _headers(response: flask.Response) -> flask.Response:
        response.headers["X-Request-Id"] = request_id()
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "no-store")
        _line(service, response.status_code)
        return response

    @app.teardown_request
    def _end(_: BaseException | None) -> None:
        opened = flask.g.pop("context", None)
        if opened is not None:
            opened.__exit__(None, None, None)


def _line(service: str, status: int) -> None:
    request = flask.request
    route = request.url_rule.rule if request.url_rule else "(none)"
    seconds = time.perf_counter() - flask.g.started
    metrics.REQUESTS.labels(service, route, request.method, status).observe(seconds)
    if route not in ("/healthz", "/readyz", "/metrics"):
        _log.info(
            "request",
            method=request.method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            request_id=request_id(),
        )


def _known(value: str | None, pattern: re.Pattern[str]) -> str | None:
    return value if value and pattern.match(value) else None


def _operations(app: Api, readiness: Readiness) -> None:
    @app.route("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.route("/readyz")
    def readyz() -> tuple[dict[str, Any], int]:
        broken = [name for name, check in readiness.items() if not _answers(check)]
        return {"status": "not ready" if broken else "ready", "broken": broken}, 503 if broken else 200

    @app.route("/metrics")
    def prometheus() -> flask.Response:
        body, content_type = metrics.exposition()
        return flask.Response(body, content_type=content_type)

    @app.route("/openapi.json")
    def openapi() -> flask.Response:
        return flask.jsonify(app.document())


def _answers(check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:
        return False
    return True
