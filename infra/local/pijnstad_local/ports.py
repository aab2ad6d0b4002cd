"""Free loopback ports, below those the kernel hands to clients, so that a stopped server gets its port back.

A port handed out is claimed by a name in the abstract socket namespace as long as this process lives, so that two
cities, or two test workers, that start at the same moment never get the same one.
"""

import random
import socket

LOWEST, HIGHEST = 15000, 31999
_claims: list[socket.socket] = []


def free_port() -> int:
    """Find a loopback port that nobody listens on and nobody else was given."""
    for _ in range(500):
        port = random.randint(LOWEST, HIGHEST)  # nosec B311
        if _claim(port) and is_free(port):
            return port
    raise OSError(f"no free port found between {LOWEST} and {HIGHEST}")


def _claim(port: int) -> bool:
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0pijnstad-port-{port}")
    except OSError:
        claim.close()
        return False
    _claims.append(claim)
    return True


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether a server could bind to this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return not is_open(port, host)


def is_open(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether something accepts connections on this port now."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
