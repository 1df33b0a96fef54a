"""Sessions, by the database's real clock: a demo's shifted clock must not move them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class SigninSession(Base):
    """Somebody signed in on one device; ``seen_at`` is when its cookie was last renewed, ``vouched_at`` when they showed who
    they are, ``strong`` whether by more than a mail or a link."""

    __tablename__ = "signin_session"
    __table_args__ = (sa.Index("ix_signin_session_person_id", "person_id", "started_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[str]
    device: Mapped[str] = mapped_column(server_default="")
    started_at: Mapped[datetime] = mapped_column(index=True)
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    vouched_at: Mapped[datetime | None]
    strong: Mapped[bool] = mapped_column(server_default=sa.false())
