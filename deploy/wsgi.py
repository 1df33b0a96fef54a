"""gunicorn from Python: one worker process with threads, no access log, because addresses hold answer tokens."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import structlog
from gunicorn.app.base import BaseApplication

from shared.log import place_of

log = structlog.get_logger()
GRACE_SECONDS = 10
LONGEST_LINE, MOST_FIELDS, LARGEST_FIELD = 4094, 64, 8190
"""Bytes of a request's first line, how many fields its head has, and bytes of each."""
HANGS_SECONDS = 30
"""A worker process whose main thread stands still for so long is replaced. Requests have threads of their own."""


def serve(make: Callable[[], Any], address: str, threads: int) -> None:
    """Serve the app that ``make`` makes, in a worker process that is replaced when it dies.

    The app is made before the fork and frozen, so that both processes share its memory; ``make`` may open no connection.
    On SIGHUP it is made anew, so ``make`` reads the settings: the old process ends the requests it has, none is refused.
    """
    options = {
        "bind": address,
        "workers": 1,
        "worker_class": "deploy.patience.PatientWorker",
        "preload_app": True,
        "pre_fork": lambda _server, _worker: gc.freeze(),
        "threads": threads,
        "timeout": HANGS_SECONDS,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": 15,
        "limit_request_line": LONGEST_LINE,
        "limit_request_fields": MOST_FIELDS,
        "limit_request_field_size": LARGEST_FIELD,
        "loglevel": "warning",
        "control_socket_disable": True,
        "forwarded_allow_ips": "127.0.0.1",
        "proc_name": "samkontrakt",
    }
    _Application(make, options).run()


class _Application(BaseApplication):  # type: ignore[misc]
    def __init__(self, make: Callable[[], Any], options: dict[str, Any]) -> None:
        self._make = make
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._make()

    def reload(self) -> None:
        """What can't be made anew leaves what there was: wrong settings must not end a service that works."""
        super().reload()
        try:
            self.callable = self.load()
        except Exception as error:
            log.error("not made anew", error=type(error).__name__, at=place_of(error))
