"""When nobody answers for a contract, as far as is known."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class ContactGap(Base):
    """A time in which neither a named contact nor anybody in their place answers for the contract; ``ends`` None: until
    somebody is appointed. Worked out anew whenever an appointment, an absence or a role changes, so any instant can be
    asked about."""

    __tablename__ = "contact_gap"
    __table_args__ = (
        sa.Index("ix_contact_gap_starts", "starts", "contract_id"),
        sa.Index("ix_contact_gap_unit", "unit_id", "starts", "contract_id"),
    )

    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract_cover.contract_id"), primary_key=True)
    starts: Mapped[datetime] = mapped_column(primary_key=True)
    ends: Mapped[datetime | None]
    unit_id: Mapped[UUID]
