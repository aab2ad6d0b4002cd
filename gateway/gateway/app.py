"""The ASGI application: guard, route, token, then to a service, to the control plane, or to what the loop answers itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import orjson

from gateway.answers import described
from gateway.errors import MethodNotAllowed, Misdirected, NotFound, Problem, Unauthenticated, Unavailable
from gateway.exchange import CallerGone, Exchange, Receive, Scope, Send
from gateway.guard import Hosts, check_target
from gateway.introspection import Introspector, Known, shown
from gateway.limits import Limits
from gateway.minting import KeyRing, Mint
from gateway.networks import Callers
from gateway.observe import Observer
from gateway.possession import Possession
from gateway.proxy import Proxy
from gateway.routes import READ, Route, RouteTable
from gateway.store import TICKET_SECONDS, TicketStore
from gateway.stream import Hub
from pijnstad_kit import logs

Handler = Callable[[Exchange], Awaitable[None]]

_CONTROL_HEARS = frozenset((b"host", b"accept", b"accept-language", b"if-none-match", b"if-modified-since", b"range"))
PROBES = frozenset((b"/healthz", b"/readyz"))  # asked by address
_log = logs.get_logger("gateway")


@dataclass(frozen=True, slots=True)
class Parts:
    """Hold what the application is put together from; bootstrap.py makes them."""

    public_url: str
    production: bool
    hosts: Hosts
    callers: Callers
    limits: Limits
    table: RouteTable
    proxies: dict[str, Proxy]  # by the prefix of the route
    introspector: Introspector
    mint: Mint
    ring: KeyRing
    tickets: TicketStore
    hub: Hub
    observer: Observer
    control: Callable[[Scope, Receive, Send], Awaitable[None]]
    state: Callable[[], dict[str, str]]  # what the gateway leans on, and how it is: ok, away
    background: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = ()
    on_start: Callable[[], None] = lambda: None
    on_stop: Callable[[], None] = lambda: None


class Gateway:
    """Answer every request of the city's one origin."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._possession = Possession()
        self._own: dict[str, Handler] = {
            "health": self._health,
            "ready": self._ready,
            "jwks": self._jwks,
            "tickets": self._ticket,
            "stream": self._stream,
        }
        missing = {route.handler for route in parts.table.routes if route.to == "gateway"} - set(self._own)
        if missing:
            raise ValueError(f"routes to handlers that do not exist: {sorted(missing)}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Be the ASGI entry."""
        if scope["type"] == "http":
            parts = self._parts
            await self._serve(
                Exchange(scope, receive, send, parts.callers, public_url=parts.public_url, production=parts.production)
            )
        elif scope["type"] == "lifespan":
            await self._live(scope, receive, send)

    async def _serve(self, exchange: Exchange) -> None:
        try:
            await self._dispatch(exchange)
        except Problem as problem:
            await self._refuse(exchange, problem)
        except CallerGone:
            exchange.status = exchange.status or 499
        except asyncio.CancelledError:  # the grace time of a stopping process is over
            exchange.break_off()
        except Exception as error:
            _log.error("unexpected_error", exc_info=error, request_id=exchange.request_id)
            await self._refuse(exchange, Problem("It was logged with this request id. Please try again later."))
        finally:
            self._parts.observer.answered(exchange)

    async def _refuse(self, exchange: Exchange, problem: Problem) -> None:
        if exchange.status:
            exchange.break_off()
        else:
            await exchange.answer_problem(problem)

    async def _dispatch(self, exchange: Exchange) -> None:
        check_target(exchange.path, exchange.query)
        route = exchange.route = self._parts.table.match(exchange.path)
        if exchange.fields[b"host"] not in self._parts.hosts and exchange.path not in PROBES:
            raise Misdirected()
        if route is None or route.to == "nobody":
            raise NotFound("There is nothing at this address.", detail_nl="Op dit adres staat niets.")
        if exchange.method not in route.methods:
            raise MethodNotAllowed(route.methods)
        if route.to == "gateway":
            await self._own[route.handler](exchange)
        elif route.to == "control":
            await self._control(exchange)
        else:
            await self._forward(exchange, route)

    async def _forward(self, exchange: Exchange, route: Route) -> None:
        authorization = await self._authorization(exchange, route)
        proxy = self._parts.proxies[route.prefix]
        if route.to != "identity" or exchange.token is None or exchange.method in READ:
            return await proxy.carry(exchange, authorization)
        try:  # a write may change what identity says about this token
            await proxy.carry(exchange, authorization)
        finally:
            self._parts.introspector.forget(exchange.token)

    async def _authorization(self, exchange: Exchange, route: Route) -> bytes:
        """Return the Authorization line the service gets."""
        sent = exchange.fields.get(b"authorization")
        if route.auth in ("required", "optional"):
            if sent is None and route.auth == "optional":
                self._parts.limits.address(exchange.address)
                return b""
            return self._parts.mint.authorization(await self._known(exchange), route.audience)
        self._parts.limits.address(exchange.address)
        return _credentials(exchange) if route.credentials else b""

    async def _known(self, exchange: Exchange) -> Known:
        sent = exchange.fields.get(b"authorization")
        if sent is None:
            self._parts.limits.address(exchange.address)
            raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
        scheme, exchange.token = shown(sent)
        known = await self._member(exchange, exchange.token)
        if known.key is not None or scheme != b"bearer":
            self._possession.check(exchange, known, scheme, exchange.token)
        return known

    async def _member(self, exchange: Exchange, token: bytes) -> Known:
        """Return whom a token speaks for, within what may be asked. Errors: Unauthenticated, TooManyRequests."""
        introspector, limits = self._parts.introspector, self._parts.limits
        known = introspector.remembered(token)
        if known is None:
            limits.address(exchange.address)
            known = await introspector.known(token)
        limits.member(token, known.member)
        return known

    # What the loop answers itself

    async def _health(self, exchange: Exchange) -> None:
        await exchange.answer_json(200, b'{"status":"ok"}')

    async def _ready(self, exchange: Exchange) -> None:
        broken = [] if self._parts.ring.ready else ["signing_keys"]
        body = {"status": "not ready" if broken else "ready", "broken": broken, "state": self._parts.state()}
        await exchange.answer_json(503 if broken else 200, orjson.dumps(body))

    async def _jwks(self, exchange: Exchange) -> None:
        body = self._parts.ring.jwks()
        kind, length, _, policy = described(b"application/jwk-set+json", body)
        await exchange.answer(200, body, [kind, length, policy, (b"cache-control", b"max-age=60")])

    async def _ticket(self, exchange: Exchange) -> None:
        await self._known(exchange)
        ticket = await _in_thread(self._parts.tickets.issue, (exchange.token or b"").decode())
        await exchange.answer_json(201, orjson.dumps({"ticket": ticket, "expires_in": TICKET_SECONDS}))

    async def _stream(self, exchange: Exchange) -> None:
        tickets = parse_qs(exchange.query.decode("ascii", "replace")).get("ticket", [])
        if tickets:
            token = await _in_thread(self._parts.tickets.redeem, tickets[0]) if len(tickets) == 1 else None
            if token is None:
                self._parts.limits.address(exchange.address)
                raise Unauthenticated("This ticket is unknown, used or too old. Ask for a new one.")
            exchange.token = token.encode()
            known = await self._member(exchange, exchange.token)
        else:
            known = await self._known(exchange)
        self._parts.limits.stream(self._parts.hub.count(known.member))
        await self._parts.hub.serve(exchange, known, exchange.token or b"")

    async def _control(self, exchange: Exchange) -> None:
        """Let Flask answer from its threads; its answers are small and whole, ours are the headers around them."""
        self._parts.limits.address(exchange.address)

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                own = exchange.own_headers()
                taken = {b"date", *(name for name, _ in own)}  # uvicorn dates every answer
                message["headers"] = [*(one for one in message["headers"] if one[0].lower() not in taken), *own]
            await exchange.pass_on(message)

        headers = [one for one in exchange.headers if one[0] in _CONTROL_HEARS]
        headers.append((b"x-request-id", exchange.request_id.encode()))
        await self._parts.control({**exchange.scope, "headers": headers}, exchange.raw_receive, send)

    # Life

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        parts = self._parts
        scope["state"].update(public_url=parts.public_url, count_refusal=parts.observer.refused)
        tasks = [asyncio.create_task(work()) for work in parts.background]
        parts.on_start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        parts.on_stop()
        await send({"type": "lifespan.shutdown.complete"})


def _credentials(exchange: Exchange) -> bytes:
    """Return the lines by which a client proves itself to identity: they are identity's to judge."""
    sent = ((b"authorization", b"authorization: "), (b"dpop", b"dpop: "))
    return b"".join(line + exchange.fields[name] + b"\r\n" for name, line in sent if name in exchange.fields)


async def _in_thread(work: Callable[[str], Any], argument: str) -> Any:
    """Do blocking work on the gateway's database. Errors: Unavailable when it is away."""
    try:
        return await asyncio.to_thread(work, argument)
    except Exception as error:
        _log.warning("database_away", error=type(error).__name__)
        raise Unavailable() from None
