"""Serving: gunicorn as the master, an event-loop worker with the strict protocol in each process."""

from __future__ import annotations

import logging
import os
import tempfile
from typing import Any

from uvicorn_worker import UvicornWorker

from gateway.strict import StrictProtocol
from pijnstad_kit.http.server import serve as serve_app
from pijnstad_kit.settings import Settings

GRACE_SECONDS = 20  # for answers under way when the process is told to stop; the master kills after 30
KEEP_ALIVE_SECONDS = 10


class StrictWorker(UvicornWorker):
    """Run uvicorn with our protocol; believe no header about who is calling."""

    CONFIG_KWARGS = {
        "loop": "uvloop",
        "http": StrictProtocol,
        "ws": "none",
        "lifespan": "on",
        "server_header": False,
        "proxy_headers": False,
        "access_log": False,
        "timeout_graceful_shutdown": GRACE_SECONDS,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("uvicorn.error", "uvicorn.access"):
            logger = logging.getLogger(name)
            logger.handlers, logger.propagate = [], True  # our own log lines, with redaction
            logger.setLevel(logging.WARNING)


def serve(settings: Settings, metrics: bool) -> None:
    """Serve the gateway until SIGTERM."""
    if metrics and settings.api_workers > 1:  # before anything imports prometheus_client
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="pijnstad-gateway-metrics-"))
    serve_app(
        "gateway.bootstrap:create_app()",
        settings,
        worker_class="gateway.server.StrictWorker",
        threads=1,
        keepalive=KEEP_ALIVE_SECONDS,
        backlog=2048,
    )
