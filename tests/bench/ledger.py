"""The send ledger: everything due at one instant, claimed, worded, given to a channel, settled and told."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa

from services.notify.delivery.message import domain as message
from services.notify.delivery.tables import LEDGER
from shared.db import Database, insert_all
from shared.register import tables
from tests.bench.cpu import Rate
from tests.bench.rig import START_SECONDS, Rig, analyze, beats, noon_zone, own, running, until
from tests.bench.sink import Sink, Verdict

AT_ONCE = 5_000


def run(rig: Rig, deliveries: int, processes: int, smtp: tuple[str, Sink, int] | None = None) -> tuple[Rate, Verdict]:
    """Senders in processes of their own, over a channel that counts, or over the mail server at ``smtp`` (its address,
    its file, its process)."""
    database, sink = rig.database("notify"), rig.sink()
    settings = {"database": database.url, "sink": str(sink.path)} | ({"smtp": smtp[0]} if smtp else {})
    counted, strangers = (smtp[1], [smtp[2]]) if smtp else (sink, [])
    counted.empty()
    commands = [own("role", "notify", "sender", {**settings, "role": f"sender {i}"}) for i in range(processes)]
    with running(*commands):
        until(lambda: beats(database, *(f"sender {i}" for i in range(processes))), START_SECONDS, "no sender starts")
        people, due = register(database, deliveries)
        fill(database, people, datetime.fromtimestamp(due, UTC))
        if time.time() > due:
            raise RuntimeError("the machine was too slow to store everything before it was due")
        time.sleep(max(due - 0.1 - time.time(), 0))
        watch = rig.watch(strangers=strangers)
        counted.wait_for(deliveries, 30 + deliveries / 50)
        until(lambda: settled(database) >= deliveries, 30, "not everything is settled")
        verdict = counted.judge(deliveries, due)
        rate = watch.rate(verdict.sent - verdict.lost, verdict.last)
    return rate, verdict


def fill(database: Database, people: Sequence[UUID], due: datetime) -> None:
    """Reminders to as many people, at forty different times: the same words are not everybody's."""
    for start in range(0, len(people), AT_ONCE):
        with database.begin() as session:
            rows = [row(people[i], i, due) for i in range(start, min(start + AT_ONCE, len(people)))]
            insert_all(session, LEDGER, rows)
    analyze(database)


def register(database: Database, count: int) -> tuple[list[UUID], float]:
    """People where it is noon now, as contract would have told of them; and a time by which the rest can be stored, as
    busy as the machine is."""
    facts = {"kind": "patient", "name": "B", "language": "sv", "zone": noon_zone(), "protected": False}
    began, people = time.time(), [uuid4() for _ in range(count)]
    rows = [{"person_id": each, **facts, "email": f"p{each.hex}@bench.example"} for each in people]
    with database.begin() as session:
        insert_all(session, tables.person, rows)
    return people, time.time() + 3 + 8 * (time.time() - began)


def row(person: UUID, number: int, due: datetime) -> dict[str, object]:
    starts = datetime(2027, 1, 11, 8) + timedelta(minutes=15 * (number % 40))  # noqa: DTZ001 - a wall time
    return {
        "id": uuid4(),
        "dedup_key": f"bench:{number}",
        "class": "clinical_reminder",
        "recipient_id": person,
        "patient_id": person,
        "subject_id": uuid4(),
        "attempt": 1,
        "template": message.TIME,
        "version": message.newest(message.TIME),
        "params": {"starts_local": starts.isoformat(), "zone": "Europe/Stockholm", "asks": True},
        "created_at": due - timedelta(days=1),
        "not_before": due,
        "useful_until": due + timedelta(days=1),
        "ignore_quiet": False,
    }


def settled(database: Database) -> int:
    with database.begin() as session:
        done = sa.select(sa.func.count()).where(LEDGER.c.state == "accepted")
        return int(session.execute(done).scalar_one())
