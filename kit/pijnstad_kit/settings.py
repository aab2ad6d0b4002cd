"""Settings from the environment, read once, frozen. What is missing stops the start and names the variable."""

from __future__ import annotations

import base64
import sys
from typing import Literal, NoReturn, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "PIJNSTAD_"


class Settings(BaseSettings):
    """Hold what every process of the city needs. Services add their own fields in config.py."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    service: str
    mode: Literal["development", "production"] = "development"
    listen: str = Field(pattern=r"^[^:]+:\d+$", description="host:port of this process")
    public_url: str = Field(default="http://localhost:8000", description="origin of the city and OAuth issuer")
    gateway_url: str = Field(default="http://127.0.0.1:8000", description="how processes inside reach the gateway")
    log_format: Literal["json", "console"] = "json"
    api_threads: int = 8
    api_workers: int = 1
    faults: str = Field(default="", description="names of failpoints to arm; refused in production")

    @field_validator("public_url", "gateway_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="after")
    def _production_is_strict(self) -> Self:
        if self.mode == "production":
            if not self.public_url.startswith("https://"):
                raise ValueError("PIJNSTAD_PUBLIC_URL must be an https address in production")
            if self.faults:
                raise ValueError("PIJNSTAD_FAULTS is refused in production")
        return self

    @property
    def production(self) -> bool:
        """Return whether this process must be strict."""
        return self.mode == "production"

    @property
    def host(self) -> str:
        """Return the address this process listens on."""
        return self.listen.rsplit(":", 1)[0]

    @property
    def port(self) -> int:
        """Return the port this process listens on."""
        return int(self.listen.rsplit(":", 1)[1])


class StoreSettings(Settings):
    """Add the database. In production its address has no default."""

    mongo_url: str = Field(description="mongodb:// address of the server")
    database: str = Field(default="", description="name of the database; the service's own name when empty")
    outbox_limit: int = Field(
        default=100_000,
        ge=1,
        description="aggregates of a kind that may wait for the broker before nothing new is taken",
    )

    @property
    def database_name(self) -> str:
        """Return the database of this service."""
        return self.database or self.service


class WorkerSettings(StoreSettings):
    """Add the bus. A service's api and worker share these settings; the api asks the bus for the person on duty only."""

    bus_url: str = Field(description="amqp:// address of the broker")
    retry_seconds: str = Field(default="5,30,300,1800,7200", description="waits before a failed event is tried again")
    reconcile_hour: int = Field(
        default=3, ge=-1, le=23, description="hour (UTC) of the nightly comparing; -1 for never"
    )

    @property
    def retry_steps(self) -> tuple[int, ...]:
        """Return the waits in seconds, one per attempt."""
        return tuple(int(step) for step in self.retry_seconds.split(",") if step)


class MasterKeyMixin(BaseSettings):
    """Add the master key that wraps the keys a service keeps."""

    master_key: SecretStr = Field(description="32 random bytes, base64url")

    @field_validator("master_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        if len(_decode(value.get_secret_value())) != 32:
            raise ValueError("must be 32 bytes in base64url")
        return value

    @property
    def master_key_bytes(self) -> bytes:
        """Return the 32 bytes of the master key."""
        return _decode(self.master_key.get_secret_value())


S = TypeVar("S", bound=Settings)


def load(settings: type[S]) -> S:
    """Read the settings from the environment, or stop the process and name each variable that is missing or wrong."""
    try:
        return settings()
    except ValidationError as error:
        _refuse(settings, error)


def _refuse(settings: type[Settings], error: ValidationError) -> NoReturn:
    lines = [f"{settings.__module__.partition('.')[0]} cannot start:"]
    for item in error.errors(include_input=False, include_url=False):
        name = PREFIX + "_".join(str(part) for part in item["loc"]).upper() if item["loc"] else ""
        what = "is missing" if item["type"] == "missing" else item["msg"].removeprefix("Value error, ")
        lines.append(f"  {name} {what}".replace("   ", "  "))
    lines.append("Set these variables (see .env.example) and start again.")
    print("\n".join(lines), file=sys.stderr)
    raise SystemExit(2)


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
