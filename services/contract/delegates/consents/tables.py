"""Consents: added and taken back, never rewritten."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class Consent(Base):
    """One yes. ``scope`` is what it is compared by, ``about`` whom it names; ``words`` are the very words agreed to, of
    the ``wording`` version. ``asked_by`` is who asked: the patient's own page, or the staff who recorded it."""

    __tablename__ = "consent"
    __table_args__ = (
        sa.CheckConstraint("how IN ('self', 'spoken', 'paper')", name="how"),
        sa.Index(
            "ix_consent_standing",
            "patient_id",
            "kind",
            "scope",
            unique=True,
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    scope: Mapped[str]
    about: Mapped[str]
    words: Mapped[str]
    wording: Mapped[str]
    language: Mapped[str]
    how: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
