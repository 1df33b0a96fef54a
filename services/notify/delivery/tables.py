"""The send ledger: one row for each message to one person about one occurrence, from the wish to the last outcome."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.delivery.domain import Klass, State
from services.notify.tables import Base

WAITING = sa.text("state IN ('scheduled','retry')")


class Delivery(Base):
    """One message to one person.

    Its words are not stored: template, version, language, detail and ``params`` (ids, times and counts, never words) give
    them again. ``subject_id`` is the reminder or request it is about; ``attempt`` is set for reminders alone, whose
    outcome others are told. ``not_before`` and ``useful_until`` are product time; ``lease_until`` and ``retry_at`` real
    database time, which a demonstration's clock does not move. ``wanted`` turns false when it is called off after it was
    claimed: what has left has left, but it is never sent again.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        sa.CheckConstraint(sa.column("state").in_([s.value for s in State]), name="state"),
        sa.CheckConstraint(sa.column("class").in_([k.value for k in Klass]), name="class"),
        sa.CheckConstraint("(state = 'claimed') = (claim_token IS NOT NULL)", name="claimed"),
        sa.Index("ix_delivery_due", "not_before", postgresql_where=WAITING),
        sa.Index(
            "ix_delivery_open", "state", "lease_until", postgresql_where=sa.text("state IN ('claimed','unknown')")
        ),
        sa.Index("ix_delivery_subject", "subject_id"),
        sa.Index("ix_delivery_recipient", "recipient_id", "created_at"),
        sa.Index("ix_delivery_unit", "unit_id", "created_at"),
        {"postgresql_with": {"fillfactor": 70}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    dedup_key: Mapped[str] = mapped_column(unique=True)
    klass: Mapped[str] = mapped_column("class")
    recipient_id: Mapped[UUID]
    patient_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    subject_id: Mapped[UUID | None]
    attempt: Mapped[int | None]
    template: Mapped[str]
    version: Mapped[int]
    params: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    useful_until: Mapped[datetime]
    ignore_quiet: Mapped[bool]

    state: Mapped[str] = mapped_column(server_default=State.SCHEDULED)
    reason: Mapped[str | None]
    wanted: Mapped[bool] = mapped_column(server_default=sa.true())
    claim_token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    tried: Mapped[list[str]] = mapped_column(server_default="[]")
    message_id: Mapped[str | None]
    possible_duplicate: Mapped[bool] = mapped_column(server_default=sa.false())
    channel: Mapped[str | None]
    language: Mapped[str | None]
    detail: Mapped[str | None]
    settled_at: Mapped[datetime | None]


LEDGER = cast(sa.Table, Delivery.__table__)
"""The table itself, for statements over many rows."""
