"""How commitments went, each time that the side that made them says so."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class CommitmentNote(Base):
    """One note about one commitment. ``commitment`` is its text as it stood then, so that the history can be read when
    the agreement has moved on; ``who`` made it; ``how`` is web, or spoken or paper when staff wrote it down."""

    __tablename__ = "commitment_note"
    __table_args__ = (
        sa.Index("ix_commitment_note_item", "contract_id", "item_id", "id"),
        sa.Index("ix_commitment_note_counted", "contract_id", "who", "kept"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract.id"))
    item_id: Mapped[str]
    who: Mapped[str]
    commitment: Mapped[str]
    kept: Mapped[str]
    on_day: Mapped[date]
    words: Mapped[str]
    how: Mapped[str]
    by: Mapped[UUID]
    at: Mapped[datetime]
