"""What came through when the care explained, and what was done about what did not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class TeachBack(Base):
    """One time that the care asked the patient to say it in their own words. Never changed: the next time is a new row."""

    __tablename__ = "teach_back"
    __table_args__ = (sa.Index("ix_teach_back_contract", "contract_id", "id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract.id"))
    asked: Mapped[str]
    patient_words: Mapped[str]
    understood: Mapped[str]
    explained_again: Mapped[str]
    by: Mapped[UUID]
    at: Mapped[datetime]
