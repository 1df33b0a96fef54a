"""The limits beside which the rest is judged: what PostgreSQL alone does, and what Celery does with tasks that do nothing."""

from __future__ import annotations

import sqlalchemy as sa

from shared.db import Database
from tests.bench import peer
from tests.bench.cpu import Rate
from tests.bench.rig import START_SECONDS, Rig, broker, running, until

BATCH = 500
CLAIM = sa.text(
    """
    UPDATE raw_job SET state = 'claimed' WHERE id IN (
        SELECT id FROM raw_job WHERE state = 'due' ORDER BY at LIMIT :most FOR UPDATE SKIP LOCKED
    ) RETURNING id
    """
)
DONE = sa.text("UPDATE raw_job SET state = 'done' WHERE id = ANY(:ids)")
TABLE = (
    "DROP TABLE IF EXISTS raw_job",
    "CREATE TABLE raw_job (id bigint PRIMARY KEY, at timestamptz, state text) WITH (fillfactor = 70)",
    "CREATE INDEX ON raw_job (at) WHERE state = 'due'",
)


def claim_and_done(rig: Rig, rows: int) -> Rate:
    """One worker: claim by 500 with SKIP LOCKED and mark done, each in its transaction."""
    database = rig.database("notify")
    with database.begin() as session:
        for statement in TABLE:
            session.execute(sa.text(statement))
        fill = "INSERT INTO raw_job SELECT i, now(), 'due' FROM generate_series(1, :rows) i"
        session.execute(sa.text(fill), {"rows": rows})
    watch = rig.watch()
    rate = watch.rate(_work_off(database))
    with database.begin() as session:
        session.execute(sa.text("DROP TABLE raw_job"))
    return rate


def _work_off(database: Database) -> int:
    total = 0
    while True:
        with database.begin() as session:
            ids = list(session.execute(CLAIM, {"most": BATCH}).scalars())
        if not ids:
            return total
        with database.begin() as session:
            session.execute(DONE, {"ids": ids})
        total += len(ids)


def nothing(rig: Rig, tasks: int) -> Rate:
    """No-op Celery tasks, published by ``delay``, consumed by two solo workers: from the first that ran to the last."""
    sink = rig.sink()
    with broker(rig.room()) as (url, process), peer.place(url, sink):
        peer.call("celery_eta", "publish", tasks)
        with running(*[[*peer.command("celery_eta"), "worker", "solo", str(i)] for i in range(2)]):
            until(lambda: len(sink) > 0, START_SECONDS, "no worker takes a task")
            before, watch = len(sink), rig.watch(process.pid)
            if not sink.wait_for(tasks, 300):
                raise TimeoutError("tasks are left")
            return watch.rate(tasks - before)
