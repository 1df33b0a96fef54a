"""Care units as contract keeps them; the others get them as ``UnitChanged``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base, Changed


class CareUnit(Changed, Base):
    """``key`` is what the care's own registers call the unit. Hours are rows of weekday, opens, closes.
    ``contact_limit`` is how many patients one named contact should have at most: a warning, never a refusal.
    ``break_glass_minutes`` is how long its staff may read a patient's pages in an emergency: an hour at most.
    ``code_by_mail`` is whether its patients may sign in by a code that is sent to their address. ``names_before`` are what it
    was called before, by which older words still mean it."""

    __tablename__ = "care_unit"
    __table_args__ = (sa.CheckConstraint("break_glass_minutes BETWEEN 1 AND 60", name="break_glass_minutes"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    zone: Mapped[str]
    phone: Mapped[str]
    floor_number: Mapped[str]
    duty_line: Mapped[str | None]
    head_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    hours: Mapped[list[Any]]
    duty_hours: Mapped[list[Any]]
    closed_on_holidays: Mapped[bool]
    extra_closed: Mapped[list[Any]]
    neutral: Mapped[bool]
    sensitive: Mapped[bool] = mapped_column(server_default=sa.false())
    contact_limit: Mapped[int]
    break_glass_minutes: Mapped[int] = mapped_column(server_default="60")
    code_by_mail: Mapped[bool] = mapped_column(server_default=sa.false())
    names_before: Mapped[list[str]] = mapped_column(server_default="[]")
