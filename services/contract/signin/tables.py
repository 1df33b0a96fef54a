"""One-use links, by the database's real clock: a demo's shifted clock must not move them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class SigninLink(Base):
    """A link that opens one session once. Only the hash of its code is kept, so a stolen database opens nothing."""

    __tablename__ = "signin_link"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    next_path: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
