"""What has been found in each plan, and the times at which each patient is booked elsewhere or has said no to."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class PlanFinding(Base):
    """Something that can't go together, as long as it stands. ``about`` holds the names of what it is about."""

    __tablename__ = "plan_finding"

    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str]
    about: Mapped[list[str]]
    found_at: Mapped[datetime]


class PlanBooking(Base):
    """A dialysis session or a stay that selfcare has booked the patient for: when, and no more is known here."""

    __tablename__ = "plan_booking"

    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(primary_key=True)


class NotThen(Base):
    """When the patient can't come, on their own clock: every ``weekday`` (1 is Monday) or each day from ``starts_on`` to
    ``ends_on``, between two clock times or all day."""

    __tablename__ = "plan_not_then"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID] = mapped_column(index=True)
    weekday: Mapped[int | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    words: Mapped[str] = mapped_column(default="")
    said_by: Mapped[UUID | None]
    removed_at: Mapped[datetime | None]
