"""What was imported: each run, which record became what here, and what records tell that no other concept keeps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base


class ImportRun(Base):
    """One file at one time. A refused one stored nothing but this row, which says why."""

    __tablename__ = "import_run"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[UUID | None]
    unit_id: Mapped[UUID | None] = mapped_column(index=True)
    file_name: Mapped[str]
    refused: Mapped[bool]
    counts: Mapped[dict[str, Any]]
    not_taken: Mapped[dict[str, Any]]
    problems: Mapped[list[Any]]
    problem_count: Mapped[int]


class SourceRecord(Base):
    """One resource of a record and what it became. ``key`` is a digest, because it may hold an identity number.

    ``content`` is equal as long as the record says the same, so a second import changes nothing.
    """

    __tablename__ = "source_record"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    type: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    local_id: Mapped[UUID] = mapped_column(index=True)
    content: Mapped[str]
    first_run_id: Mapped[UUID] = mapped_column(sa.ForeignKey("import_run.id"))
    last_run_id: Mapped[UUID] = mapped_column(sa.ForeignKey("import_run.id"))


class SourceName(Base):
    """A name by which other records may point at a record, as a digest. One name may have come to mean several."""

    __tablename__ = "source_name"

    name: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[UUID] = mapped_column(sa.ForeignKey("source_record.id"), primary_key=True, index=True)


class ImportedRole(Base):
    """What one record says somebody is at a unit; with no roles left it has ended."""

    __tablename__ = "imported_role"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    unit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("care_unit.id"))
    roles: Mapped[list[str]]


class ImportedRelative(Base):
    """Somebody close to a patient, as the record tells. It gives no right: the patient invites delegates."""

    __tablename__ = "imported_relative"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    relationship: Mapped[str]


class ImportedTeam(Base):
    """A care team. ``members`` are its professionals: person, unit, part."""

    __tablename__ = "imported_team"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    unit_id: Mapped[UUID | None]
    status: Mapped[str]
    starts: Mapped[datetime | None]
    ends: Mapped[datetime | None]
    members: Mapped[list[Any]]


class ImportedPlan(Base):
    """A care plan. Its activities live in the coordinated plan; ``activities`` are what it last told of them."""

    __tablename__ = "imported_plan"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    status: Mapped[str]
    title: Mapped[str]
    starts: Mapped[datetime | None]
    ends: Mapped[datetime | None]
    activities: Mapped[list[Any]]


class ImportedGoal(Base):
    """A goal as the record words it."""

    __tablename__ = "imported_goal"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    text: Mapped[str]
    status: Mapped[str]
    starts: Mapped[date | None]
    due: Mapped[date | None]


class ImportedCondition(Base):
    """A health condition as the record codes and words it."""

    __tablename__ = "imported_condition"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    system: Mapped[str]
    code: Mapped[str]
    title: Mapped[str]
    status: Mapped[str]
    onset: Mapped[date | None]
    abated: Mapped[date | None]
