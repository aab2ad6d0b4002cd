"""The internal address of /metrics, apart from the public one. With several workers one of them serves for all."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pijnstad_kit.http.metrics import exposition

RETRY_SECONDS = 2.0


class _Handler(BaseHTTPRequestHandler):
    timeout = 5

    def do_GET(self) -> None:
        known = self.path == "/metrics"
        body, kind = exposition() if known else (b"not here\n", "text/plain")
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: these requests are our own."""


def serve_metrics(listen: str) -> None:
    """Serve /metrics in a thread. Where a sibling worker holds the address, wait until it is free."""
    host, _, port = listen.rpartition(":")
    threading.Thread(target=_serve, args=(host, int(port)), name="metrics", daemon=True).start()


def _serve(host: str, port: int) -> None:
    while True:
        with suppress(OSError):
            ThreadingHTTPServer((host, port), _Handler).serve_forever()
        time.sleep(RETRY_SECONDS)
