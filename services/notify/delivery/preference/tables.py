"""The wishes of those who have told them; everybody else has the ones of ``domain.Wishes``."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.delivery.preference.domain import DETAILS
from services.notify.tables import Base


class Preference(Base):
    """One person's wishes. ``channels`` in the order to be tried; ``language`` None follows the person's own."""

    __tablename__ = "preference"
    __table_args__ = (sa.CheckConstraint(sa.column("detail").in_(DETAILS), name="detail"),)

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    channels: Mapped[list[str]]
    quiet_hours: Mapped[list[Any]]
    detail: Mapped[str]
    language: Mapped[str | None]
    changed_at: Mapped[datetime]
