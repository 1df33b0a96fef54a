"""The bus: writer, relay, feed over HTTP and reader in processes of their own, under a steady stream and a backlog."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa

from deploy import ports
from shared.bus import inbox, outbox, tables
from shared.bus.client import HttpFeed
from shared.bus.handling import handle_waiting
from shared.db import Database
from shared.events import ReminderCancelled
from shared.service import Service
from tests.bench.cpu import Rate
from tests.bench.rig import START_SECONDS, Rig, beats, broker, end, live, own, running, until
from tests.bench.role import one_row

STREAM = "selfcare.notify"
AGGREGATES = 2_000
STEADY_PER_SECOND = 3_000
COMMITS_PER_SECOND = 50
LONE_PER_SECOND = 20
LONE_SECONDS = 8


def backlog(rig: Rig, events: int) -> dict[str, Rate]:
    """What has gathered is received over HTTP, then handled, one after the other."""
    producer, reader = _pair(rig)
    port = ports.choose(["web"], {})["web"]
    settings = {"database": producer.database.url, "port": port, "small": True}
    watch = rig.watch()
    record(producer, events)
    recorded = watch.rate(events)
    with running(own("role", "selfcare", "web", settings)):
        feed = HttpFeed({"selfcare": f"http://127.0.0.1:{port}"}, reader.sealer)
        until(lambda: _answers(feed), START_SECONDS, "the feed does not answer")
        watch = rig.watch()
        numbered = watch.rate(number(producer))
        watch = rig.watch()
        received = watch.rate(inbox.receive(reader.database, feed, STREAM))
        watch = rig.watch()
        handled = watch.rate(handle_waiting(reader.database, reader.sealer, reader.handle))
    return {"recorded": recorded, "numbered": numbered, "received": received, "handled": handled}


def steady(rig: Rig, seconds: int) -> tuple[Rate, list[float], list[float]]:
    """A stream of 3,000 a second through every process; then a trickle while Redis is gone.

    Returns how fast all was handled, and the seconds from each commit to its handling, in both parts.
    """
    producer, reader = _pair(rig)
    room = rig.room()
    port = ports.choose(["web"], {})["web"]
    with broker(room) as (url, process):
        common = {"broker": url, "small": True, "port": port}
        common["urls"] = dict.fromkeys(("contract", "selfcare"), f"http://127.0.0.1:{port}")
        there = {**common, "database": producer.database.url}
        there["urls"] = dict.fromkeys(("contract", "notify"), "http://127.0.0.1:9")
        here = {**common, "database": reader.database.url}
        roles = [own("role", "selfcare", role, there) for role in ("web", "relay")]
        roles += [own("role", "notify", role, here) for role in ("relay", "work")]
        with running(*roles):
            until(lambda: beats(reader.database, "relay", "work"), START_SECONDS, "the reader does not start")
            until(lambda: beats(producer.database, "relay"), START_SECONDS, "the producer does not start")
            watch = rig.watch(process.pid)
            count = _write(producer, STEADY_PER_SECOND, seconds)
            until(lambda: _handled(reader) >= count, 120, "not everything is handled")
            rate = watch.rate(count)
            fast = _waits(producer.database, reader.database)
            end(process)
            _write(producer, LONE_PER_SECOND, LONE_SECONDS)
            until(lambda: _handled(reader) >= count + LONE_PER_SECOND * LONE_SECONDS, 60, "it stands without Redis")
            slow = _waits(producer.database, reader.database, after=count)
    return rate, fast, slow


def _pair(rig: Rig) -> tuple[Service, Service]:
    producer = live("selfcare", rig.database("selfcare"), handlers={}, due=[])
    return producer, live("notify", rig.database("notify"), handlers={ReminderCancelled: one_row}, due=[])


def _write(producer: Service, per_second: int, seconds: int) -> int:
    """From a process of its own: a commit every 20 ms, or one for each event of a trickle."""
    commits = min(COMMITS_PER_SECOND, per_second)
    arguments = (producer.database.url, per_second // commits, commits, seconds)
    with running(own("bus", *arguments)) as (writer,):
        if writer.wait(seconds * 10 + 60):
            raise RuntimeError("the writer failed")
    return per_second * seconds


def write(url: str, batch: int, commits: int, seconds: int) -> None:
    producer = live("selfcare", Database(url), handlers={}, due=[])
    aggregates = [uuid4() for _ in range(AGGREGATES)]
    began, number = time.monotonic(), 0
    for turn in range(commits * seconds):
        time.sleep(max(began + turn / commits - time.monotonic(), 0))
        with producer.database.begin() as session:
            events = [_event(aggregates[(number + i) % AGGREGATES], number + i) for i in range(batch)]
            outbox.record(session, producer.sealer, events)
        number += batch


def record(producer: Service, events: int) -> None:
    """A hundred to a transaction, as a claim of due reminders does."""
    aggregates = [uuid4() for _ in range(AGGREGATES)]
    for start in range(0, events, 100):
        with producer.database.begin() as session:
            batch = [_event(aggregates[i % AGGREGATES], i) for i in range(start, start + 100)]
            outbox.record(session, producer.sealer, batch)


def _event(aggregate: UUID, number: int) -> ReminderCancelled:
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


def _answers(feed: HttpFeed) -> bool:
    try:
        feed(STREAM, 0, None, 1)
    except inbox.FeedUnavailable:
        return False
    return True


def _handled(reader: Service) -> int:
    table = tables.inbox
    with reader.database.begin() as session:
        done = sa.select(sa.func.count()).where(table.c.stream == STREAM, table.c.state == "done")
        return int(session.execute(done).scalar_one())


def _waits(producer: Database, reader: Database, after: int = 0) -> list[float]:
    """Sorted seconds from commit to handled. Both databases stand on one server and one clock."""
    out, into = tables.outbox, tables.inbox
    with producer.begin() as session:
        rows = session.execute(sa.select(out.c.event_id, out.c.recorded_at).where(out.c.seq > after))
        began: dict[UUID, datetime] = {row.event_id: row.recorded_at for row in rows}
    with reader.begin() as session:
        rows = session.execute(sa.select(into.c.event_id, into.c.handled_at).where(into.c.state == "done"))
        waits = [(row.handled_at - began[row.event_id]).total_seconds() for row in rows if row.event_id in began]
    return sorted(waits)


if __name__ == "__main__":
    write(sys.argv[1], *map(int, sys.argv[2:]))
