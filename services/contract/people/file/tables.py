"""Imports of people, and what each row changed: enough to take it back, nothing of the file itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class PersonImport(Base):
    """One confirmed file. ``made`` and ``changed`` count people."""

    __tablename__ = "person_import"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("care_unit.id"), index=True)
    imported_by: Mapped[UUID | None]
    imported_at: Mapped[datetime]
    made: Mapped[int]
    changed: Mapped[int]
    undone_at: Mapped[datetime | None]


class PersonImportRow(Base):
    """One person an import made (``before`` is null) or changed. ``after`` is how they were left."""

    __tablename__ = "person_import_row"

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person_import.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any]]
