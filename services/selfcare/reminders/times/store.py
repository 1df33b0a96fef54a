"""The agreed times of a patient, and what has been answered about them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.selfcare.reminders.domain import State
from services.selfcare.reminders.rules.domain import NEXT_CONTACT
from services.selfcare.reminders.tables import AgreedTime, Reminder
from services.selfcare.reminders.times.domain import Coming


def next_contacts(session: Session, patient_id: UUID, at: datetime) -> list[Coming]:
    """The patient's next contacts that are not yet over."""
    wanted = (AgreedTime.patient_id == patient_id, AgreedTime.state == "agreed", AgreedTime.starts_at > at)
    rows = session.scalars(sa.select(AgreedTime).where(*wanted).order_by(AgreedTime.starts_at))
    return [
        Coming(
            kind=NEXT_CONTACT,
            id=row.next_contact_id,
            version=row.version,
            unit_id=row.unit_id,
            starts_at=row.starts_at,
            ends_at=None,
            zone=row.zone,
        )
        for row in rows
    ]


def answers(session: Session, patient_id: UUID, at: datetime) -> dict[UUID, str]:
    """What stands answered, by the id of the thing it is about."""
    wanted = (Reminder.patient_id == patient_id, Reminder.starts_at > at, Reminder.answer.is_not(None))
    alive = Reminder.state != State.CANCELLED
    query = sa.select(Reminder.subject_id, Reminder.answer).where(*wanted, alive)
    return {row.subject_id: row.answer for row in session.execute(query)}
