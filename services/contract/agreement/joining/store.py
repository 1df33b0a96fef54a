"""The questions asked of answers to working this way."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.agreement.joining.tables import Joining
from services.contract.agreement.tables import Contract


def answer(session: Session, contract_id: UUID) -> Joining | None:
    return session.get(Joining, contract_id)


def said_no(session: Session, patients: Collection[UUID]) -> dict[UUID, date]:
    """The last day on which each of these patients said no to working this way."""
    query = sa.select(Contract.patient_id, sa.func.max(Joining.said_on)).join(Contract)
    no = query.where(Contract.patient_id.in_(patients), sa.not_(Joining.willing))
    return dict(session.execute(no.group_by(Contract.patient_id)).all())
