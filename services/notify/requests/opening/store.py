"""The questions asked before a request is opened."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.requests.store import IS_OPEN
from services.notify.requests.tables import ContactRequest


def one_at_a_time(session: Session, patient_id: UUID) -> None:
    """Until this transaction ends nobody else opens a request for the patient, so that of two needs one joins."""
    key = sa.func.hashtextextended(str(patient_id), 0)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def open_by_rule(session: Session, patient_id: UUID, unit_id: UUID, kind: str) -> ContactRequest | None:
    """The one open request that a rule made about this, held until the transaction ends."""
    about = ContactRequest.patient_id == patient_id, ContactRequest.unit_id == unit_id, ContactRequest.kind == kind
    query = sa.select(ContactRequest).where(IS_OPEN, ContactRequest.rule_made, *about).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
