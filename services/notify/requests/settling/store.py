"""The question asked when something has been seen to."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.requests.store import IS_OPEN
from services.notify.requests.tables import ContactRequest


def open_by_rule(session: Session, patient_id: UUID, kind: str) -> list[ContactRequest]:
    """The open requests of this kind that rules made, one a unit at most, held until the transaction ends."""
    about = ContactRequest.patient_id == patient_id, ContactRequest.kind == kind
    query = sa.select(ContactRequest).where(IS_OPEN, ContactRequest.rule_made, *about).order_by(ContactRequest.id)
    return list(session.scalars(query.with_for_update(), execution_options={"populate_existing": True}))
