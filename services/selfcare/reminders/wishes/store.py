"""The questions asked when a patient's wish changes how many reminders there are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.selfcare.reminders.domain import State
from services.selfcare.reminders.rules.domain import NEXT_CONTACT
from services.selfcare.reminders.tables import AgreedTime, Reminder, TakingPart


def keep(session: Session, patient_id: UUID, decides: str) -> None:
    row = insert(TakingPart).values(patient_id=patient_id, decides=decides)
    session.execute(row.on_conflict_do_update(index_elements=["patient_id"], set_={"decides": row.excluded.decides}))


def to_come(session: Session, patient_id: UUID, at: datetime) -> list[AgreedTime]:
    """The patient's agreed times that have not been."""
    mine = AgreedTime.patient_id == patient_id, AgreedTime.state == "agreed", AgreedTime.starts_at > at
    return list(session.scalars(sa.select(AgreedTime).where(*mine).order_by(AgreedTime.starts_at).with_for_update()))


def leave_out(session: Session, next_contact_ids: Collection[UUID], wanted: Collection[str]) -> None:
    """Take away what nobody has been told of and nobody wants any more."""
    about = Reminder.subject_kind == NEXT_CONTACT, Reminder.subject_id.in_(next_contact_ids)
    untold = Reminder.state.in_((State.PLANNED, State.EXPIRED)), Reminder.attempt == 0
    session.execute(sa.delete(Reminder).where(*about, *untold, Reminder.rule.not_in(wanted)))
