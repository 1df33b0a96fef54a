"""Codes that were asked for, by the database's real clock."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class SigninCode(Base):
    """One asking for a code, from one browser: the hash of a secret that only that browser has.

    ``person_id`` None: whoever was asked for may not sign in so, or is not there. The row is made all the same, so that
    nobody can tell the one from the other. ``tries_key`` is what no longer counts against them when it succeeds.
    """

    __tablename__ = "signin_code"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    browser_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    tries_key: Mapped[str]
    next_path: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(server_default="0")
    used_at: Mapped[datetime | None]
