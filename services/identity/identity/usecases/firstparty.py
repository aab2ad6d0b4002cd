"""What a member does about their own account goes through the city's own clients only; a partner's client never does it."""

from __future__ import annotations

from identity.errors import OnlyFirstParty
from identity.ports import Ports


def check_first_party(client_id: str, ports: Ports) -> None:
    """Refuse a client that is not the city's own. Errors: OnlyFirstParty."""
    client = ports.clients.get(client_id)
    if client is None or not client.first_party:
        raise OnlyFirstParty("This is done in Pijnstad's own apps.")
