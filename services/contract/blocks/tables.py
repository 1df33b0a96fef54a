"""Blocks: made and lifted, never rewritten."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class Block(Base):
    """One block, from when to when; ``ends`` None: it stands."""

    __tablename__ = "block"
    __table_args__ = (
        sa.Index("ix_block_patient", "patient_id", "starts"),
        sa.Index("ix_block_standing", "patient_id", "unit_id", unique=True, postgresql_where=sa.text("ends IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    unit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("care_unit.id"))
    starts: Mapped[datetime]
    ends: Mapped[datetime | None]
