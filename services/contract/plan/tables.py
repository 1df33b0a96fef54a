"""The activities of each patient's plan, the records that tell of them, and what has happened to them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base, Changed


class PlanActivity(Changed, Base):
    """One thing somebody does for the patient. ``identity`` joins what several records say of the same thing.

    ``on_date`` is its day or its first one, ``until`` the last; ``clock`` and ``minutes`` when and how long, on the
    patient's own clock. ``reach`` is how the patient reaches whoever is responsible, ``goal_id``
    the item of the agreement it serves. What is ``private`` the patient keeps from helpers. ``asked_at`` is when
    they were asked to take it on, ``accept_by`` when somebody is told that nobody has. ``revision``
    counts every change, for a page to carry what it showed."""

    __tablename__ = "plan_activity"
    __table_args__ = (
        sa.UniqueConstraint("patient_id", "identity"),
        sa.Index("ix_plan_activity_accept_by", "accept_by", postgresql_where=sa.text("accept_by IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(index=True)
    identity: Mapped[str]
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(default="other")
    party: Mapped[str]
    responsible: Mapped[str]
    reach: Mapped[str] = mapped_column(default="")
    goal_id: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    on_date: Mapped[date | None]
    until: Mapped[date | None]
    clock: Mapped[time | None]
    minutes: Mapped[int | None]
    place: Mapped[str] = mapped_column(default="")
    visible_to: Mapped[list[str]] = mapped_column(default=list)
    private: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[UUID | None]
    accept_by: Mapped[datetime | None]
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
    """The history of an activity: each state it was given, by whom and when. Without ``by`` a record told it. ``words``
    holds what an edit replaced, by field."""

    __tablename__ = "plan_change"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("plan_activity.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[UUID | None]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
