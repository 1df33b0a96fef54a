"""The time that agreements take."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class StaffMinutes(Base):
    """Minutes that one member of staff spent on one agreement on a day. A wrong note is righted by one that takes away."""

    __tablename__ = "staff_minutes"
    __table_args__ = (sa.Index("ix_staff_minutes_contract", "contract_id", "id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract.id"))
    minutes: Mapped[int]
    on_day: Mapped[date]
    by: Mapped[UUID]
    at: Mapped[datetime]
