"""The three roles of a service as processes: how its web, relay and work are started."""

from __future__ import annotations

import gc
import importlib
import os
from contextlib import suppress
from types import ModuleType
from urllib.parse import urlsplit

from deploy import fitting, system, wsgi
from deploy.fitting import Away, Standing
from deploy.trouble import Trouble
from shared import log
from shared.config import Config
from shared.service import Service

WEB_THREADS = 8


def web(service: str) -> None:
    """Pages, API and the feed."""
    app, _config = _prepare(service, "web")
    wsgi.serve(lambda: app.create(system.config_of(service)), _own_address(service), WEB_THREADS)


def relay(service: str) -> None:
    """Numbers what was committed and rings for it."""
    from shared.bus.relay import Relay

    app, config = _prepare(service, "relay")
    Relay(_learning(app.make(config))).run()


def work(service: str) -> None:
    """The Celery worker: one child, so that one service never takes more than one core."""
    from shared.bus.worker import worker_app

    app, config = _prepare(service, "work")

    def make() -> Service:
        return _learning(app.make(config))

    options = ["--pool=prefork", "--concurrency=1", f"--queues={service}", f"--hostname={service}@%h"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING"]
    worker_app(make).worker_main(["worker", *options, *quiet])


def _learning(service: Service) -> Service:
    """It learns of new secrets while it runs."""
    service.sealer.newer = system.newer_secrets(service.name)
    return service


def _prepare(service: str, role: str) -> tuple[ModuleType, Config]:
    """The service's module and configuration. What is loaded now is shared with the processes forked from this one,
    as long as no garbage collection writes to it: hence the freeze. A database that is away or waits for its migration may
    come; another service's never becomes this one's."""
    config = system.config_of(service)
    with suppress(Away):
        fitting.check(service, config.database_url, Standing.EMPTY, Standing.OLDER, Standing.UNKNOWN)
    log.configure(service, role)
    app = importlib.import_module(f"services.{service}.app")
    gc.freeze()
    return app, config


def _own_address(service: str) -> str:
    """Where this service's web role listens: the host and port of its own internal address."""
    name = f"SAMKONTRAKT_{service.upper()}_URL"
    parts = urlsplit(system.environment(service, os.environ).get(name, ""))
    if not parts.hostname or not parts.port:
        raise Trouble(f"{name} must be this service's own address with its port, such as http://127.0.0.1:8001")
    return f"{parts.hostname}:{parts.port}"
