"""People as contract keeps them, with what only contract and notify may know: how they are reached."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base, Changed


class Person(Changed, Base):
    """One person in one part: somebody who is both a patient and a nurse is two rows, with two sign-ins.

    ``sort_key`` and ``search_key`` are made in Python, so no database needs to know Swedish. ``placed`` is whether any unit
    knows them or has them on its staff, kept by ``store.place``.
    """

    __tablename__ = "person"
    __table_args__ = (
        sa.UniqueConstraint("kind", "identity"),
        sa.UniqueConstraint("id", "sort_key"),
        sa.CheckConstraint("kind IN ('patient', 'staff', 'delegate')", name="kind"),
        sa.Index("ix_person_sort_key", "sort_key", "id", postgresql_include=["search_key"]),
        sa.Index("ix_person_staff", "sort_key", "id", postgresql_where=sa.text("kind = 'staff'")),
        sa.Index("ix_person_unplaced", "sort_key", "id", postgresql_where=sa.text("NOT placed")),
        sa.Index(
            "ix_person_search_key",
            "search_key",
            postgresql_using="gin",
            postgresql_ops={"search_key": "gin_trgm_ops"},
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(sa.Text(collation="C"))
    search_key: Mapped[str]
    identity: Mapped[str | None]
    language: Mapped[str]
    zone: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    birth_date: Mapped[date | None]
    deceased: Mapped[date | None]
    protected: Mapped[bool]
    placed: Mapped[bool] = mapped_column(server_default=sa.false())


class StaffRoleHeld(Base):
    """What a member of staff is at a unit."""

    __tablename__ = "staff_role"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("care_unit.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(primary_key=True)


class KnownAt(Base):
    """A unit that has to do with a person, and whose admins may therefore see them in the register.

    ``sort_key`` is the person's, kept alike by the database: so that a unit's people are read in their order, however many
    others there are.
    """

    __tablename__ = "person_known_at"
    __table_args__ = (
        sa.ForeignKeyConstraint(["person_id", "sort_key"], ["person.id", "person.sort_key"], onupdate="CASCADE"),
        sa.Index("ix_person_known_at_unit", "unit_id", "sort_key", "person_id"),
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("care_unit.id"), primary_key=True)
    sort_key: Mapped[str] = mapped_column(sa.Text(collation="C"))
