"""EVERY path the gateway answers, as data: where it goes, who may come, what may pass. What is not here is not reachable.

`to` names an upstream (see UPSTREAMS), or `gateway` for what the event loop answers itself (`handler` says which), or
`control` for the Flask app. A new service, method or cookie is a change to this table and to nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Auth = Literal["required", "optional", "none", "browser"]

READ = frozenset({"GET", "HEAD"})
FORM = READ | {"POST"}
ASKED = READ | {"OPTIONS"}  # a service names its methods itself, path by path
API = ASKED | {"POST", "PUT", "PATCH", "DELETE"}

UPSTREAMS = ("identity", "selfcare", "content", "decision", "community", "web")
ACCOUNT_COOKIES = ("pijnstad_account", "pijnstad_language")
WEB_COOKIES = ("pijnstad_web", "pijnstad_language")


@dataclass(frozen=True, slots=True)
class Route:
    """Say everything about one prefix (whole segments) or, with `exact`, one path.

    auth: `required` and `optional` exchange the caller's opaque token for a short one with this `audience`; `none` passes
    without looking (`credentials` lets the Authorization header through, for OAuth's own endpoints); `browser` passes the
    named cookies and never a token. Times are seconds: until the head of the answer, and between two pieces of it.
    """

    prefix: str
    to: str
    auth: Auth = "none"
    audience: str = ""
    handler: str = ""
    methods: frozenset[str] = READ
    cookies: tuple[str, ...] = ()
    exact: bool = False
    credentials: bool = False
    body_limit: int = 1024 * 1024
    head_seconds: float = 15
    idle_seconds: float = 15


def _service(name: str, version: str = "v1") -> Route:
    return Route(f"/{name}/{version}", name, "required", audience=name, methods=API)


def _open(path: str, name: str, *, exact: bool = False) -> Route:
    return Route(path, name, "optional", audience=name, methods=ASKED, exact=exact)


def _own(path: str, handler: str, **more: object) -> Route:
    return Route(path, "gateway", handler=handler, exact=True, **more)  # type: ignore[arg-type]


def _account(path: str, *, exact: bool = True) -> Route:
    return Route(path, "identity", "browser", methods=FORM, cookies=ACCOUNT_COOKIES, exact=exact)


def _oauth(path: str, methods: frozenset[str]) -> Route:
    return Route(path, "identity", methods=methods, credentials=True, exact=True)


ROUTES: tuple[Route, ...] = (
    # operations and documentation
    _own("/healthz", "health"),
    _own("/readyz", "ready"),
    _own("/.well-known/gateway-jwks.json", "jwks"),
    Route("/openapi.json", "control", exact=True),
    Route("/docs", "control"),
    Route("/problems", "control"),
    # notices
    _own("/v1/stream", "stream", methods=frozenset({"GET"})),
    _own("/v1/stream/tickets", "tickets", methods=frozenset({"POST"})),
    # sign-in
    Route("/.well-known/openid-configuration", "identity", exact=True),
    Route("/oauth/jwks", "identity", exact=True),
    _oauth("/oauth/token", frozenset({"POST"})),
    _oauth("/oauth/par", frozenset({"POST"})),
    _oauth("/oauth/revoke", frozenset({"POST"})),
    _oauth("/oauth/introspect", frozenset({"POST"})),
    _oauth("/oauth/userinfo", FORM),
    _account("/oauth/authorize"),
    _account("/oauth/logout"),
    _account("/account", exact=False),
    # the districts
    _service("identity"),
    _service("selfcare"),
    _service("content"),
    _open("/content/v1/items", "content"),
    _service("decision"),
    _open("/decision/v1/about", "decision", exact=True),
    _service("community"),
    _open("/community/v1/about", "community", exact=True),
    # the web client; what stands below a reserved word and not above is nobody's
    *(
        Route(f"/{word}", "nobody")
        for word in (
            ".well-known",
            "oauth",
            "identity",
            "selfcare",
            "content",
            "decision",
            "community",
            "partners",
            "p",
            "v1",
        )
    ),
    *(Route(path, "nobody") for path in ("/metrics", "/asyncapi.json")),
    Route("/static", "web"),
    Route("/", "web", "browser", methods=FORM, cookies=WEB_COOKIES),
)


class RouteTable:
    """Find the route of a path: the longest prefix of whole segments wins, an exact path before a prefix."""

    def __init__(self, routes: tuple[Route, ...] = ROUTES) -> None:
        self.routes = routes
        self._exact = {route.prefix.encode(): route for route in routes if route.exact}
        self._prefix = {route.prefix.rstrip("/").encode(): route for route in routes if not route.exact}
        if len(self._exact) + len(self._prefix) != len(routes):
            raise ValueError("two routes with the same path")
        self._depth = max((prefix.count(b"/") for prefix in self._prefix), default=0)

    def match(self, path: bytes) -> Route | None:
        """Return the route of a raw path that passed the guard."""
        found = self._exact.get(path)
        if found is not None:
            return found
        segments = path.split(b"/", self._depth + 1)
        for depth in range(min(len(segments), self._depth + 1), 0, -1):
            found = self._prefix.get(b"/".join(segments[:depth]))
            if found is not None:
                return found
        return None
