"""Settings of identity. What is missing stops the start and names the variable."""

from __future__ import annotations

from typing import Self

from pydantic import Field, SecretStr, model_validator

from pijnstad_kit.settings import MasterKeyMixin, WorkerSettings

_SHORTEST_SECRET = 24


class Settings(MasterKeyMixin, WorkerSettings):
    """Hold what identity needs beside the shared settings: the first clients' secrets, lifetimes and limits."""

    service: str = "identity"
    introspection_secret: SecretStr = Field(description="shared with the gateway, client pijnstad-gateway")
    web_client_secret: SecretStr = Field(description="shared with web, client pijnstad-web")
    demo_password: SecretStr | None = Field(default=None, description="password of the demo accounts; development only")

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
        return self

    @property
    def raised_on_loopback(self) -> int:
        """Return by how much per-address limits are raised for this machine itself."""
        return self.loopback_factor or (1 if self.production else 100)
