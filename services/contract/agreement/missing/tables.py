"""What each contract lacks."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class Lack(Base):
    """One thing a contract that has not ended lacks from ``since`` on, which may be to come: so time needs to change
    nothing here. ``needs`` says what of it, as ``agreement.domain.Need``. Written anew by ``note`` alone."""

    __tablename__ = "contract_lack"
    __table_args__ = (
        sa.Index("ix_contract_lack_since", "what", "since", "contract_id"),
        sa.Index("ix_contract_lack_unit", "unit_id", "what", "since", "contract_id"),
    )

    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract.id"), primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID]
    since: Mapped[datetime]
    needs: Mapped[list[str]]
