"""Answers to the seven questions, reviews, and which version the record holds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class SevenAnswers(Base):
    """One side's answers, begun by somebody and, once all seven are given, done. ``how`` is web, or spoken or paper when
    staff wrote down what the patient said. Never changed once done: a new round is a new row."""

    __tablename__ = "seven_answers"
    __table_args__ = (
        sa.Index(
            "uq_seven_answers_begun",
            "contract_id",
            "side",
            "by",
            unique=True,
            postgresql_where=sa.text("done_at IS NULL"),
        ),
        sa.Index(
            "ix_seven_answers_done", "contract_id", "side", "done_at", postgresql_where=sa.text("done_at IS NOT NULL")
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract.id"))
    side: Mapped[str]
    by: Mapped[UUID]
    how: Mapped[str]
    answers: Mapped[dict[str, Any]]
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Review(Base):
    """One time that an agreement is looked at again. The four ``kept_…`` are each side's "we keep it as it is"."""

    __tablename__ = "contract_review"
    __table_args__ = (
        sa.Index("uq_contract_review_open", "contract_id", unique=True, postgresql_where=sa.text("closed_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract.id"), index=True)
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID | None]
    kept_by_patient: Mapped[UUID | None]
    kept_by_patient_at: Mapped[datetime | None]
    kept_by_care: Mapped[UUID | None]
    kept_by_care_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]


class Documented(Base):
    """That the text of one version stands in the patient's record, and where."""

    __tablename__ = "contract_documented"

    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract_version.id"), primary_key=True)
    on_day: Mapped[date]
    reference: Mapped[str]
    by: Mapped[UUID]
    at: Mapped[datetime]
