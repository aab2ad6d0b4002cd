"""What can go wrong with a service: the tree of errors between its connection and the problem a caller gets."""

from __future__ import annotations


class UpstreamError(Exception):
    """Be the root of what can go wrong with a service."""


class Refused(UpstreamError):
    """The service could not be reached; it has seen nothing."""


class Full(Refused):
    """Too many requests are with this service already; it has seen nothing of this one."""


class Unheard(UpstreamError):
    """The connection broke before a single byte of an answer came."""


class Stale(Unheard):
    """The same, on a connection that was used before: it was probably closed while it waited."""


class Broken(UpstreamError):
    """The service broke off, or its answer is no HTTP."""


class TimedOut(UpstreamError):
    """The service took longer than the route allows."""
