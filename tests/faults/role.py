"""One role of a service as a process, for the fault rig: the product's own web, relay and worker around a handler that
leaves a trace of every time it ran.

``python -m tests.faults.role SERVICE ROLE DATABASE_URL BROKER_URL PRODUCER_URL``
"""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

import sqlalchemy as sa
from werkzeug.serving import make_server

from shared import log
from shared.bus.relay import Relay
from shared.bus.worker import worker_app
from shared.context import Ctx
from shared.db import Database
from shared.events import Event, ReminderCancelled
from shared.policy import Who, policy
from shared.service import Handle, Service
from shared.web.app import create_app
from tests.support.services import make_service

TRACE = "CREATE TABLE IF NOT EXISTS trace (id bigserial PRIMARY KEY, aggregate text, number int)"
LEAVE = sa.text("INSERT INTO trace (aggregate, number) VALUES (:aggregate, :number)")


@policy("trace", "leave", Who.SERVICE)
def leave_trace(ctx: Ctx, event: ReminderCancelled) -> None:
    """A plain insert, with no key that would hide a second time."""
    ctx.session.execute(LEAVE, {"aggregate": str(event.reminder_id), "number": int(event.reason_key)})


def make(service: str, database_url: str, broker_url: str, producer_url: str) -> Service:
    urls = {peer: producer_url for peer in ("contract", "selfcare", "notify") if peer != service}
    handlers: dict[type[Event], Handle] = {ReminderCancelled: leave_trace} if service == "notify" else {}
    return make_service(service, Database(database_url), handlers=handlers, due=[], broker_url=broker_url, urls=urls)


def main(service: str, role: str, database_url: str, broker_url: str, producer_url: str) -> None:
    log.configure(service, role)

    def made() -> Service:
        return make(service, database_url, broker_url, producer_url)

    if role == "relay":
        Relay(made()).run()
    elif role == "work":
        options = ["--pool=prefork", "--concurrency=1", f"--queues={service}", "--loglevel=CRITICAL"]
        worker_app(made).worker_main(["worker", "--without-gossip", "--without-mingle", *options])
    else:
        port = urlsplit(producer_url).port or 0
        make_server("127.0.0.1", port, create_app(made(), []), threaded=True).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
