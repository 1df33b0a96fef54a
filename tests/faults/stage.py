"""The roles of the product as processes that can be told where to die, and killed and started again.

They are forked from a server that has imported everything, so one starts in a moment; each reads its own environment, as
it would from a supervisor. Without a broker the relay does the worker's work too, in its own child.
"""

from __future__ import annotations

import base64
import contextlib
import importlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from werkzeug.serving import make_server

from services.notify.delivery.sending import actions as sending
from shared import log
from shared.bus.relay import Relay
from shared.config import PREFIX, Config, load, pair_name
from shared.service import Due, Service
from shared.time import FixedClock
from shared.web.app import create_app
from tests.support.services import NOON

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.stage", "services.selfcare.app", "services.notify.app"])
LEASE = timedelta(seconds=2)
PATIENCE_SECONDS = 20.0

Role = tuple[str, str]


def until(condition: Callable[[], bool], what: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until it is so; ``AssertionError`` with ``what`` is so instead when it takes longer than ``seconds``."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what()
        time.sleep(0.05)


@dataclass
class Stage:
    """The processes of one test. ``configs``: each service's configuration."""

    room: Path
    configs: Mapping[str, Config]
    own_address: Mapping[str, str]
    running: dict[Role, BaseProcess] = field(default_factory=dict)

    def start(self, role: Role, crash_at: str = "") -> None:
        environ = environment(self.configs[role[0]]) | {f"{PREFIX}CRASH_AT": crash_at}
        arguments = (role, environ, self.own_address.get(role[0], ""), self._log(role))
        self.running[role] = FORKS.Process(target=play, args=arguments)
        self.running[role].start()

    def said(self, role: Role) -> str:
        """Everything this role has written on standard error."""
        return self._log(role).read_text() if self._log(role).exists() else ""

    def kill(self, role: Role) -> None:
        """End the role and its children, as a power cut does."""
        end(self.running.pop(role))

    def close(self) -> None:
        for role in list(self.running):
            self.kill(role)

    def _log(self, role: Role) -> Path:
        return self.room / ("-".join(role) + ".log")


def end(process: BaseProcess) -> None:
    """Kill a process that leads a group, and whatever it has forked."""
    assert process.pid is not None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()


def apart() -> None:
    """Lead a group of one's own, and end with whoever forked it: a test run that is killed leaves nobody behind."""
    os.setsid()
    threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(0, signal.SIGKILL)


def play(role: Role, environ: Mapping[str, str], address: str, log_file: Path) -> None:
    """One role of one service, in a process of its own: wired as the product wires it, at noon, with a short lease."""
    apart()
    with log_file.open("ab") as kept:
        os.dup2(kept.fileno(), 2)
    name, part = role
    log.configure(name, part)
    app = importlib.import_module(f"services.{name}.app")
    made: Service = app.make(load(name, environ))
    service = replace(made, clock=FixedClock(NOON), due=[_short(job) for job in made.due])
    if part == "relay":
        Relay(service).run()
    else:
        parts = urlsplit(address)
        make_server(str(parts.hostname), parts.port or 0, create_app(service, []), threaded=True).serve_forever()


def _short(job: Due) -> Due:
    return replace(job, run=_send) if job.name == "send" else job


def _send(service: Service) -> int:
    return sending.send_due(service, sending.channels(service.config), lease=LEASE)


def environment(config: Config) -> dict[str, str]:
    """What a supervisor would give a process of this service."""
    own = config.service.upper()
    values: dict[str, Any] = {
        "DEMO": "1",
        "PUBLIC_URL": config.public_url,
        f"{own}_DATABASE_URL": config.database_url,
        f"{own}_FORM_KEY": config.form_keys[0],
        f"{own}_AUDIT_KEY": config.audit_keys[0],
        "SESSION_PUBLIC_KEY": base64.urlsafe_b64encode(config.session_public_keys[0]).decode(),
        "SMTP_URL": config.smtp_url or "",
        "MAIL_FROM": config.mail_from,
        **{f"{peer.upper()}_URL": url for peer, url in config.urls.items()},
        **{pair_name(config.service, peer): ",".join(both) for peer, both in config.pair_secrets.items()},
    }
    return {PREFIX + name: value for name, value in values.items()}
