"""Who has the overall responsibility for each plan."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class PlanLead(Base):
    """The principal with the overall responsibility, the person or function there, and how the patient reaches them."""

    __tablename__ = "plan_lead"

    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    principal: Mapped[str]
    name: Mapped[str]
    reach: Mapped[str]
    named_by: Mapped[UUID | None]
    named_at: Mapped[datetime]
    revision: Mapped[int]
