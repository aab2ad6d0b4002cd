"""The way out for mail: SMTP, with TLS unless the server is on this machine. Knows nothing of who gets what and why."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

_SECONDS = 15
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
SCHEMES = tuple(_PORTS)


class PostAway(Exception):
    """Say that the mail server cannot be reached or asks for patience: try again later."""


class Undeliverable(Exception):
    """Say that the mail server refuses this mail for good."""


class Post(Protocol):
    """Be a way to send a mail."""

    def send(self, message: EmailMessage) -> None:
        """Send a mail. Errors: PostAway, Undeliverable."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """Send mail through the server at `url`: smtp://, smtp+starttls:// or smtps://, with user:password@ where asked."""

    url: str

    def send(self, message: EmailMessage) -> None:
        """Send a mail over a connection of its own. Errors: PostAway, Undeliverable."""
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            raise _refused(min(code for code, _ in refused.recipients.values())) from None
        except smtplib.SMTPResponseException as refused:
            raise _refused(refused.smtp_code) from None
        except (OSError, smtplib.SMTPException) as error:
            raise PostAway(type(error).__name__) from None

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "localhost", parts.port or _PORTS[parts.scheme]
        secure = ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=secure)
        else:
            server = smtplib.SMTP(host, port, timeout=_SECONDS)
        if parts.scheme == "smtp+starttls":
            server.starttls(context=secure)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


class NoPost:
    """Be no way at all: nobody said where mail goes, so it waits."""

    def send(self, message: EmailMessage) -> None:
        """Refuse, so that the mail waits. Errors: PostAway."""
        raise PostAway("PIJNSTAD_SMTP_URL is not set")


def _refused(code: int) -> PostAway | Undeliverable:
    return Undeliverable(str(code)) if code >= 550 and code != 552 else PostAway(str(code))
