"""Errors of the local city. Each message says what is wrong and what to do about it."""


class LocalError(Exception):
    """Say why a part of the local city cannot be had or does not run."""


class NotAvailable(LocalError):
    """Say that a part cannot be had on this machine, and the way to get it."""


class DidNotStart(LocalError):
    """Say that a process ended, or was not ready in time, with the last lines of its log."""


class Refused(LocalError):
    """Say why a start is refused before anything has been started."""
