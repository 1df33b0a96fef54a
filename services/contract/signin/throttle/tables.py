"""Tries that count, under keys that nobody can read a person or a place from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class SigninTries(Base):
    """What one rule has let through for one account and place; ``key`` is an HMAC of them. By the database's clock."""

    __tablename__ = "signin_tries"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
