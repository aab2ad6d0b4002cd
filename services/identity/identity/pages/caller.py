"""Where a request comes from, as the gateway saw it. The gateway drops what callers claim about that themselves."""

from __future__ import annotations

import ipaddress
import re

import flask

_FOR = re.compile(r'for=(?:"\[([0-9a-fA-F:.]+)\]"|([0-9.]+))(?:;|,|$)')


def caller() -> str:
    """Return the network address of the caller; IPv6 by its /64, which is one household."""
    found = _FOR.match(flask.request.headers.get("Forwarded", ""))
    text = (found[1] or found[2]) if found else (flask.request.remote_addr or "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and not address.is_loopback:
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)
