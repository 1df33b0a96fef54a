"""Taking over from a leader that stands still: a frozen process keeps its lock, though it does nothing."""

from __future__ import annotations

import psycopg
import structlog

from shared.bus.beats import seconds_since
from shared.db import Database

FROZEN_SECONDS = 15.0
"""A leader that has finished no round for this long does not lead, though its session still holds the lock."""
UNSEAT = """
SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = %s AND classid = 0
AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()
"""
log = structlog.get_logger()


def unseat_if_frozen(database: Database, lock: psycopg.Connection, number: int) -> None:
    """End the session that holds advisory lock ``number`` if its process stands still. Should that wake, the number of
    the next leader keeps it out."""
    silent = seconds_since(database, "relay")
    if silent is not None and silent > FROZEN_SECONDS:
        log.warning("unseating a leader that stands still", seconds=round(silent))
        lock.execute(UNSEAT, (number,))
