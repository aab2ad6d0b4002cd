"""What the gateway tells its operators: a log line per request, and metrics. No token, query, path or address.

Log lines are gathered and written a few times a second: at thousands of requests a second a write each costs more than the
request.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import orjson
from prometheus_client import Counter, Gauge

from gateway.exchange import Exchange
from pijnstad_kit import logs
from pijnstad_kit.http.metrics import REQUESTS

FLUSH_SECONDS = 0.2
QUIET = frozenset({"/healthz", "/readyz"})

REFUSED = Counter("pijnstad_gateway_refused_total", "Requests refused before they were read", ["status", "slug"])
BROKEN = Counter("pijnstad_gateway_broken_answers_total", "Answers that broke off half-way", ["upstream"])
STREAMS = Gauge("pijnstad_gateway_streams", "Open streams", multiprocess_mode="livesum")
KNOWN = Gauge(
    "pijnstad_gateway_known_tokens", "Access tokens whose introspection is remembered", multiprocess_mode="livesum"
)
CONNECTIONS = Gauge(
    "pijnstad_gateway_upstream_connections", "Open connections to a service", ["upstream"], multiprocess_mode="livesum"
)

AWAY = Gauge(
    "pijnstad_gateway_upstream_away",
    "Addresses of a service that a breaker keeps requests from",
    ["upstream"],
    multiprocess_mode="livemax",
)


class Observer:
    """Count and write down what was answered."""

    def __init__(self, log_format: str, write: Callable[[str], Any] | None = None) -> None:
        self._lines: list[bytes] = []
        self._children: dict[tuple[str, str, int], Any] = {}
        self._console = logs.get_logger("gateway.requests") if log_format == "console" else None
        self._write = write or sys.stderr.write

    def answered(self, exchange: Exchange) -> None:
        """Take note of an exchange that ended."""
        seconds = time.perf_counter() - exchange.started
        route = exchange.route.prefix if exchange.route else "(none)"
        key = (route, exchange.method, exchange.status)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = REQUESTS.labels("gateway", *key)
        child.observe(seconds)
        if exchange.broken and exchange.route is not None:
            BROKEN.labels(exchange.route.to).inc()
        if route not in QUIET:
            self._note(exchange, route, seconds)

    def refused(self, status: int, slug: str) -> None:
        """Count a request that the strict protocol refused."""
        REFUSED.labels(status, slug).inc()

    async def flush_always(self) -> None:
        """Write the gathered lines now and then, for ever: on a full disk they are lost, and nothing else."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            with suppress(OSError):
                self.flush()

    def flush(self) -> None:
        """Write the gathered lines."""
        if self._lines:
            lines, self._lines = self._lines, []
            self._write(b"".join(lines).decode())
            sys.stderr.flush()

    def _note(self, exchange: Exchange, route: str, seconds: float) -> None:
        known = {
            "method": exchange.method,
            "route": route,
            "status": exchange.status,
            "ms": round(seconds * 1000, 1),
            "request_id": exchange.request_id,
            "correlation_id": exchange.correlation_id,
        }
        if exchange.broken:
            known["broken"] = True
        if self._console is not None:
            self._console.info("request", **known)
            return
        line = {"event": "request", **known, "service": "gateway", "level": "info", "timestamp": _now()}
        self._lines.append(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
