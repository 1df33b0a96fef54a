"""The questions asked about tries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.contract.signin.throttle.domain import FORGOTTEN_AFTER
from services.contract.signin.throttle.tables import SigninTries


def held(session: Session, keys: Collection[str], at: datetime) -> dict[str, SigninTries]:
    """What is known under each of the keys, locked until the transaction ends so that nobody slips through beside."""
    session.execute(sa.delete(SigninTries).where(SigninTries.last_at < at - FORGOTTEN_AFTER))
    rows = [{"key": key, "count": 0, "last_at": at} for key in sorted(keys)]
    session.execute(insert(SigninTries).values(rows).on_conflict_do_nothing())
    query = sa.select(SigninTries).where(SigninTries.key.in_(keys)).order_by(SigninTries.key)
    return {row.key: row for row in session.scalars(query.with_for_update())}


def forget(session: Session, key: str) -> None:
    session.execute(sa.delete(SigninTries).where(SigninTries.key == key))
