"""The questions asked of reminders on their way: one by its id, and those whose next step has come."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.selfcare.reminders.tables import Reminder

BATCH = 100


def locked(session: Session, reminder_id: UUID) -> Reminder | None:
    return session.get(Reminder, reminder_id, with_for_update=True, populate_existing=True)


def to_follow_up(session: Session, at: datetime) -> list[Reminder]:
    """The next reminders whose step has come, for this process alone."""
    query = sa.select(Reminder).where(Reminder.chase_at <= at).order_by(Reminder.chase_at, Reminder.id)
    return list(session.scalars(query.limit(BATCH).with_for_update(skip_locked=True)))


def to_follow_up_since(session: Session, at: datetime) -> datetime | None:
    """Since when the first of them has waited."""
    chase = sa.select(Reminder.chase_at).where(Reminder.chase_at <= at).order_by(Reminder.chase_at)
    return session.scalars(chase.limit(1)).one_or_none()
