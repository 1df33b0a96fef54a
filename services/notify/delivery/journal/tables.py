"""What had left when this ledger was brought back from a backup that does not know of it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.notify.tables import Base


class HandedOver(Base):
    """A message that left after the backup. The same occurrence has the same id, so it is known when it comes again."""

    __tablename__ = "handed_over"

    delivery_id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str]
