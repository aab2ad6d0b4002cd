"""The composition root: settings in, ports and app out. Nothing connects before it is asked to.

Flask is imported when an app is made: the worker and the commands never need its 30 MB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from content import analysis
from content.config import Settings
from content.ports import Ports
from content.search.engines import search_index
from content.store.helped import HelpedStore
from content.store.items import ItemDocument, ItemStore, Shelf
from content.store.members import MemberStore
from content.store.moments import MomentDocument, MomentStore
from pijnstad_kit.settings import load
from pijnstad_kit.store import connect, ready
from pijnstad_kit.store.documents import now

if TYPE_CHECKING:
    from pijnstad_kit.http.auth import KeySource
    from pijnstad_kit.http.openapi import Api


def build_ports(settings: Settings) -> Ports:
    """Return content's stores on its database, and its search engine."""
    connect(settings)
    items = ItemStore()
    return Ports(
        items=items,
        shelf=Shelf(items),
        members=MemberStore(),
        moments=MomentStore(),
        helped=HelpedStore(),
        search=search_index(settings.search_url),
        now=now,
    )


def create_app(settings: Settings | None = None, *, keys: KeySource | None = None) -> Api:
    """Return the api of content; tests give settings and keys of their own. The word lists are loaded now."""
    from content.permissions import PERMISSIONS
    from content.routes import routes
    from pijnstad_kit.http.app import create_app as create_kit_app

    settings = settings or load(Settings)
    analysis.warm()
    return create_kit_app(
        settings,
        routes,
        PERMISSIONS,
        build_ports(settings),
        title="Pijnstad content: the library and suggestions",
        readiness={"database": lambda: ready(settings.service, ItemDocument, MomentDocument)},
        keys=keys,
    )
