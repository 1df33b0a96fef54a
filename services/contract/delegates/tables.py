"""Who may do what for a patient."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base, Changed


class Delegation(Changed, Base):
    """One grant; ``relation`` is what the patient calls the delegate, such as "my daughter". A ``kind`` other than chosen
    was recorded by staff from a ``document``."""

    __tablename__ = "delegation"
    __table_args__ = (
        sa.CheckConstraint("state IN ('invited', 'active', 'paused', 'ended')", name="state"),
        sa.CheckConstraint("patient_id <> delegate_id", name="another_person"),
        sa.CheckConstraint("kind = 'chosen' OR document IS NOT NULL", name="document"),
        sa.Index("ix_delegation_paused_until", "paused_until", postgresql_where=sa.text("state = 'paused'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    delegate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    relation: Mapped[str]
    scopes: Mapped[list[str]]
    starts: Mapped[datetime]
    ends: Mapped[datetime | None]
    state: Mapped[str]
    invited_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    kind: Mapped[str]
    document: Mapped[str | None]
    recorded_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    paused_reason: Mapped[str | None]
    paused_until: Mapped[datetime | None]
    paused_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
