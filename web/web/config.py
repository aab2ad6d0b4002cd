"""Settings of the web client, from the environment. What is missing stops the start and names the variable."""

from __future__ import annotations

from pydantic import Field, SecretStr

from pijnstad_kit.settings import MasterKeyMixin, StoreSettings

CLIENT_ID = "pijnstad-web"


class WebSettings(MasterKeyMixin, StoreSettings):
    """Hold what the pages need: where the gateway is, the session database, our secret as an OAuth client."""

    service: str = "web"
    web_client_secret: SecretStr = Field(description="secret of the client pijnstad-web at identity")
    session_days: int = Field(default=30, ge=1, le=90, description="how long a signed-in browser is remembered")
    api_seconds: float = Field(default=8.0, description="how long the public API may take for one answer")

    @property
    def redirect_uri(self) -> str:
        """Return where identity sends people back to."""
        return f"{self.public_url}/signed-in"

    def cookie(self, name: str) -> str:
        """Return a cookie's name; in production it is bound to this host."""
        return f"__Host-{name}" if self.production else name
