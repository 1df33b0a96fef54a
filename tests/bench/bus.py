"""Events per second through the whole bus: recorded, numbered, fetched over HTTP, stored, handled."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from uuid import UUID, uuid4

import sqlalchemy as sa
from werkzeug.serving import WSGIRequestHandler, make_server

from deploy import ports
from shared.bus import inbox, outbox
from shared.bus.client import HttpFeed
from shared.bus.handling import handle_waiting
from shared.context import Ctx
from shared.db import Database
from shared.events import ReminderCancelled
from shared.policy import Who, policy
from shared.service import Service
from shared.web.app import create_app
from tests.bench.rig import Rate, Rig, measure
from tests.support.services import make_service

STREAM = "selfcare.notify"
AGGREGATES = 500


@policy("bench", "handle", Who.SERVICE)
def one_row(ctx: Ctx, event: ReminderCancelled) -> None:
    """A handler that changes one row of its own, as the smallest real handler does."""
    ctx.session.execute(HANDLED, {"id": f"bench {event.reminder_id}"})


HANDLED = sa.text(
    "INSERT INTO beat (role, at) VALUES (:id, clock_timestamp()) ON CONFLICT (role) DO UPDATE SET at = excluded.at"
)


def run(rig: Rig, events: int) -> dict[str, Rate]:
    """Measure recording, receiving and handling one after the other, and all of it together."""
    producer = make_service("selfcare", rig.database("selfcare"), due=[])
    reader = make_service("notify", rig.database("notify"), handlers={ReminderCancelled: one_row}, due=[])
    recorded = measure(lambda: record(producer, events))
    with feed_of(producer) as feed:
        numbered = measure(lambda: number(producer))
        received = measure(lambda: inbox.receive(reader.database, feed, STREAM))
        handled = measure(lambda: handle_waiting(reader.database, reader.sealer, reader.handle))
    whole = Rate(events, received.seconds + handled.seconds, received.cpu + handled.cpu)
    return {"recorded": recorded, "numbered": numbered, "received": received, "handled": handled, "whole": whole}


def record(producer: Service, events: int) -> int:
    """Write the events a hundred to a transaction, as a claim of due reminders does."""
    aggregates = [uuid4() for _ in range(AGGREGATES)]
    for start in range(0, events, 100):
        with producer.database.begin() as session:
            batch = [cancelled(aggregates[i % AGGREGATES], i) for i in range(start, start + 100)]
            outbox.record(session, producer.sealer, batch)
    return events


def cancelled(aggregate: UUID, number: int) -> ReminderCancelled:
    return ReminderCancelled(reminder_id=aggregate, reason_key=str(number))


def number(producer: Service) -> int:
    total = 0
    with producer.database.begin() as session:
        leader = outbox.lead(session, producer.name)
    while True:
        with producer.database.begin() as session:
            count = outbox.number(session, STREAM, leader)
        if not count:
            return total
        total += count


@contextmanager
def feed_of(producer: Service) -> Iterator[HttpFeed]:
    """The producer's web role in a process of its own, read over loopback."""
    port = ports.choose(["web"], {})["web"]
    web = multiprocessing.get_context("spawn").Process(target=serve, args=(producer.database.url, port), daemon=True)
    web.start()
    try:
        reader = make_service("notify", producer.database, handlers={}, due=[])
        feed = HttpFeed({"selfcare": f"http://127.0.0.1:{port}"}, reader.sealer)
        wait_for(feed)
        yield feed
    finally:
        web.terminate()
        web.join()


class Silent(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_request(self, *_: object) -> None:
        return None


def serve(url: str, port: int) -> None:
    app = create_app(make_service("selfcare", Database(url), due=[]), [])
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever)
    thread.start()
    thread.join()


def wait_for(feed: HttpFeed) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            feed(STREAM, 0, None, 1)
        except inbox.FeedUnavailable:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
