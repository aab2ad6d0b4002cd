"""The gateway's settings: its upstreams, its secret for introspection, its own database."""

from __future__ import annotations

import re
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from gateway.limits import Quota
from gateway.networks import Networks
from gateway.routes import UPSTREAMS
from pijnstad_kit.settings import MasterKeyMixin, StoreSettings

LOOPBACK = "127.0.0.0/8,::1/128"


class GatewaySettings(MasterKeyMixin, StoreSettings):
    """Hold what the gateway needs. Names in the environment carry the prefix PIJNSTAD_."""

    service: str = "gateway"
    bus_url: str = Field(description="amqp:// address of the broker, for notices")
    introspection_secret: SecretStr = Field(description="what the gateway proves itself with to identity")
    metrics_listen: str = Field(
        default="", pattern=r"^([^:]+:\d+)?$", description="host:port of /metrics; none when empty"
    )
    hosts: str = Field(
        default="", description="names the city answers to beside that of its public address, with commas"
    )
    trusted_proxies: str = Field(
        default="", description="networks of our own edge, whose Forwarded is believed, with commas"
    )
    limit_token: int = Field(default=120, ge=1, description="requests a minute of one access token")
    limit_account: int = Field(default=240, ge=1, description="requests a minute of one account, over all its tokens")
    limit_address: int = Field(
        default=600, ge=1, description="requests a minute of one address that no known token stands for"
    )
    limit_streams: int = Field(default=20, ge=1, description="open streams of one account")
    limit_free: str = Field(
        default="", description="networks without a limit per address; loopback in development, with commas"
    )
    gateways: int = Field(default=1, ge=1, description="how many gateways share the limits")
    upstream_busy: int = Field(
        default=256, ge=1, description="requests that may be with one service at the same moment"
    )
    identity_url: str
    selfcare_url: str
    content_url: str
    decision_url: str
    community_url: str
    web_url: str

    @field_validator("identity_url", "selfcare_url", "content_url", "decision_url", "community_url", "web_url")
    @classmethod
    def _is_internal_http(cls, value: str) -> str:
        urls = [part.strip().rstrip("/") for part in value.split(",")]
        if not all(url.startswith("http://") for url in urls):
            raise ValueError("must be http://host:port, or several with commas between them")
        return ",".join(urls)

    @field_validator("trusted_proxies", "limit_free")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        Networks(value)
        return value

    @model_validator(mode="after")
    def _secret_is_long(self) -> Self:
        if self.production and len(self.introspection_secret.get_secret_value()) < 32:
            raise ValueError("PIJNSTAD_INTROSPECTION_SECRET must be at least 32 characters in production")
        return self

    @property
    def quota(self) -> Quota:
        """Return the limits and how many processes share them."""
        processes = self.gateways * self.api_workers
        return Quota(self.limit_token, self.limit_account, self.limit_address, self.limit_streams, processes)

    @property
    def free_networks(self) -> str:
        """Return the networks without a limit per address."""
        return self.limit_free or ("" if self.production else LOOPBACK)

    @property
    def host_names(self) -> set[str]:
        """Return the names the city answers to."""
        public = urlsplit(self.public_url).netloc.rpartition("@")[2]
        own = {re.sub(r":[0-9]+\Z", "", public)} | {name.strip() for name in self.hosts.split(",") if name.strip()}
        return own if self.production else own | {"localhost", "127.0.0.1", "[::1]"}

    def upstreams(self) -> dict[str, str]:
        """Return the address of every upstream by its name."""
        return {name: str(getattr(self, f"{name}_url")) for name in UPSTREAMS}
