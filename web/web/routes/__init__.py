"""EVERY page and form of the web client, one module per part of the city; each validates, asks the API, presents."""

from __future__ import annotations

import flask

from web.routes import account, days, diary, library, operations, ops, townhall

BLUEPRINTS: tuple[flask.Blueprint, ...] = (
    operations.pages,
    townhall.pages,
    account.pages,
    diary.pages,
    days.pages,
    library.pages,
    ops.pages,
)
