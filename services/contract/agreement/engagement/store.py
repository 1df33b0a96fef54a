"""The questions asked of what patients have answered about taking part."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.agreement.engagement.tables import EngagementPreference


def page(session: Session, patient_id: UUID, most: int, *, before: int | None = None) -> list[EngagementPreference]:
    """The newest first; those older than the one with the id ``before``."""
    query = sa.select(EngagementPreference).where(EngagementPreference.patient_id == patient_id)
    older = query.where(EngagementPreference.id < before) if before is not None else query
    return list(session.scalars(older.order_by(EngagementPreference.id.desc()).limit(most)))


def latest(session: Session, patient_id: UUID) -> EngagementPreference | None:
    return next(iter(page(session, patient_id, 1)), None)
