"""How many patients each contact has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.named_contact.tables import ContactAppointment, ContractCover
from services.contract.people.tables import Person, StaffRoleHeld
from services.contract.units import store as units
from shared.context import Ctx
from shared.i18n import _, ngettext


@dataclass(frozen=True)
class Load:
    """One contact at one unit: the patients they are primary contact for there, and the unit's limit."""

    person_id: UUID
    name: str
    unit_id: UUID
    unit: str
    patients: int
    limit: int

    @property
    def over(self) -> bool:
        return self.patients > self.limit


def loads(session: Session, unit_ids: Collection[UUID], at: datetime) -> list[Load]:
    """Those who work with patients at these units, by unit and name, with how many patients each has there now."""
    counts = _counts(session, unit_ids, at)
    held = sa.select(StaffRoleHeld.unit_id, Person.id, Person.name, Person.sort_key).distinct()
    held = held.join(Person, Person.id == StaffRoleHeld.person_id)
    held = held.where(StaffRoleHeld.unit_id.in_(unit_ids), StaffRoleHeld.role != "admin", Person.deceased.is_(None))
    rows = session.execute(held.order_by(StaffRoleHeld.unit_id, Person.sort_key, Person.id)).all()
    known = {unit.id: unit for unit in units.listed(session, unit_ids)}
    return [
        Load(row.id, row.name, row.unit_id, unit.name, counts.get((row.unit_id, row.id), 0), unit.contact_limit)
        for row in rows
        if (unit := known.get(row.unit_id))
    ]


def choices(ctx: Ctx, unit_ids: Collection[UUID]) -> list[tuple[str, UUID, UUID, str]]:
    """Whom an admin can choose as contact: value, unit, person, and a text that tells the load and warns over the limit."""
    return [
        (f"{one.unit_id} {one.person_id}", one.unit_id, one.person_id, said(one))
        for one in loads(ctx.session, unit_ids, ctx.now)
    ]


def said(load: Load) -> str:
    """The name with the unit and the number of patients, and the warning where they are too many."""
    patients = ngettext("%(count)s patient", "%(count)s patients", load.patients)
    values = {"name": load.name, "unit": load.unit, "patients": patients, "limit": load.limit}
    if load.over:
        return _("%(name)s, %(unit)s: %(patients)s, over the limit of %(limit)s", **values)
    return _("%(name)s, %(unit)s: %(patients)s", **values)


def _counts(session: Session, unit_ids: Collection[UUID], at: datetime) -> dict[tuple[UUID, UUID], int]:
    holds = ContactAppointment.starts <= at, sa.or_(ContactAppointment.ends.is_(None), ContactAppointment.ends > at)
    query = (
        sa.select(ContactAppointment.unit_id, ContactAppointment.person_id, sa.func.count())
        .join(ContractCover, ContractCover.contract_id == ContactAppointment.contract_id)
        .where(
            ContactAppointment.unit_id.in_(unit_ids), ContactAppointment.is_primary, ContractCover.ended_at.is_(None)
        )
        .where(*holds)
        .group_by(ContactAppointment.unit_id, ContactAppointment.person_id)
    )
    return {(unit, person): count for unit, person, count in session.execute(query)}
