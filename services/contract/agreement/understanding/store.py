"""The questions asked of teach-backs."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.agreement.understanding.domain import Explained, explained
from services.contract.agreement.understanding.tables import TeachBack


def page(session: Session, contract_id: UUID, most: int, *, before: int | None = None) -> list[TeachBack]:
    """The newest first; those older than the one with the id ``before``."""
    query = sa.select(TeachBack).where(TeachBack.contract_id == contract_id)
    older = query.where(TeachBack.id < before) if before is not None else query
    return list(session.scalars(older.order_by(TeachBack.id.desc()).limit(most)))


def stands(session: Session, contract_id: UUID) -> Explained:
    """What the latest of the agreement's teach-backs shows."""
    latest = next(iter(page(session, contract_id, 1)), None)
    return explained(latest.understood, latest.explained_again) if latest else Explained.NOT_ASKED
