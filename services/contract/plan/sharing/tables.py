"""With whom each activity is shared."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class PlanShare(Base):
    """One activity shown to one outside party, from one instant up to another."""

    __tablename__ = "plan_share"
    __table_args__ = (
        sa.Index(
            "uq_plan_share_open",
            "activity_id",
            "party",
            "recipient",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(index=True)
    activity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("plan_activity.id"))
    party: Mapped[str]
    recipient: Mapped[str]
    shared_by: Mapped[UUID | None]
    shared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
