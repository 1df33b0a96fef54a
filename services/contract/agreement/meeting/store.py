"""The questions asked of what patients have prepared."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.agreement.meeting.tables import Preparation
from services.contract.next_contact.tables import NextContact


def of(session: Session, next_contact_id: UUID) -> Preparation | None:
    query = sa.select(Preparation).where(Preparation.next_contact_id == next_contact_id)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def earlier(session: Session, contract_id: UUID, most: int, *, skip: int = 0) -> list[Preparation]:
    """What was prepared for meetings that are over, the newest first."""
    query = sa.select(Preparation).join(NextContact, NextContact.id == Preparation.next_contact_id)
    over = query.where(Preparation.contract_id == contract_id, NextContact.closed_at.is_not(None))
    newest_first = Preparation.changed_at.desc(), Preparation.id
    return list(session.scalars(over.order_by(*newest_first).offset(skip).limit(most)))
