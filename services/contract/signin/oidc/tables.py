"""Rounds that have let somebody in, so that none does so twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class SigninRound(Base):
    """A round that was used up, by the hash of its id. Forgotten when no cookie can bring it back."""

    __tablename__ = "signin_round"

    id_hash: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[datetime] = mapped_column(index=True)
