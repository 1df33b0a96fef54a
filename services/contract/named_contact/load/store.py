"""How many patients each contact has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from services.contract.named_contact.tables import ContactAppointment
from services.contract.people.tables import Person, StaffRoleHeld
from services.contract.units import store as units
from shared.context import Ctx
from shared.db import among, plan_each_anew
from shared.i18n import _, ngettext
from shared.roles import NOT_IN_CARE


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


def loads(ctx: Ctx, unit_ids: Collection[UUID], *, first: int = 0, limit: int | None = None) -> list[Load]:
    """Those who work with patients at these units, by unit and name, with how many patients each has there now; from the
    one with the number ``first`` on."""
    held = sa.select(StaffRoleHeld.unit_id, Person.id, Person.name, Person.sort_key).distinct()
    held = held.join(Person, Person.id == StaffRoleHeld.person_id)
    held = held.where(
        among(StaffRoleHeld.unit_id, unit_ids), StaffRoleHeld.role.not_in(NOT_IN_CARE), Person.deceased.is_(None)
    )
    held = held.order_by(StaffRoleHeld.unit_id, Person.sort_key, Person.id).offset(first).limit(limit)
    plan_each_anew(ctx.session)
    rows = ctx.session.execute(held).all()
    patients = counts(ctx, {row.unit_id for row in rows}, None if limit is None else {row.id for row in rows})
    known = {unit.id: unit for unit in units.listed(ctx.session, {row.unit_id for row in rows})}
    return [
        Load(row.id, row.name, row.unit_id, unit.name, patients.get((row.unit_id, row.id), 0), unit.contact_limit)
        for row in rows
        if (unit := known.get(row.unit_id))
    ]


def choices(ctx: Ctx, unit_ids: Collection[UUID]) -> list[tuple[str, UUID, UUID, str]]:
    """Whom an admin can choose as contact: value, unit, person, and a text that tells the load and warns over the limit."""
    return [(f"{one.unit_id} {one.person_id}", one.unit_id, one.person_id, said(one)) for one in loads(ctx, unit_ids)]


def said(load: Load) -> str:
    """The name with the unit and the number of patients, and the warning where they are too many."""
    patients = ngettext("%(count)s patient", "%(count)s patients", load.patients)
    values = {"name": load.name, "unit": load.unit, "patients": patients, "limit": load.limit}
    if load.over:
        return _("%(name)s, %(unit)s: %(patients)s, over the limit of %(limit)s", **values)
    return _("%(name)s, %(unit)s: %(patients)s", **values)


def counts(
    ctx: Ctx, unit_ids: Collection[UUID], people: Collection[UUID] | None = None
) -> dict[tuple[UUID, UUID], int]:
    """How many patients each primary contact at these units (or each of these ``people``) has now, by unit and person: a
    patient whose next contact has a later day is still the present one's."""
    one = ContactAppointment
    query = sa.select(one.unit_id, one.person_id, sa.func.count())
    query = query.where(among(one.unit_id, unit_ids), one.is_primary, one.starts <= ctx.now)
    query = query.where(sa.or_(one.ends.is_(None), one.ends > ctx.now))
    if people is not None:
        query = query.where(among(one.person_id, people))
    rows = ctx.session.execute(query.group_by(one.unit_id, one.person_id))
    return {(unit, person): count for unit, person, count in rows}
