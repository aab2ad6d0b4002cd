"""Who is calling: the address of the connection, or, behind our own edge only, the one that the edge names. Pure."""

from __future__ import annotations

import ipaddress
import re

_FOR = re.compile(r'for="?\[?([0-9A-Fa-f:.]+)', re.IGNORECASE)
_MAX_KNOWN = 10_000


class Networks:
    """Be a set of networks that remembers which addresses were in it."""

    def __init__(self, text: str = "") -> None:
        """Read networks with commas between them. Errors: ValueError."""
        self._networks = [ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip()]
        self._known: dict[str, bool] = {}

    def __bool__(self) -> bool:
        return bool(self._networks)

    def __contains__(self, address: str) -> bool:
        known = self._known.get(address)
        if known is None:
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            known = self._known[address] = self._holds(address)
        return known

    def _holds(self, address: str) -> bool:
        try:
            asked = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(asked in network for network in self._networks)


class Callers:
    """Tell the address of a caller. `trusted` are our own proxies; nobody else is believed about who is calling."""

    def __init__(self, trusted: Networks) -> None:
        self._trusted = trusted

    def address(self, peer: str, fields: dict[bytes, bytes]) -> str:
        """Return the last address of the chain that is not a proxy of ours; `fields` are the headers by name."""
        if not self._trusted or peer not in self._trusted:
            return peer
        for named in reversed(_chain(fields)):
            if not _is_address(named):
                return peer
            peer = named
            if peer not in self._trusted:
                break
        return peer


def _chain(fields: dict[bytes, bytes]) -> list[str]:
    """Return the addresses a request is said to have come from, the nearest last. What is no address is kept as ''."""
    forwarded = fields.get(b"forwarded")
    if forwarded is not None:
        elements = forwarded.decode("latin-1").split(",")
        return [found[1] if (found := _FOR.search(element)) else "" for element in elements]
    listed = fields.get(b"x-forwarded-for", b"").decode("latin-1")
    return [part.strip() for part in listed.split(",") if part.strip()]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
