"""Free loopback ports, below those the kernel hands to clients, so that a stopped server gets its port back."""

import random
import socket

LOWEST, HIGHEST = 15000, 31999
_handed_out: set[int] = set()


def free_port() -> int:
    """Find a loopback port that nobody listens on, never the same one twice in this process."""
    for _ in range(500):
        port = random.randint(LOWEST, HIGHEST)
        if port not in _handed_out and is_free(port):
            _handed_out.add(port)
            return port
    raise OSError(f"no free port found between {LOWEST} and {HIGHEST}")


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
