"""Many events at once into an inbox that the database believes to be empty: no claim reads all of it again and again."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from shared.bus import handling
from shared.db import Database

MANY = 4_000
FILL = """
INSERT INTO inbox (stream, generation, seq, event_id, type, aggregate, data, state)
SELECT 'selfcare.notify', 1, n, gen_random_uuid(), 'x', (n % 1500)::text, 'x', CASE WHEN n % 50 = 7 THEN 'held' ELSE 'waiting' END
FROM generate_series(1, :many) n
"""


def test_a_claim_reads_each_row_a_few_times_at_most_though_the_rows_were_never_counted(notify_db: Database) -> None:
    with notify_db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ALTER TABLE inbox SET (autovacuum_enabled = off)"))
        for statement in (FILL, "DELETE FROM inbox", "ANALYZE inbox", FILL):
            connection.execute(sa.text(statement), {"many": MANY} if statement == FILL else {})
    with notify_db.begin() as session:
        values = {"window": handling.WINDOW, "batch": handling.SIZES[0]}
        explained = session.execute(sa.text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {handling.NEXT.text}"), values)
        plan: dict[str, Any] = explained.scalar_one()[0]["Plan"]
    assert plan["Actual Rows"] == handling.SIZES[0]
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 3 * MANY, json.dumps(plan)
