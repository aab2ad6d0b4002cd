"""Where every route of identity is collected, and how a page is added. Which routes there are stands in the *routes.py."""

from __future__ import annotations

from collections.abc import Callable

import flask

from identity.pages import desk
from identity.ports import Ports
from pijnstad_kit.http.app import ports as app_ports
from pijnstad_kit.http.openapi import Routes

routes = Routes("identity", "")


def shown(rule: str, view: Callable[[], flask.Response], summary: str) -> None:
    """Add a page that is looked at."""
    routes.get(rule, summary=summary, hidden=True)(desk.page(view))


def posted(rule: str, view: Callable[[], flask.Response], summary: str) -> None:
    """Add a page that is posted to."""
    routes.post(rule, summary=summary, hidden=True)(desk.page(view))


def both(rule: str, view: Callable[[], flask.Response], summary: str) -> None:
    """Add a page that is looked at and posted to; the second has a name of its own, since each route has one."""
    shown(rule, view, summary)

    def again() -> flask.Response:
        return view()

    again.__name__ = f"{view.__name__}_posted"
    posted(rule, again, f"{summary}, posted")


def ports() -> Ports:
    """Return the ports of this app."""
    return app_ports()
