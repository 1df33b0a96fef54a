"""What patients answered when they were asked to work this way."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class Joining(Base):
    """The one answer about one contract. ``by`` pressed the button or wrote it down; ``how`` is web, spoken or paper. A
    contract that the patient started has none: starting it is the yes."""

    __tablename__ = "contract_joining"

    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract.id"), primary_key=True)
    willing: Mapped[bool]
    how: Mapped[str]
    said_on: Mapped[date]
    by: Mapped[UUID]
    at: Mapped[datetime]
