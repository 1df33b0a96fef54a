"""The questions asked about one thing at one time: an answer to one of them is an answer to all."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.selfcare.reminders.domain import State
from services.selfcare.reminders.tables import Reminder

ANSWERED_NO = "answered"
"""Why a later reminder of the same thing is not sent: the person has already said that they can't come."""


def by_id(session: Session, reminder_id: UUID) -> Reminder | None:
    return session.get(Reminder, reminder_id)


def same_thing(row: Reminder) -> tuple[sa.ColumnElement[bool], ...]:
    """Every reminder of what ``row`` is about, in the version that it has."""
    return (
        Reminder.subject_kind == row.subject_kind,
        Reminder.subject_id == row.subject_id,
        Reminder.subject_version == row.subject_version,
    )


def together(session: Session, row: Reminder) -> list[Reminder]:
    """All that is not cancelled of the same thing, locked in one order so that two answers never wait for each other."""
    query = sa.select(Reminder).where(*same_thing(row), Reminder.state != State.CANCELLED).order_by(Reminder.id)
    return list(session.scalars(query.with_for_update(), execution_options={"populate_existing": True}))


def asked(session: Session, patient_id: UUID, at: datetime) -> list[Reminder]:
    """The questions that may be answered now, one for each thing, the nearest first."""
    query = (
        sa.select(Reminder)
        .where(
            Reminder.patient_id == patient_id,
            Reminder.answer_until >= at,
            Reminder.state.not_in((State.CANCELLED, State.PLANNED)),
        )
        .order_by(Reminder.starts_at, Reminder.due_at.desc())
    )
    newest = {row.subject_id: row for row in reversed(session.scalars(query).all())}
    return sorted(newest.values(), key=lambda row: row.starts_at)
