"""How the pages tell that something went wrong: what happened, that nothing was lost, what to do now. Never a code first."""

from __future__ import annotations

import flask
from pymongo.errors import PyMongoError
from werkzeug.exceptions import HTTPException

from pijnstad_kit import logs
from web.answers import Page
from web.errors import ApiAway, ApiRefused, FormExpired, SessionEnded, SignInFailed
from web.routes.account import begin

_log = logs.get_logger("web.troubles")


def register(app: flask.Flask) -> None:
    """Give every kind of trouble its page."""

    @app.errorhandler(SessionEnded)
    def _sign_in_first(_: SessionEnded) -> Page:
        if flask.request.method == "GET" and not _is_fragment():
            return begin(flask.request.full_path.rstrip("?"))
        return _page("form", 401)

    @app.errorhandler(FormExpired)
    def _form(_: FormExpired) -> tuple[str, int]:
        return _page("form", 403)

    @app.errorhandler(SignInFailed)
    def _sign_in(error: SignInFailed) -> tuple[str, int]:
        _log.warning("sign_in_failed", reason=str(error))
        return _page("sign_in", 400)

    @app.errorhandler(ApiAway)
    def _away(error: ApiAway) -> tuple[str, int]:
        _log.warning("api_away", reason=str(error))
        return _page("away", 503)

    @app.errorhandler(PyMongoError)
    def _store_away(error: PyMongoError) -> tuple[str, int]:
        _log.warning("session_store_away", error=type(error).__name__)
        flask.g.session = None
        return _page("away", 503)

    @app.errorhandler(ApiRefused)
    def _refused(error: ApiRefused) -> tuple[str, int]:
        if error.status == 404 or (error.status == 422 and flask.request.method == "GET"):
            return _page("missing", 404)  # an address that names nothing, or cannot
        return _page("busy" if error.status == 429 else "refused", error.status)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Page:
        if error.code is None or error.code < 400:
            return flask.make_response(error.get_response())
        return _page("missing" if error.code == 404 else "refused", error.code)

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> tuple[str, int]:
        _log.error("unexpected_error", exc_info=error)
        return _page("ours", 500)


def _page(kind: str, status: int) -> tuple[str, int]:
    if _is_fragment():
        return "", status
    again = flask.request.full_path.rstrip("?") if flask.request.method == "GET" else ""
    return flask.render_template(
        "trouble.html", kind=kind, again=again, request_id=flask.g.get("request_id", "")
    ), status


def _is_fragment() -> bool:
    return flask.request.headers.get("Sec-Fetch-Dest") == "empty"
