"""The whole product: selfcare claims what is due and tells it, notify writes its ledger and sends; every role a process."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from deploy import ports
from services.selfcare.reminders.tables import Reminder
from shared.db import Database, insert_all
from shared.register import tables
from tests.bench.cpu import Rate
from tests.bench.ledger import AT_ONCE, register, settled
from tests.bench.rig import START_SECONDS, Rig, analyze, beats, broker, own, running, until
from tests.bench.sink import Verdict

UNIT = UUID(int=101)


def run(rig: Rig, reminders: int) -> tuple[Rate, Verdict]:
    """All due at one instant, from selfcare's timeline to notify's channel, which only counts."""
    selfcare, notify, sink = rig.database("selfcare"), rig.database("notify"), rig.sink()
    chosen = ports.choose(["selfcare", "notify"], {})
    urls = {"contract": "http://127.0.0.1:9"} | {name: f"http://127.0.0.1:{port}" for name, port in chosen.items()}
    with broker(rig.room()) as (url, process):
        common = {"broker": url, "urls": urls, "sink": str(sink.path)}
        commands = [
            own("role", name, role, {**common, "database": database.url, "port": chosen[name]})
            for name, database in (("selfcare", selfcare), ("notify", notify))
            for role in ("web", "relay", "work")
        ]
        with running(*commands):
            for database in (selfcare, notify):
                until(lambda at=database: beats(at, "relay", "work"), START_SECONDS, "a service does not start")  # type: ignore[misc]
            people, due = register(notify, reminders)
            fill(selfcare, notify, people, datetime.fromtimestamp(due, UTC))
            if time.time() > due:
                raise RuntimeError("the machine was too slow to store everything before it was due")
            time.sleep(max(due - 0.1 - time.time(), 0))
            watch = rig.watch(process.pid)
            sink.wait_for(reminders, 60 + reminders / 50)
            verdict = sink.judge(reminders, due)
            rate = watch.rate(reminders - verdict.lost, verdict.last)
            until(lambda: settled(notify) >= reminders - verdict.lost, 60, "not everything is settled")
    return rate, verdict


def fill(selfcare: Database, notify: Database, people: Sequence[UUID], due: datetime) -> None:
    with notify.begin() as session:
        rows = session.execute(tables.person.select()).mappings().all()
    with selfcare.begin() as session:
        insert_all(session, tables.person, [{**row, "email": None} for row in rows])
    for start in range(0, len(people), AT_ONCE):
        with selfcare.begin() as session:
            batch = [row(people[i], i, due) for i in range(start, min(start + AT_ONCE, len(people)))]
            insert_all(session, Reminder.__table__, batch)  # type: ignore[arg-type]
    for database in (selfcare, notify):
        analyze(database)


def row(person: UUID, number: int, due: datetime) -> dict[str, object]:
    starts = datetime(2027, 1, 11, 8) + timedelta(minutes=15 * (number % 40))  # noqa: DTZ001 - a wall time
    useful = due + timedelta(days=1)
    return {
        "id": uuid4(),
        "subject_kind": "next_contact",
        "subject_id": uuid4(),
        "subject_version": 1,
        "rule": "48_hours",
        "occurrence_local": starts,
        "zone": "Europe/Stockholm",
        "starts_at": useful + timedelta(hours=2),
        "patient_id": person,
        "recipient_id": person,
        "unit_id": UNIT,
        "due_at": due,
        "send_at": due,
        "useful_until": useful,
        "answer_until": useful,
        "state": "planned",
    }
