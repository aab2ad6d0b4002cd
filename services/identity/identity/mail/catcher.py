"""The mail server of a development city (aiosmtpd): it takes every mail, sends none on, and keeps them for a page."""

from __future__ import annotations

import asyncio
import email
import http.server
import threading
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

from identity.store.caught import CaughtMails

_LARGEST = 1024 * 1024


class Catcher:
    """Keep what comes in. aiosmtpd calls handle_DATA."""

    def __init__(self, mails: CaughtMails) -> None:
        self._mails = mails

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        """Keep one mail for each of its recipients."""
        message = email.message_from_bytes(envelope.content or b"", _class=EmailMessage, policy=default)
        body = message.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        for to in envelope.rcpt_tos:
            subject, language = str(message["Subject"] or ""), str(message["Content-Language"] or "nl")
            await asyncio.to_thread(self._mails.add, to, subject, text, language)
        return "250 Kept"


def serve(smtp_listen: str, health_listen: str, mails: CaughtMails) -> None:
    """Catch mail at one address and answer /readyz at the other, until the process is told to stop."""
    asyncio.run(_serve(smtp_listen, health_listen, mails))


async def _serve(smtp_listen: str, health_listen: str, mails: CaughtMails) -> None:
    catcher = Catcher(mails)
    host, _, port = smtp_listen.rpartition(":")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(catcher, data_size_limit=_LARGEST, enable_SMTPUTF8=True, hostname="pijnstad"), host, int(port)
    )
    _answer_health(health_listen)
    async with server:
        await server.serve_forever()


def _answer_health(listen: str) -> None:
    host, _, port = listen.rpartition(":")
    health = http.server.ThreadingHTTPServer((host, int(port)), _Health)
    threading.Thread(target=health.serve_forever, daemon=True).start()


class _Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Say that we are here: who gets this far catches mail already."""
        known = self.path in ("/healthz", "/readyz")
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
