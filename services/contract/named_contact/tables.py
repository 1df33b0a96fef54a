"""Appointments, proposals and absences of named contacts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.contract.tables import Base, Changed


class ContractCover(Base):
    """A contract that must lead to somebody, from its opening until ``ended_at``."""

    __tablename__ = "contract_cover"

    contract_id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    unit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("care_unit.id"), index=True)
    ended_at: Mapped[datetime | None]


class ContactAppointment(Changed, Base):
    """Somebody's appointment; ``handover_note`` is what the next one must know, for the care alone, ``reason`` why there is
    a next one, as the patient reads it. ``asked_for``: whether the patient wished for this person; None is not noted."""

    __tablename__ = "contact_appointment"
    __table_args__ = (
        sa.CheckConstraint("deputy_id <> person_id", name="deputy_is_another"),
        sa.CheckConstraint("wish_unmet = '' OR asked_for IS FALSE", name="one_wish"),
        sa.Index(
            "ix_contact_appointment_load",
            "unit_id",
            "person_id",
            postgresql_include=["starts", "ends"],
            postgresql_where=sa.text("is_primary"),
        ),
        sa.Index(
            "ux_contact_appointment_now",
            "contract_id",
            "person_id",
            unique=True,
            postgresql_where=sa.text("ends IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contract_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contract_cover.contract_id"), index=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    unit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("care_unit.id"))
    deputy_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    is_primary: Mapped[bool]
    starts: Mapped[datetime]
    ends: Mapped[datetime | None]
    handover_note: Mapped[str]
    reason: Mapped[str]
    asked_for: Mapped[bool | None]
    wish_unmet: Mapped[str]


class ContactProposal(Base):
    """Somebody a record names as contact; an admin says yes or no. ``source`` is where the proposal comes from."""

    __tablename__ = "contact_proposal"
    __table_args__ = (
        sa.UniqueConstraint("patient_id", "person_id", "unit_id"),
        sa.CheckConstraint("state IN ('open', 'accepted', 'declined', 'replaced')", name="state"),
        sa.Index(
            "ix_contact_proposal_open", "unit_id", "proposed_at", "id", postgresql_where=sa.text("state = 'open'")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    unit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("care_unit.id"))
    source: Mapped[str]
    state: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class StaffAbsence(Changed, Base):
    """When somebody is away; ``note`` is shown to patients. Ended early, ``ends`` is that instant."""

    __tablename__ = "staff_absence"
    __table_args__ = (
        sa.CheckConstraint("deputy_id <> person_id", name="deputy_is_another"),
        sa.CheckConstraint("ends IS NULL OR ends >= starts", name="in_order"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    starts: Mapped[datetime]
    ends: Mapped[datetime | None]
    deputy_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    note: Mapped[str]
    set_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[datetime]
