"""One role of a service as a process, for the fault rig: the product's own web, relay and worker around handlers that
leave a trace of every time they ran."""

from __future__ import annotations

import ctypes
import importlib
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa

from deploy import wsgi
from shared import log
from shared.bus.relay import Relay
from shared.bus.seal import Sealer
from shared.bus.worker import worker_app
from shared.context import Ctx
from shared.db import Database
from shared.events import Event
from shared.policy import Who, policy
from shared.service import Handle, Service
from shared.time import Clock
from shared.web.app import create_app
from tests.faults import facts
from tests.support.services import config_for

TRACE = "CREATE TABLE trace (id bigint GENERATED ALWAYS AS IDENTITY, stream text, aggregate text, number int)"
LEAVE = sa.text("INSERT INTO trace (stream, aggregate, number) VALUES (:stream, :aggregate, :number)")
WEB_THREADS = 4
DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG: a run that is killed leaves no process behind."""


@policy("trace", "leave", Who.SERVICE)
def leave_trace(ctx: Ctx, event: Event) -> None:
    """A plain insert, with no key that would hide a second time; in notify an answer with it."""
    heard = facts.heard(event, ctx.service)
    ctx.session.execute(LEAVE, {"stream": heard.stream, "aggregate": heard.aggregate, "number": heard.number})
    if ctx.service == "notify" and (answer := facts.answer_to(event)):
        ctx.tell(answer)


HANDLERS: Mapping[type[Event], Handle] = dict.fromkeys(facts.NUMBERS, leave_trace)


@dataclass(frozen=True)
class Part:
    """Which role of which service a process plays, and where it finds the others."""

    service: str
    role: str
    database_url: str
    broker_url: str
    urls: Mapping[str, str]


def main(part: Part, handlers: Mapping[type[Event], Handle] = HANDLERS) -> None:
    """Play one role until it is ended."""
    service, role = part.service, part.role
    log.configure(service, role)

    def made() -> Service:
        database = Database(part.database_url)
        config = replace(config_for(service, database), broker_url=part.broker_url, urls=part.urls)
        return Service(service, config, database, Sealer(service, config.pair_secrets), Clock(), handlers, due=[])

    if role == "work":
        options = ["--pool=prefork", "--concurrency=1", f"--queues={service}", f"--hostname={service}@%h"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING"]
        worker_app(made).worker_main(["worker", *options, *quiet])
    elif role == "web":
        wsgi.serve(lambda: create_app(made(), []), urlsplit(part.urls[service]).netloc, WEB_THREADS)
    else:
        Relay(made()).run()


def begin(module: str, part: Part, environ: Mapping[str, str], log: Path) -> None:
    """What a forked process does first: it leads a group of its own, writes to its own log, and plays its role as
    ``module.main`` plays it."""
    os.setsid()
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.environ.update(environ)
    importlib.import_module(module).main(part)
