"""The composition root: settings in, one ASGI application out. `create_app()` is what gunicorn's worker calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from a2wsgi import WSGIMiddleware

from gateway import observe
from gateway.app import Gateway, Parts
from gateway.config import GatewaySettings
from gateway.control import create_control
from gateway.guard import Hosts
from gateway.headers import Policy
from gateway.introspection import Introspector
from gateway.limits import Limits
from gateway.metrics_server import serve_metrics
from gateway.minting import KeyRing, Mint
from gateway.networks import Callers, Networks
from gateway.notices import NoticeListener
from gateway.observe import Observer
from gateway.pool import Pool
from gateway.proxy import Proxy, ask
from gateway.routes import ROUTES, UPSTREAMS, RouteTable
from gateway.store import KeyStore, TicketStore, make_indexes
from gateway.stream import Hub
from pijnstad_kit import logs
from pijnstad_kit.settings import load
from pijnstad_kit.store import connect
from pijnstad_kit.vault import Vault

CLIENT_ID = "pijnstad-gateway"
CONTROL_THREADS = 4
TICKET_SWEEP_SECONDS = 60.0

_log = logs.get_logger("gateway")


def create_app() -> Gateway:
    """Return the application for the settings of the environment."""
    settings = load(GatewaySettings)
    logs.configure(settings.service, settings.log_format)
    connect(settings)
    if settings.metrics_listen:
        serve_metrics(settings.metrics_listen)
    return build(settings)


def build(settings: GatewaySettings) -> Gateway:
    """Put the gateway together."""
    upstreams = settings.upstreams()
    pools = {name: Pool(name, urls, settings.upstream_busy) for name, urls in upstreams.items()}
    asking = Pool("identity", upstreams["identity"])  # its own, so that slow pages never hold up questions about tokens
    secret = settings.introspection_secret.get_secret_value()
    introspector = Introspector(partial(ask, asking), CLIENT_ID, secret)
    vault = Vault(settings.master_key_bytes)
    ring, hub, observer = KeyRing(KeyStore(vault)), Hub(introspector), Observer(settings.log_format)
    listening = _Listening(settings.bus_url, hub)
    tickets = TicketStore(vault)
    described = {name: pools[name].url for name in UPSTREAMS if name != "web"}
    parts = Parts(
        public_url=settings.public_url,
        production=settings.production,
        hosts=Hosts(settings.host_names),
        callers=Callers(Networks(settings.trusted_proxies)),
        limits=Limits(settings.quota, Networks(settings.free_networks)),
        table=RouteTable(),
        proxies=_proxies(pools, settings),
        introspector=introspector,
        mint=Mint(ring, settings.public_url),
        ring=ring,
        tickets=tickets,
        hub=hub,
        observer=observer,
        control=WSGIMiddleware(create_control(settings.public_url, described), workers=CONTROL_THREADS),
        state=lambda: {
            "signing_keys": _word(ring.ready),
            "bus": _word(listening.now),
            **{name: _word(pool.well) for name, pool in pools.items()},
        },
        background=(
            ring.follow,
            hub.keep_alive,
            hub.check_tokens,
            observer.flush_always,
            partial(_tend, tickets),
            partial(_gauge, pools, introspector, hub),
        ),
        on_start=listening.start,
        on_stop=lambda: _stop(listening, hub, [asking, *pools.values()], observer),
    )
    return Gateway(parts)


class _Listening:
    """Start the listener once there is a loop to hand notices to."""

    def __init__(self, bus_url: str, hub: Hub) -> None:
        self._make: Callable[[asyncio.AbstractEventLoop], NoticeListener] = partial(NoticeListener, bus_url, hub)
        self._listener: NoticeListener | None = None

    @property
    def now(self) -> bool:
        return self._listener is not None and self._listener.listening

    def start(self) -> None:
        self._listener = self._make(asyncio.get_running_loop())
        self._listener.start()

    def stop(self) -> None:
        if self._listener is not None:
            self._listener.stop()


def _proxies(pools: dict[str, Pool], settings: GatewaySettings) -> dict[str, Proxy]:
    scheme = settings.public_url.partition("://")[0]
    found = {}
    for route in ROUTES:
        if route.to in pools:
            pool = pools[route.to]
            policy = Policy(route, pool.url, production=settings.production)
            found[route.prefix] = Proxy(pool, policy, scheme)
    return found


async def _tend(tickets: TicketStore) -> None:
    """Look after the ticket collection, for ever; the database may be away."""
    work: list[Callable[[], Any]] = [make_indexes, tickets.sweep]
    while True:
        try:
            for step in tuple(work):
                await asyncio.to_thread(step)
            work = [tickets.sweep]
        except Exception as error:
            _log.warning("tickets_unreachable", error=type(error).__name__)
        await asyncio.sleep(TICKET_SWEEP_SECONDS)


async def _gauge(pools: dict[str, Pool], introspector: Introspector, hub: Hub) -> None:
    while True:
        observe.STREAMS.set(len(hub))
        observe.KNOWN.set(len(introspector))
        for name, pool in pools.items():
            observe.CONNECTIONS.labels(name).set(len(pool))
            observe.AWAY.labels(name).set(sum(address.breaker.open for address in pool.addresses))
        await asyncio.sleep(5)


def _stop(listening: _Listening, hub: Hub, pools: list[Pool], observer: Observer) -> None:
    listening.stop()
    hub.end_all()
    for pool in pools:
        pool.close()
    observer.flush()


def _word(well: bool) -> str:
    return "ok" if well else "away"
