"""Each time a patient's pages were opened in an emergency."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class BreakGlass(Base):
    """One time: who, whom, for which unit, why, until when, and whether past the patient's block of it. ``ended_at`` is set
    when somebody ended it before its time; the last four are the log reviewer's."""

    __tablename__ = "break_glass"
    __table_args__ = (
        sa.CheckConstraint("verdict IN ('justified', 'follow_up')", name="verdict"),
        sa.Index("ix_break_glass_patient", "patient_id", "opened_at"),
        sa.Index("ix_break_glass_person", "person_id", "until"),
        sa.Index("ix_break_glass_unit", "unit_id", "opened_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    unit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("care_unit.id"))
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    until: Mapped[datetime]
    past_block: Mapped[bool]
    ended_at: Mapped[datetime | None]
    verdict: Mapped[str | None]
    note: Mapped[str]
    judged_at: Mapped[datetime | None]
    judged_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
