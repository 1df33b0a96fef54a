"""What patients have answered about taking part, each time with its date."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class EngagementPreference(Base):
    """One answer of a patient, valid from ``at`` until the next. ``how`` is web, or spoken or paper when staff wrote down
    what the patient said."""

    __tablename__ = "engagement_preference"
    __table_args__ = (sa.Index("ix_engagement_preference_patient", "patient_id", "id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    decides: Mapped[str]
    doing: Mapped[str | None]
    knowing: Mapped[str | None]
    how: Mapped[str]
    by: Mapped[UUID]
    at: Mapped[datetime]
