"""Composition root: the app with its ports, its texts in the templates, and what happens around every request."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import Any
from urllib.parse import quote

import flask
import jinja2
from markupsafe import Markup
from pymongo import MongoClient

from pijnstad_kit import faults, logs
from pijnstad_kit.http import metrics
from pijnstad_kit.ids import new_id
from pijnstad_kit.settings import load
from pijnstad_kit.vault import Vault
from web import language, member, places, security, troubles
from web.api import PublicApi
from web.assets import Assets
from web.config import CLIENT_ID, WebSettings
from web.oidc import OidcClient
from web.ports import Ports
from web.routes import BLUEPRINTS
from web.sessions import SessionStore

_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
_QUIET = ("/healthz", "/readyz", "/metrics", "/static/<path:name>")
_log = logs.get_logger("web.http")


def create_app(settings: WebSettings | None = None, ports: Ports | None = None) -> flask.Flask:
    """Return the app. Settings come from the environment, ports from the settings, when not given."""
    settings = settings or load(WebSettings)
    logs.configure(settings.service, settings.log_format)
    faults.arm(settings.faults)
    app = flask.Flask("web", static_folder=None)
    app.config.update(PIJNSTAD=settings, MAX_CONTENT_LENGTH=256 * 1024, MAX_FORM_MEMORY_SIZE=256 * 1024)
    app.extensions["ports"] = ports or build_ports(settings)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _templates(app)
    _around(app)
    troubles.register(app)
    return app


def build_ports(settings: WebSettings) -> Ports:
    """Return the real ports."""
    api = PublicApi(settings.gateway_url, settings.public_url, settings.api_seconds)
    secret = settings.web_client_secret.get_secret_value()
    client: MongoClient[dict[str, Any]] = MongoClient(
        settings.mongo_url, serverSelectionTimeoutMS=2000, tz_aware=True, appname="web"
    )
    vault = Vault(settings.master_key_bytes)
    return Ports(
        api=api,
        oidc=OidcClient(api, settings.public_url, CLIENT_ID, secret, settings.redirect_uri),
        sessions=SessionStore(client[settings.database_name], vault, days=settings.session_days),
        assets=Assets(),
    )


def _templates(app: flask.Flask) -> None:
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    assets: Assets = app.extensions["ports"].assets
    app.jinja_env.globals.update(
        t=language.t,
        asset=assets.url,
        places=places.DISTRICTS,
        town=places.TOWN,
        town_hrefs={place.key: place.href for place in places.TOWN},
        number=language.number,
        safe_html=Markup,
    )
    app.jinja_env.filters.update(
        day=lambda value: language.day(_moment(value)),
        date=lambda value: language.date(_moment(value)),
        clock=lambda value: language.clock(_moment(value)),
    )

    @app.context_processor
    def _common() -> dict[str, object]:
        here = flask.request.full_path.rstrip("?") if flask.request.method == "GET" else flask.request.path
        return {
            "language": language.language(),
            "other_language": language.other(),
            "csrf": security.csrf_token(),
            "member": member.is_signed_in(),
            "sign_in_href": f"/inloggen?verder={quote(here)}" if here not in ("/", "/signed-in") else "/inloggen",
            "district": None,
        }


def _around(app: flask.Flask) -> None:
    @app.before_request
    def _begin() -> None:
        flask.g.started = time.perf_counter()
        given = flask.request.headers.get("X-Request-Id", "")
        flask.g.request_id = given if _ID.match(given) else new_id()

    @app.after_request
    def _finish(response: flask.Response) -> flask.Response:
        response.headers["X-Request-Id"] = flask.g.get("request_id", "")
        language.remember(response)
        member.set_cookie(response)
        _line(response.status_code)
        return security.add_headers(response)


def _line(status: int) -> None:
    request = flask.request
    route = request.url_rule.rule if request.url_rule else "(none)"
    seconds = time.perf_counter() - flask.g.started
    metrics.REQUESTS.labels("web", route, request.method, status).observe(seconds)
    if route not in _QUIET:
        _log.info(
            "request",
            method=request.method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            request_id=flask.g.request_id,
        )


def _moment(value: str | datetime) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=language.CITY_TIME)  # a day alone: the city's day
