"""The demo clock's offset, one row in each database; read only in demo mode."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.db import Database, common

demo_clock = sa.Table(
    "demo_clock",
    common,
    sa.Column("only", sa.Boolean, primary_key=True, server_default=sa.true()),
    sa.Column("shift", sa.Interval, nullable=False),
    sa.CheckConstraint('"only"', name="one_row"),
)


def shift_of(session: Session) -> timedelta:
    """How far the demo clock is from the real one; zero when nobody has moved it."""
    return session.execute(sa.select(demo_clock.c.shift)).scalar_one_or_none() or timedelta()


def set_shift(database: Database, shift: timedelta) -> None:
    with database.begin() as session:
        row = insert(demo_clock).values(only=True, shift=shift)
        session.execute(row.on_conflict_do_update(index_elements=["only"], set_={"shift": shift}))
