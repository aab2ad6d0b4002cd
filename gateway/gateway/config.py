"""The gateway's settings: its upstreams, its secret for introspection, its own database."""

from __future__ import annotations

from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from gateway.routes import UPSTREAMS
from pijnstad_kit.settings import MasterKeyMixin, StoreSettings


class GatewaySettings(MasterKeyMixin, StoreSettings):
    """Hold what the gateway needs. Names in the environment carry the prefix PIJNSTAD_."""

    service: str = "gateway"
    bus_url: str = Field(description="amqp:// address of the broker, for notices")
    introspection_secret: SecretStr = Field(description="what the gateway proves itself with to identity")
    metrics_listen: str = Field(
        default="", pattern=r"^([^:]+:\d+)?$", description="host:port of /metrics; none when empty"
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
        if not value.startswith("http://"):
            raise ValueError("must be http://host:port")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _secret_is_long(self) -> Self:
        if self.production and len(self.introspection_secret.get_secret_value()) < 32:
            raise ValueError("PIJNSTAD_INTROSPECTION_SECRET must be at least 32 characters in production")
        return self

    def upstreams(self) -> dict[str, str]:
        """Return the address of every upstream by its name."""
        return {name: str(getattr(self, f"{name}_url")) for name in UPSTREAMS}
