"""The questions asked of what is shared."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.delegates.consents import store as consents
from services.contract.delegates.consents.domain import scope_of
from services.contract.plan.sharing.domain import SHARE, still_shared
from services.contract.plan.sharing.tables import PlanShare


def shares(session: Session, patient_id: UUID) -> list[PlanShare]:
    """What is shared now, the newest first; a yes taken back ends it at once."""
    query = sa.select(PlanShare).where(PlanShare.patient_id == patient_id, PlanShare.ended_at.is_(None))
    rows = session.scalars(query.order_by(PlanShare.shared_at.desc(), PlanShare.id)).all()
    given = consents.of_patient(session, patient_id) if rows else []
    yes = {one.scope for one in given if one.kind == SHARE and one.withdrawn_at is None}
    return [
        row
        for row in rows
        if still_shared(by_patient=row.shared_by == patient_id, consented=scope_of(SHARE, row.recipient) in yes)
    ]


def open_share(session: Session, activity_id: UUID, party: str, recipient: str) -> UUID:
    """What shows the activity to that party now."""
    query = sa.select(PlanShare.id).where(PlanShare.activity_id == activity_id, PlanShare.ended_at.is_(None))
    return session.scalars(query.where(PlanShare.party == party, PlanShare.recipient == recipient)).one()
