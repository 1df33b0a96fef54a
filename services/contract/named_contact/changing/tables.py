"""Changes of contact that were planned for a later day, each as it was told beforehand."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class ContactChange(Base):
    """From ``starts`` on ``person_id`` is primary contact in place of ``before_id``; the appointments say the same by their
    ends and starts, so that nobody has to do anything on the day. ``reason`` is why there is a change, as the patient
    reads it, ``handover_note`` for the next contact alone. ``was`` is the day told before it was moved and ``called_off_at``
    when it was called off, ``why`` the words for either. ``done_at``: what a new contact sets going has been set going."""

    __tablename__ = "contact_change"
    __table_args__ = (
        sa.CheckConstraint("called_off_at IS NULL OR done_at IS NULL", name="one_end"),
        sa.Index(
            "ux_contact_change_planned",
            "contract_id",
            unique=True,
            postgresql_where=sa.text("called_off_at IS NULL AND done_at IS NULL"),
        ),
        sa.Index(
            "ix_contact_change_due",
            "starts",
            postgresql_where=sa.text("called_off_at IS NULL AND done_at IS NULL"),
        ),
        sa.Index(
            "ix_contact_change_next",
            "person_id",
            "starts",
            postgresql_where=sa.text("called_off_at IS NULL AND done_at IS NULL"),
        ),
        sa.Index("ix_contact_change_told", "contract_id", "told_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract_cover.contract_id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    before_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    starts: Mapped[datetime]
    was: Mapped[datetime | None]
    reason: Mapped[str]
    handover_note: Mapped[str]
    why: Mapped[str]
    told_at: Mapped[datetime]
    called_off_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
