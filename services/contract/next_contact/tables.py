"""Next contacts, and everything that has been said about each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.next_contact.domain import USUAL_MINUTES
from services.contract.tables import Base, Changed


class NextContact(Changed, Base):
    """One next contact. ``starts_local`` is the time both stand by, ``suggested_local`` one that waits for an answer:
    wall times in ``zone``, of ``minutes`` and ``suggested_minutes`` (None: as long as before). ``version`` counts the
    times agreed, and is 0 until there is one. ``in_force`` is whether the contract is active, so that its times are told;
    ``told`` whether this one has been.

    ``waiting_terms`` is another way to meet that waits for a yes; ``agreed_at`` when there first was one. ``revision``
    counts every act, for a page to carry what it showed. ``watch_at`` is when ``watch_reason`` is to be told to the care,
    ``watched`` what has been. ``no_more`` says why there is none after this one."""

    __tablename__ = "next_contact"
    __table_args__ = (
        sa.Index("uq_next_contact_open", "contract_id", unique=True, postgresql_where=sa.text("closed_at IS NULL")),
        sa.Index("ix_next_contact_watch_at", "watch_at", postgresql_where=sa.text("watch_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract.id"), index=True)
    patient_id: Mapped[UUID] = mapped_column(index=True)
    unit_id: Mapped[UUID]
    kind: Mapped[str]
    way: Mapped[str]
    state: Mapped[str]
    zone: Mapped[str]
    version: Mapped[int] = mapped_column(default=0)
    starts_local: Mapped[datetime | None] = mapped_column(sa.DateTime())
    suggested_local: Mapped[datetime | None] = mapped_column(sa.DateTime())
    minutes: Mapped[int] = mapped_column(default=USUAL_MINUTES, server_default=str(USUAL_MINUTES))
    suggested_minutes: Mapped[int | None]
    suggested_by: Mapped[str | None]
    rounds: Mapped[int] = mapped_column(default=0)
    earliest: Mapped[date | None]
    latest: Mapped[date | None]
    event: Mapped[str] = mapped_column(default="")
    weekdays: Mapped[list[str]] = mapped_column(default=list)
    day_parts: Mapped[list[str]] = mapped_column(default=list)
    waiting_terms: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    agreed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0)
    watch_at: Mapped[datetime | None]
    watch_reason: Mapped[str] = mapped_column(default="")
    watched: Mapped[list[str]] = mapped_column(default=list)
    no_more: Mapped[str] = mapped_column(default="")
    in_force: Mapped[bool] = mapped_column(default=False)
    told: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class NextContactStep(Base):
    """The history of a next contact: who did what, when, about which time. Where ``how`` is not the web, ``by`` wrote
    down what ``side`` said on ``said_on``."""

    __tablename__ = "next_contact_step"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    next_contact_id: Mapped[UUID] = mapped_column(sa.ForeignKey("next_contact.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[UUID | None]
    side: Mapped[str]
    act: Mapped[str]
    local: Mapped[datetime | None] = mapped_column(sa.DateTime())
    words: Mapped[str] = mapped_column(default="")
    how: Mapped[str] = mapped_column(default="web")
    said_on: Mapped[date | None]
