"""The activities of each patient's plan, the records that tell of them, and what has happened to them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base, Changed


class PlanActivity(Changed, Base):
    """One thing somebody does for the patient. ``identity`` joins what several records say of the same thing."""

    __tablename__ = "plan_activity"
    __table_args__ = (sa.UniqueConstraint("patient_id", "identity"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(index=True)
    identity: Mapped[str]
    title: Mapped[str]
    party: Mapped[str]
    responsible: Mapped[str]
    state: Mapped[str]
    on_date: Mapped[date | None]
    visible_to: Mapped[list[str]] = mapped_column(default=list)
    added_by: Mapped[UUID | None]
    added_at: Mapped[datetime]


class PlanSource(Base):
    """What one record says of an activity; kept, so that a merged activity can be traced to each of its records."""

    __tablename__ = "plan_source"

    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("plan_activity.id"), index=True)
    title: Mapped[str]
    party: Mapped[str]
    responsible: Mapped[str]
    state: Mapped[str]


class PlanChange(Base):
    """The history of an activity: each state it was given, by whom and when. Without ``by`` a record told it."""

    __tablename__ = "plan_change"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("plan_activity.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[UUID | None]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
