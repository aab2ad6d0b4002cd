"""Serving an app with gunicorn: threads for Flask, no control socket, 30 seconds to finish what is under way."""

from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication

from pijnstad_kit.settings import Settings

GRACE = 30


class _Server(BaseApplication):
    def __init__(self, app_path: str, options: dict[str, Any]) -> None:
        self._path = app_path
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from gunicorn.util import import_app

        return import_app(self._path)


def serve(app_path: str, settings: Settings, **more: Any) -> None:
    """Serve `module:factory()` on the settings' address until SIGTERM; `more` are gunicorn settings."""
    options: dict[str, Any] = {
        "bind": settings.listen,
        "worker_class": "gthread",
        "workers": settings.api_workers,
        "threads": settings.api_threads,
        "graceful_timeout": GRACE,
        "timeout": 60,
        "keepalive": 75,
        "control_socket_disable": True,
        "accesslog": None,
        "loglevel": "warning",
        "proc_name": settings.service,
        "limit_request_field_size": 16384,
        "forwarded_allow_ips": "",
    }
    _Server(app_path, options | more).run()
