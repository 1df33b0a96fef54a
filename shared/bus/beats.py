"""When each role of a service last got something done: how the others see that it is at work, and not only there."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.bus.tables import beat
from shared.db import Database


def note(session: Session | sa.Connection, *roles: str) -> None:
    """Write, in the caller's transaction, that these have just done their work."""
    row = insert(beat).values([{"role": role, "at": sa.func.clock_timestamp()} for role in sorted(roles)])
    session.execute(row.on_conflict_do_update(index_elements=["role"], set_={"at": row.excluded.at}))


def mark(database: Database, *roles: str) -> None:
    """Write it in a transaction of its own."""
    with database.begin() as session:
        note(session, *roles)


def age(session: Session, role: str) -> float | None:
    """For how many seconds a role has got nothing done; None when it never has."""
    age = sa.extract("epoch", sa.func.clock_timestamp() - beat.c.at)
    value: Any = session.execute(sa.select(age).where(beat.c.role == role)).scalar_one_or_none()
    return None if value is None else float(value)


def seconds_since(database: Database, role: str) -> float | None:
    """The same, asked in a transaction of its own."""
    with database.begin() as session:
        return age(session, role)


def idle_for(database: Database, role: str, begun: float) -> float:
    """For how many seconds a role has got nothing done; at most since it ``begun``, by the monotonic clock."""
    silent = seconds_since(database, role)
    stood = time.monotonic() - begun
    return stood if silent is None else min(stood, silent)
