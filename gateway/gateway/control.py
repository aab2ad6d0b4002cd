"""The control plane: what is asked seldom and may take a thread. Flask. Documentation now, partners' registry later."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import flask

from gateway.errors import NotFound, Problem
from gateway.openapi import Documents, merged
from gateway.problem_texts import PROBLEMS
from pijnstad_kit import logs
from pijnstad_kit.http.openapi import PROBLEM_TYPE

PAGES = Path(__file__).parent / "pages"
_FILES = {
    "swagger-ui.css": ("swagger", "text/css"),
    "swagger-ui-bundle.js": ("swagger", "text/javascript"),
    "LICENSE": ("swagger", "text/plain"),
    "start.js": (".", "text/javascript"),
    "pages.css": (".", "text/css"),
}
# Swagger UI draws its arrows from data: addresses and sets styles on elements; scripts and requests stay ours.
_DOCS_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE_CSP = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_log = logs.get_logger("gateway.control")


def create_control(public_url: str, upstreams: Mapping[str, str]) -> flask.Flask:
    """Return the Flask app. `upstreams` are the services that describe themselves."""
    app = flask.Flask("gateway.control", static_folder=None, template_folder=str(PAGES / "templates"))
    app.jinja_env.filters["marked"] = _marked
    app.json.sort_keys = False  # type: ignore[attr-defined]
    documents = Documents(upstreams)
    _documentation(app, public_url, documents)
    _problems(app)
    _errors(app, public_url)
    return app


def _documentation(app: flask.Flask, public_url: str, documents: Documents) -> None:
    @app.get("/openapi.json")
    def openapi() -> Any:
        known, away = documents.read()
        response = flask.jsonify(merged(known, away, public_url))
        response.cache_control.no_cache = True
        response.add_etag()
        return response.make_conditional(flask.request)

    @app.get("/docs")
    def docs() -> flask.Response:
        return _page(flask.render_template("docs.html"), _DOCS_CSP)

    @app.get("/docs/<name>")
    def docs_file(name: str) -> flask.Response:
        if name not in _FILES:
            raise NotFound()
        folder, kind = _FILES[name]
        response = flask.send_from_directory(PAGES / folder, name, mimetype=kind, max_age=3600)
        response.direct_passthrough = False
        return response


def _problems(app: flask.Flask) -> None:
    @app.get("/problems")
    def problems() -> flask.Response:
        language = _language()
        rows = [(slug, one.status, getattr(one, language)) for slug, one in PROBLEMS.items()]
        title = "Foutmeldingen" if language == "nl" else "Problems"
        return _page(flask.render_template("problems.html", language=language, title=title, rows=rows), _PAGE_CSP)

    @app.get("/problems/<slug>")
    def problem(slug: str) -> flask.Response:
        found = PROBLEMS.get(slug)
        if found is None:
            raise NotFound("There is no problem of this name.", detail_nl="Een foutmelding met deze naam is er niet.")
        language = _language()
        text = getattr(found, language)
        shown = {"language": language, "title": text.title, "slug": slug, "status": found.status, "text": text}
        return _page(flask.render_template("problem.html", **shown), _PAGE_CSP)


def _errors(app: flask.Flask, public_url: str) -> None:
    def answer(problem: Problem) -> flask.Response:
        request_id = flask.request.headers.get("X-Request-Id")
        body = problem.body(
            public_url=public_url, instance=flask.request.path, request_id=request_id, language=_language("en")
        )
        response = flask.make_response(app.json.dumps(body), problem.status, problem.headers)
        response.content_type = PROBLEM_TYPE
        return response

    app.register_error_handler(Problem, answer)
    app.register_error_handler(404, lambda _: answer(NotFound()))

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> flask.Response:
        _log.error("unexpected_error", exc_info=error)
        return answer(Problem("It was logged. Please try again later."))


def _page(html: str, policy: str) -> flask.Response:
    response = flask.make_response(html)
    response.headers["Content-Security-Policy"] = policy
    response.headers["Vary"] = "Accept-Language"
    return response


def _language(default: str = "nl") -> str:
    asked = flask.request.args.get("language")
    if asked in ("nl", "en"):
        return asked
    return flask.request.accept_languages.best_match(("nl", "en")) or default


def _marked(text: str) -> list[tuple[str, bool]]:
    """Return the pieces of a text, and of each whether it stood between backticks."""
    return [(piece, bool(number % 2)) for number, piece in enumerate(text.split("`"))]
