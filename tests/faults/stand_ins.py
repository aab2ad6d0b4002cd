"""Who stands in for the rest of the city: the gateway's published key, and identity's events of a new account."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pijnstad_contracts.envelope import Event
from pijnstad_contracts.identity import AccountRegistered, ConsentGiven, ConsentWithdrawn
from pijnstad_kit.ids import new_id
from pijnstad_kit.testing import Gateway


def stream(member: str) -> list[Event[Any]]:
    """Return what identity says when somebody registers, agrees and thinks again: a stream of three."""
    withdrawn = ConsentWithdrawn(purpose="suggestions")
    registered, agreed = arrival(member)
    last = Event(new_id(), withdrawn.source, withdrawn.type, member, agreed.time, 3, 1, withdrawn, member=member)
    return [registered, agreed, last]


def arrival(member: str) -> list[Event[Any]]:
    """Return what identity says when somebody registers and agrees to suggestions: a stream of two."""
    now = datetime.now(UTC)
    registered = AccountRegistered(account_id=member, audience="person_in_pain", language="nl")
    agreed = ConsentGiven(purpose="suggestions", text_version="first")
    return [
        Event(new_id(), data.source, data.type, member, now, number, 1, data, member=member)
        for number, data in enumerate((registered, agreed), start=1)
    ]


class KeyServer:
    """Serve the key of the stand-in gateway."""

    def __init__(self, gateway: Gateway) -> None:
        body = json.dumps({"keys": [gateway.key.as_dict(private=False)]}).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def shutdown(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
