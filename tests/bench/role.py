"""One role of a service as a process of the bench: ``python -m tests.bench.role SERVICE ROLE SETTINGS``.

``SETTINGS`` is JSON: ``database``, ``broker``, ``urls``, ``port`` (web), ``sink`` (a file: what notify sends is counted
there) and ``smtp`` (or goes there). With ``small`` the only work is to handle an event that changes one row.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from deploy import wsgi
from services.notify.delivery.channel.domain import ACCEPTED, Channel, Mail, Outcome
from services.notify.delivery.email.actions import mailer
from services.notify.delivery.message import domain as message
from services.notify.delivery.sending import actions as sending
from services.notify.tasks import DUE
from shared import log
from shared.bus.beats import mark
from shared.bus.relay import Relay
from shared.bus.worker import worker_app
from shared.channels import EMAIL
from shared.context import Ctx
from shared.db import Database
from shared.events import ReminderCancelled
from shared.policy import Who, policy
from shared.service import Due, Service
from shared.web.app import create_app
from tests.bench.rig import live
from tests.bench.sink import Sink

HANDLED = sa.text(
    "INSERT INTO beat (role, at) VALUES (:id, clock_timestamp()) ON CONFLICT (role) DO UPDATE SET at = excluded.at"
)
IDLE_SECONDS = 0.05


@policy("bench", "handle", Who.SERVICE)
def one_row(ctx: Ctx, event: ReminderCancelled) -> None:
    """A handler that changes one row of its own, as the smallest real handler does."""
    ctx.session.execute(HANDLED, {"id": f"bench {event.reminder_id}"})


class Counting:
    """A channel that takes everything and only counts it."""

    window = 500
    keeps_keys = False

    def __init__(self, path: str) -> None:
        self._sink = Sink(Path(path))

    def send(self, mails: Sequence[Mail], _seconds: float) -> list[Outcome]:
        self._sink.take(mail.id for mail in mails)
        return [ACCEPTED for _ in mails]


def make(name: str, settings: Mapping[str, Any]) -> Service:
    database = Database(settings["database"])
    given = {"broker_url": settings.get("broker")} | ({"urls": settings["urls"]} if "urls" in settings else {})
    if settings.get("small"):
        handlers: dict[Any, Any] = {ReminderCancelled: one_row} if name == "notify" else {}
        return live(name, database, handlers=handlers, due=[], **given)
    if name == "notify" and "sink" in settings:
        by_name: dict[str, Channel] = {EMAIL: Counting(settings["sink"])}
        send = Due("send", sending.waiting, lambda service: sending.send_due(service, by_name))
        given["due"] = [*(job for job in DUE if job.name != "send"), send]
    return live(name, database, **given)


def send_alone(settings: Mapping[str, Any]) -> None:
    """The sender and nothing else: looks for what is due again and again."""
    service = make("notify", settings)
    channel: Channel = (
        mailer(settings["smtp"], service.config.mail_from) if "smtp" in settings else Counting(settings["sink"])
    )
    _warm()
    sending.send_due(service, {EMAIL: channel})
    mark(service.database, settings["role"])
    while True:
        if not sending.send_due(service, {EMAIL: channel}):
            time.sleep(IDLE_SECONDS)


def _warm() -> None:
    """Load what the first message loads: a worker lives long, one measurement does not."""
    params = {"starts_local": "2027-01-11T08:00:00", "zone": "Europe/Stockholm", "asks": True}
    message.render(message.TIME, message.newest(message.TIME), params, language="sv", link="", at=datetime.now(UTC))


def main(name: str, role: str, settings: Mapping[str, Any]) -> None:
    log.configure(name, role)
    if role == "relay":
        Relay(make(name, settings)).run()
    elif role == "work":
        options = ["--pool=prefork", "--concurrency=1", f"--queues={name}", "--loglevel=CRITICAL"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        worker_app(lambda: make(name, settings)).worker_main(["worker", *options, *quiet])
    elif role == "web":
        wsgi.serve(lambda: create_app(make(name, settings), []), f"127.0.0.1:{settings['port']}", 8)
    else:
        send_alone(settings)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
