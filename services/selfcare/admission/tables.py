"""Stays, and the times a patient has asked to come in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.selfcare.tables import Base

WALL_TIME = sa.DateTime(timezone=False)


class Stay(Base):
    """A planned stay at a ward, from its first wall time to the leaving day's. ``state`` is planned,
    cancelled, or released by a death."""

    __tablename__ = "stay"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    contract_id: Mapped[UUID | None]
    unit_id: Mapped[UUID]
    starts_local: Mapped[datetime] = mapped_column(WALL_TIME)
    zone: Mapped[str]
    starts_at: Mapped[datetime]
    nights: Mapped[int]
    leaves_local: Mapped[datetime] = mapped_column(WALL_TIME)
    leaves_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="planned")

    __table_args__ = (sa.UniqueConstraint("patient_id", "starts_local"),)


class AdmissionRequest(Base):
    """One wish to come in. ``called_before`` is what the patient was promised; None when nobody was on duty."""

    __tablename__ = "admission_request"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    contract_id: Mapped[UUID | None]
    unit_id: Mapped[UUID]
    asked_at: Mapped[datetime]
    called_before: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_admission_request_patient", "patient_id", "asked_at"),)
