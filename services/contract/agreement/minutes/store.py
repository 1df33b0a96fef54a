"""The questions asked of noted minutes."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.agreement.minutes.tables import StaffMinutes


def page(session: Session, contract_id: UUID, most: int, *, before: int | None = None) -> list[StaffMinutes]:
    """The newest first; those older than the one with the id ``before``."""
    query = sa.select(StaffMinutes).where(StaffMinutes.contract_id == contract_id)
    older = query.where(StaffMinutes.id < before) if before is not None else query
    return list(session.scalars(older.order_by(StaffMinutes.id.desc()).limit(most)))


def spent(session: Session, contract_id: UUID) -> int:
    """Minutes in all."""
    query = sa.select(sa.func.coalesce(sa.func.sum(StaffMinutes.minutes), 0))
    return int(session.scalars(query.where(StaffMinutes.contract_id == contract_id)).one())
