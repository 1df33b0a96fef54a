"""Contracts, their versions, who has confirmed what, and what was changed or asked in between."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base, Changed

OPEN = sa.text("state <> 'ended'")


class Contract(Base):
    """One patient's contract with their care. Its row is the lock under which anything of it changes. ``needs_contact`` is
    false where it says why no named contact is needed."""

    __tablename__ = "contract"
    __table_args__ = (
        sa.Index("uq_contract_open_patient", "patient_id", unique=True, postgresql_where=OPEN),
        sa.Index("ix_contract_opened", "opened_at", "id", postgresql_where=OPEN),
        sa.Index("ix_contract_opened_unit", "unit_id", "opened_at", "id", postgresql_where=OPEN),
        sa.Index("ix_contract_review_on", "review_on", "id", postgresql_where=sa.text("state = 'active'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    unit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("care_unit.id"), index=True)
    state: Mapped[str]
    opened_by: Mapped[UUID | None]
    opened_at: Mapped[datetime]
    review_on: Mapped[date | None]
    needs_contact: Mapped[bool] = mapped_column(server_default=sa.true(), default=True)
    last_answer_at: Mapped[datetime | None]
    last_answer_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    end_reason: Mapped[str | None]


class Version(Changed, Base):
    """One version. While it is worked on, ``own`` holds what the two sides write and ``content`` what the whole said
    when it last changed; once active, ``content`` is what both confirmed and never changes again."""

    __tablename__ = "contract_version"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "number"),
        sa.Index(
            "uq_contract_version_active", "contract_id", unique=True, postgresql_where=sa.text("state = 'active'")
        ),
        sa.Index("uq_contract_version_draft", "contract_id", unique=True, postgresql_where=sa.text("state = 'draft'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract.id"))
    number: Mapped[int]
    state: Mapped[str]
    own: Mapped[dict[str, Any]]
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[str]
    made_at: Mapped[datetime]
    active_at: Mapped[datetime | None]


class Confirmation(Base):
    """One side's yes to exactly one content. ``how`` is web, spoken or paper; ``by`` pressed the button or wrote it down.
    One that no longer counts keeps its place, with who changed what."""

    __tablename__ = "contract_confirmation"
    __table_args__ = (
        sa.Index(
            "uq_contract_confirmation_standing",
            "version_id",
            "side",
            unique=True,
            postgresql_where=sa.text("voided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract_version.id"), index=True)
    side: Mapped[str]
    content_hash: Mapped[str]
    by: Mapped[UUID]
    how: Mapped[str]
    said_on: Mapped[date]
    at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[UUID | None]
    voided_parts: Mapped[list[str]] = mapped_column(default=list)


class Question(Base):
    """*I want to change something* or *I don't understand this*, until the text changes or the asker confirms."""

    __tablename__ = "contract_question"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract.id"), index=True)
    side: Mapped[str]
    kind: Mapped[str]
    words: Mapped[str]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
