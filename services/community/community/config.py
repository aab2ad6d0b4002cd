"""The settings of community: those every service with a worker has."""

from __future__ import annotations

from pijnstad_kit.settings import WorkerSettings


class Settings(WorkerSettings):
    """Hold the settings of this process, read from PIJNSTAD_* variables."""

    service: str = "community"
