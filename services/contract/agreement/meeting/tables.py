"""What a patient has written before a meeting."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class Preparation(Base):
    """What the patient wants from one next contact. ``version`` grows with each change. ``how`` is web, or spoken or paper
    when staff wrote it down."""

    __tablename__ = "meeting_preparation"
    __table_args__ = (sa.Index("ix_meeting_preparation_contract", "contract_id", "changed_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    next_contact_id: Mapped[UUID] = mapped_column(sa.ForeignKey("next_contact.id"), unique=True)
    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract.id"))
    questions: Mapped[str]
    comes_with: Mapped[str]
    expects: Mapped[str]
    version: Mapped[int]
    how: Mapped[str]
    changed_by: Mapped[UUID]
    changed_at: Mapped[datetime]
