"""The reminder timeline, and the copies it is planned from: agreed times and quiet hours."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.selfcare.reminders.domain import State
from services.selfcare.tables import Base

WALL_TIME = sa.DateTime(timezone=False)
STATES = ",".join(f"'{state}'" for state in State)


class Reminder(Base):
    """One occurrence for one recipient. The key is the wall time, not the instant: planning again meets the same row."""

    __tablename__ = "reminder"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    subject_version: Mapped[int]
    rule: Mapped[str]
    occurrence_local: Mapped[datetime] = mapped_column(WALL_TIME)
    zone: Mapped[str]
    starts_at: Mapped[datetime]
    patient_id: Mapped[UUID]
    recipient_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    contract_id: Mapped[UUID | None]
    due_at: Mapped[datetime]
    send_at: Mapped[datetime | None]
    useful_until: Mapped[datetime]
    answer_until: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default=State.PLANNED)
    reason: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(default=0, server_default="0")
    told_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    chase_at: Mapped[datetime | None]
    chase_step: Mapped[str | None]
    chase_until: Mapped[datetime | None]
    answer: Mapped[str | None]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("subject_kind", "subject_id", "rule", "occurrence_local", "recipient_id"),
        sa.CheckConstraint(f"state IN ({STATES})", name="state"),
        sa.Index("ix_reminder_planned", "send_at", "id", postgresql_where=sa.text("state = 'planned'")),
        sa.Index("ix_reminder_chase", "chase_at", postgresql_where=sa.text("chase_at IS NOT NULL")),
        sa.Index("ix_reminder_patient", "patient_id", "starts_at"),
        sa.Index("ix_reminder_recipient", "recipient_id", postgresql_where=sa.text("state = 'planned'")),
        {"postgresql_with": {"fillfactor": 70}},
    )


class AgreedTime(Base):
    """The next contact as contract told it last; ``state`` is agreed or cancelled."""

    __tablename__ = "agreed_time"

    next_contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    contract_id: Mapped[UUID]
    patient_id: Mapped[UUID] = mapped_column(index=True)
    unit_id: Mapped[UUID]
    version: Mapped[int]
    starts_local: Mapped[datetime] = mapped_column(WALL_TIME)
    zone: Mapped[str]
    starts_at: Mapped[datetime]
    way: Mapped[str]
    state: Mapped[str]


class QuietPreference(Base):
    """When one person wants quiet, as notify told it: a list of weekday, start and end."""

    __tablename__ = "quiet_preference"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    hours: Mapped[list[Any]]


class TakingPart(Base):
    """Who decides about a patient's care, as the patient has said and contract told it."""

    __tablename__ = "taking_part"

    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    decides: Mapped[str]
