"""What staff are told once that is no request and needs no answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.tables import Base


class WorkNotice(Base):
    """One fact about a patient for one member of staff; it stands in the worklist until it is seen."""

    __tablename__ = "work_notice"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "patient_id", "reason_key"),
        sa.Index("ix_work_notice_tells", "tell_at", postgresql_where=sa.text("tell_at IS NOT NULL")),
        sa.Index("ix_work_notice_patient", "patient_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    reason_key: Mapped[str]
    at: Mapped[datetime]
    tell_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
