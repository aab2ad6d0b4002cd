"""The composition root: settings in, ports and app out. Nothing connects before it is asked to."""

from __future__ import annotations

from pijnstad_kit.http.app import create_app as create_kit_app
from pijnstad_kit.http.auth import KeySource
from pijnstad_kit.http.openapi import Api
from pijnstad_kit.settings import load
from pijnstad_kit.store import connect
from pijnstad_kit.store.aggregates import AggregateStore
from pijnstad_kit.vault import Vault
from selfcare.config import Settings
from selfcare.permissions import PERMISSIONS
from selfcare.ports import Ports
from selfcare.routes import routes
from selfcare.store.diary import Diary, DiaryEntryDocument
from selfcare.store.keys import MemberKeys


def build_ports(settings: Settings) -> Ports:
    """Return the stores of selfcare on its database."""
    connect(settings)
    keys = MemberKeys(Vault(settings.master_key_bytes))
    return Ports(diary=Diary(AggregateStore(DiaryEntryDocument), keys))


def create_app(settings: Settings | None = None, *, keys: KeySource | None = None) -> Api:
    """Return the api of selfcare; tests give settings and keys of their own."""
    settings = settings or load(Settings)
    ports = build_ports(settings)
    return create_kit_app(
        settings,
        routes,
        PERMISSIONS,
        ports,
        title="Pijnstad selfcare: the diary",
        readiness={"database": ports.diary.ready},
        keys=keys,
    )
