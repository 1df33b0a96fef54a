"""The limits beside which the rest is judged: what PostgreSQL itself does when rows are claimed and marked done."""

from __future__ import annotations

import sqlalchemy as sa

from shared.db import Database
from tests.bench.rig import Rate, Rig, measure

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


def run(rig: Rig, rows: int) -> dict[str, Rate]:
    """Claim by 500 with SKIP LOCKED and mark done, each in its transaction."""
    database = rig.database("notify")
    with database.begin() as session:
        for statement in TABLE:
            session.execute(sa.text(statement))
        fill = "INSERT INTO raw_job SELECT i, now(), 'due' FROM generate_series(1, :rows) i"
        session.execute(sa.text(fill), {"rows": rows})
    rate = measure(lambda: work_off(database))
    with database.begin() as session:
        session.execute(sa.text("DROP TABLE raw_job"))
    return {"claimed and done": rate}


def work_off(database: Database) -> int:
    total = 0
    while True:
        with database.begin() as session:
            ids = list(session.execute(CLAIM, {"most": BATCH}).scalars())
        if not ids:
            return total
        with database.begin() as session:
            session.execute(DONE, {"ids": ids})
        total += len(ids)
