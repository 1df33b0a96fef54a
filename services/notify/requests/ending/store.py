"""The questions asked about everything that concerns one patient."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.requests.domain import CloseReason, State
from services.notify.requests.tables import ContactRequest
from services.notify.requests.telling.tables import WorkNotice


def unclosed(session: Session, patient_id: UUID) -> list[ContactRequest]:
    return _held(session, patient_id, ContactRequest.state != State.CLOSED)


def closed_by_death(session: Session, patient_id: UUID) -> list[ContactRequest]:
    return _held(session, patient_id, ContactRequest.closed_reason == CloseReason.DECEASED)


def take_back_notices(session: Session, patient_id: UUID, reason_key: str) -> None:
    mine = WorkNotice.patient_id == patient_id, WorkNotice.reason_key == reason_key
    session.execute(sa.delete(WorkNotice).where(*mine))


def _held(session: Session, patient_id: UUID, which: sa.ColumnElement[bool]) -> list[ContactRequest]:
    query = sa.select(ContactRequest).where(ContactRequest.patient_id == patient_id, which)
    held = query.order_by(ContactRequest.id).with_for_update()
    return list(session.scalars(held, execution_options={"populate_existing": True}))
