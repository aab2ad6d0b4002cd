"""Settings of identity. What is missing stops the start and names the variable."""

from __future__ import annotations

from typing import Self
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, model_validator

from identity.mail.post import SCHEMES
from pijnstad_kit.settings import MasterKeyMixin, WorkerSettings

_SHORTEST_SECRET = 24
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class Settings(MasterKeyMixin, WorkerSettings):
    """Hold what identity needs beside the shared settings: the first clients' secrets, lifetimes and limits."""

    service: str = "identity"
    introspection_secret: SecretStr = Field(description="shared with the gateway, client pijnstad-gateway")
    web_client_secret: SecretStr = Field(description="shared with web, client pijnstad-web")
    demo_password: SecretStr | None = Field(default=None, description="password of the demo accounts; development only")

    smtp_url: SecretStr = Field(default=SecretStr(""), description="smtp://, smtp+starttls://, smtps://")
    mail_from: str = Field(default="Pijnstad <pijnstad@localhost>", description="sender of the city's mail")
    smtp_listen: str = Field(default="", description="where the development city catches mail; host:port")

    code_seconds: int = Field(default=60, ge=10, le=600)
    access_token_seconds: int = Field(default=600, ge=30, le=3600)
    refresh_token_days: int = Field(default=60, ge=1, le=400, description="the longest a sign-in of a client lasts")
    session_hours: int = Field(default=12, ge=1, le=24 * 30)
    signing_key_lead_seconds: int = Field(
        default=600, ge=0, description="a new key is published this long before it signs"
    )

    sign_ins_per_account: int = Field(default=5, ge=1, description="a minute")
    sign_ins_per_address: int = Field(default=20, ge=1, description="a minute")
    registrations_per_address: int = Field(default=20, ge=1, description="an hour")
    mails_per_recipient: int = Field(default=5, ge=1, description="an hour, that strangers can cause")
    recoveries_per_address: int = Field(default=20, ge=1, description="an hour")
    consents_per_account: int = Field(default=30, ge=1, description="times a purpose may be agreed to in an hour")
    loopback_factor: int = Field(
        default=0, ge=0, description="raises per-address limits on loopback; 0: 100 in development"
    )

    @model_validator(mode="after")
    def _identity_is_strict(self) -> Self:
        for name in ("introspection_secret", "web_client_secret"):
            if len(getattr(self, name).get_secret_value()) < _SHORTEST_SECRET:
                raise ValueError(f"PIJNSTAD_{name.upper()} must have at least {_SHORTEST_SECRET} characters")
        if self.production and self.loopback_factor > 1:
            raise ValueError("PIJNSTAD_LOOPBACK_FACTOR is refused in production")
        self._check_mail(urlsplit(self.smtp_url.get_secret_value()))
        return self

    def _check_mail(self, url: SplitResult) -> None:
        if url.scheme and url.scheme not in SCHEMES:
            raise ValueError(f"PIJNSTAD_SMTP_URL must begin with one of {', '.join(SCHEMES)}")
        if not self.production:
            return
        if not url.scheme:
            raise ValueError("PIJNSTAD_SMTP_URL is missing")
        if url.scheme == "smtp" and url.hostname not in _THIS_MACHINE:
            raise ValueError("PIJNSTAD_SMTP_URL must be smtps:// or smtp+starttls:// in production")
        if self.mail_from.endswith("@localhost>"):
            raise ValueError("PIJNSTAD_MAIL_FROM is missing")

    @property
    def shows_mails(self) -> bool:
        """Return whether caught mails are shown on a page: in development, at a city that is on one's own machine."""
        return not self.production and urlsplit(self.public_url).hostname in _THIS_MACHINE

    @property
    def raised_on_loopback(self) -> int:
        """Return by how much per-address limits are raised for this machine itself."""
        return self.loopback_factor or (1 if self.production else 100)
