"""Patterns and the sessions planned from them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.selfcare.tables import Base

WALL_TIME = sa.DateTime(timezone=False)


class DialysisPattern(Base):
    """The week one patient has chosen, in force until ``ended_at``. ``reminded``: they want a word the evening before."""

    __tablename__ = "dialysis_pattern"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    contract_id: Mapped[UUID | None]
    unit_id: Mapped[UUID]
    rule: Mapped[str]
    start_local: Mapped[datetime] = mapped_column(WALL_TIME)
    zone: Mapped[str]
    minutes: Mapped[int]
    reminded: Mapped[bool]
    planned_until: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "uq_dialysis_pattern_in_force", "patient_id", unique=True, postgresql_where=sa.text("ended_at IS NULL")
        ),
        sa.Index("ix_dialysis_pattern_to_top_up", "planned_until", postgresql_where=sa.text("ended_at IS NULL")),
    )


class DialysisSession(Base):
    """One session; ``state`` is planned or released. Known by its wall time, so planning again meets the same row."""

    __tablename__ = "dialysis_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    pattern_id: Mapped[UUID] = mapped_column(sa.ForeignKey("dialysis_pattern.id"))
    patient_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    contract_id: Mapped[UUID | None]
    starts_local: Mapped[datetime] = mapped_column(WALL_TIME)
    zone: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="planned")
    reason: Mapped[str | None]

    __table_args__ = (
        sa.UniqueConstraint("pattern_id", "starts_local"),
        sa.Index("ix_dialysis_session_patient", "patient_id", "starts_at"),
    )
