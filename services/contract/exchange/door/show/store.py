"""Loads a page of resources with a few questions, however many there are, and words them as R4."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from services.contract.delegates.tables import Delegation
from services.contract.exchange.door.reach.store import Reach
from services.contract.exchange.door.show.care.store import appointments, care_plans, care_teams
from services.contract.exchange.outgoing.people.domain import patient, practitioner, relative
from services.contract.exchange.outgoing.places.domain import UNNAMED, organization, practitioner_role
from services.contract.exchange.outgoing.shape.domain import Json
from services.contract.exchange.outgoing.store import draft_of, unit_of
from services.contract.named_contact import store as named_contacts
from services.contract.people.tables import Person, StaffRoleHeld
from services.contract.units.tables import CareUnit
from shared.context import Ctx

Show = Callable[[Ctx, Reach, Sequence[UUID]], list[Json]]


def patients(ctx: Ctx, _reach: Reach, ids: Sequence[UUID]) -> list[Json]:
    """Whoever helps a patient knows their name: the number and how to reach them is between the patient and their care."""
    named = ctx.viewer.kind == "delegate"
    return [patient(row.id, draft_of(row), row.changed_at, named=named) for row in _people(ctx, ids)]


def practitioners(ctx: Ctx, reach: Reach, ids: Sequence[UUID]) -> list[Json]:
    """How staff are reached is for themselves and for the admins of where they work."""
    held = sa.select(StaffRoleHeld.person_id).where(StaffRoleHeld.unit_id.in_(reach.run))
    own = set(ctx.session.scalars(held.where(StaffRoleHeld.person_id.in_(ids)))) | {reach.person_id}
    return [practitioner(row.id, draft_of(row), row.changed_at, reachable=row.id in own) for row in _people(ctx, ids)]


def relatives(ctx: Ctx, _reach: Reach, ids: Sequence[UUID]) -> list[Json]:
    query = sa.select(Delegation, Person).join(Person, Person.id == Delegation.delegate_id)
    rows = ctx.session.execute(query.where(Delegation.id.in_(ids)).order_by(Delegation.id))
    return [
        relative(
            grant.id,
            (person.id, draft_of(person)),
            grant.patient_id,
            grant.relation,
            during=(grant.starts, grant.ends),
            changed=max(grant.changed_at, person.changed_at),
        )
        for grant, person in rows
    ]


def organizations(ctx: Ctx, reach: Reach, ids: Sequence[UUID]) -> list[Json]:
    rows = ctx.session.scalars(sa.select(CareUnit).where(CareUnit.id.in_(ids)).order_by(CareUnit.id))
    return [organization(row.id, unit_of(row), row.key, row.changed_at, inside=row.id in reach.units) for row in rows]


def roles(ctx: Ctx, reach: Reach, pairs: Sequence[tuple[UUID, UUID]]) -> list[Json]:
    """What each of these people is at each of these units, with when they are away."""
    people = {row.id: row for row in _people(ctx, [person for person, _unit in pairs])}
    units = {
        row.id: row for row in ctx.session.scalars(sa.select(CareUnit).where(CareUnit.id.in_([u for _p, u in pairs])))
    }
    held: dict[tuple[UUID, UUID], set[str]] = defaultdict(set)
    for one in ctx.session.scalars(sa.select(StaffRoleHeld).where(StaffRoleHeld.person_id.in_(people))):
        held[one.person_id, one.unit_id].add(one.role)
    away = defaultdict(list)
    for row in named_contacts.absences(ctx.session, list(people), ctx.now):
        away[row.person_id].append(row)
    return [
        practitioner_role(
            (person, people[person].name),
            (unit, _named(units[unit], reach)),
            held[person, unit],
            [(named_contacts.plain(row), row.note) for row in away[person]],
            max([people[person].changed_at, *(row.changed_at for row in away[person])]),
        )
        for person, unit in pairs
    ]


SHOW: Mapping[str, Show] = {
    "Patient": patients,
    "Practitioner": practitioners,
    "Organization": organizations,
    "RelatedPerson": relatives,
    "CareTeam": care_teams,
    "CarePlan": care_plans,
    "Appointment": appointments,
}


def _named(unit: CareUnit, reach: Reach) -> str:
    return unit.name if unit.id in reach.units or not unit.neutral else UNNAMED


def _people(ctx: Ctx, ids: Sequence[UUID]) -> list[Person]:
    return list(ctx.session.scalars(sa.select(Person).where(Person.id.in_(ids)).order_by(Person.id)))
