"""Calling an address that somebody else chose: only https, only the public internet, no redirects, little and short.

The name is resolved once, every address it has is judged, and the connection goes to the very address that was judged: a
name that changes its mind (DNS rebinding) leads nowhere new. `ipaddress.is_global` alone lets NAT64, 6to4, multicast and
site-local through: the list here is our own.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

import urllib3

SECONDS = 15.0
_BLOCKED = [
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23",
        "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
]  # fmt: skip


class Refused(Exception):
    """Say that an address is none we call."""


class NoAnswer(Exception):
    """Say that nobody answered well: not reached, too slow, or with another status than 2xx."""


def post(url: str, fields: Mapping[str, str], *, loopback: bool = False) -> None:
    """Post a form and want a 2xx. `loopback` lets development call this machine by http. Errors: Refused, NoAnswer."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    address = _judged(host, parts.port or (443 if secure else 80), loopback=loopback)
    if not secure and not (loopback and ipaddress.ip_address(address).is_loopback):
        raise Refused("only https addresses are called")
    port, headers = parts.port or (443 if secure else 80), {"Host": parts.netloc}
    timeout = urllib3.Timeout(total=SECONDS)
    pool = (
        urllib3.HTTPSConnectionPool(address, port, server_hostname=host, assert_hostname=host, timeout=timeout)
        if secure
        else urllib3.HTTPConnectionPool(address, port, timeout=timeout)
    )
    with pool:
        _send(pool, f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", fields, headers)


def blocked(address: str) -> bool:
    """Return whether an address is not one of the public internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return any(found in network for network in _BLOCKED if network.version == found.version)


def _judged(host: str, port: int, *, loopback: bool) -> str:
    """Return one address of a host when all of them may be called."""
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise NoAnswer("the name is not known") from None
    if not all(_may(address, loopback) for address in found):
        raise Refused("the name leads to an address that is not public")
    return found[0]


def _may(address: str, loopback: bool) -> bool:
    return not blocked(address) or (loopback and ipaddress.ip_address(address).is_loopback)


def _send(pool: urllib3.HTTPConnectionPool, path: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> None:
    try:
        answer = pool.request(
            "POST",
            path,
            fields=dict(fields),
            headers={**headers, "Content-Type": "application/x-www-form-urlencoded"},
            encode_multipart=False,
            redirect=False,
            retries=False,
            preload_content=False,
        )
        answer.release_conn()
    except urllib3.exceptions.HTTPError as error:
        raise NoAnswer(type(error).__name__) from None
    if not 200 <= answer.status < 300:
        raise NoAnswer(f"status {answer.status}")
