"""The settings of selfcare: those every service with a worker has, and the master key that wraps members' keys."""

from __future__ import annotations

from pijnstad_kit.settings import MasterKeyMixin, WorkerSettings


class Settings(MasterKeyMixin, WorkerSettings):
    """Hold the settings of this process, read from PIJNSTAD_* variables."""

    service: str = "selfcare"
