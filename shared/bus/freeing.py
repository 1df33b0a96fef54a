"""Frees events that are held behind nothing.

A batch is stored as held while the event before it waits for another attempt; when that attempt succeeds in the same
instant, neither transaction sees the other, and nobody would ever let the batch go on.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.db import Database

LEFT_BEHIND = """
    SELECT stream, aggregate FROM (SELECT DISTINCT stream, aggregate FROM inbox WHERE state = 'held') behind
    WHERE NOT EXISTS (
        SELECT FROM inbox first WHERE first.stream = behind.stream AND first.aggregate = behind.aggregate
        AND first.state IN ('waiting', 'parked', 'held')
        AND (first.state = 'parked' OR (first.state = 'waiting' AND first.problem IS NOT NULL))
    )
"""
IS_LEFT = sa.text(f"SELECT EXISTS ({LEFT_BEHIND})")
FREE = sa.text(f"UPDATE inbox SET state = 'waiting' WHERE state = 'held' AND (stream, aggregate) IN ({LEFT_BEHIND})")  # noqa: S608 - a constant


def is_left_behind(session: Session) -> bool:
    """Whether something is held with nothing before it that could let it go on."""
    return bool(session.execute(IS_LEFT).scalar_one())


def free(database: Database) -> bool:
    """Let it wait for its turn again. True when there was any."""
    with database.begin() as session:
        if not is_left_behind(session):
            return False
        session.execute(FREE)
    return True
