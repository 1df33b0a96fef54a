"""Which resources a search finds: their ids in order, one page of them, everything decided by the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from services.contract.agreement.tables import Contract, Version
from services.contract.delegates.tables import Delegation
from services.contract.exchange.door.find.domain import MEETINGS, VERSIONS, uuids
from services.contract.exchange.door.reach.store import Reach
from services.contract.exchange.door.search.domain import Asked, When
from services.contract.named_contact.tables import ContactAppointment, ContractCover
from services.contract.next_contact.tables import NextContact
from services.contract.people.tables import KnownAt, Person, StaffRoleHeld
from services.contract.plan.tables import PlanActivity
from services.contract.units.tables import CareUnit
from shared.context import Ctx
from shared.register.blocks import blocks

Where = sa.ColumnElement[bool]
Find = Callable[[Asked, Reach, Ctx], sa.Select[UUID]]
EVER, NEVER = sa.literal("infinity"), sa.literal("-infinity")


def found(ctx: Ctx, kind: str, asked: Asked, reach: Reach) -> list[UUID]:
    """One id more than were asked for, if there are more, in the order of the pages."""
    query = FIND[kind](asked, reach, ctx)
    key = query.selected_columns[0]
    if asked.ids is not None:
        query = query.where(key.in_(uuids(asked.ids)))
    if asked.after is not None:
        query = query.where(key > UUID(asked.after))
    return list(ctx.session.scalars(query.order_by(key).limit(asked.count + 1)))


def roles_found(ctx: Ctx, asked: Asked, reach: Reach) -> list[tuple[UUID, UUID]]:
    """People with the units they work at: what a practitioner's role is named by."""
    held, unit = StaffRoleHeld.person_id, StaffRoleHeld.unit_id
    query = sa.select(held, unit).join(Person, Person.id == held).where(_staff(reach)).distinct()
    query = query.where(sa.or_(unit.in_(reach.units | reach.places()), held == reach.person_id))
    for name, column in (("practitioner", held), ("organization", unit)):
        if (wanted := asked.refers(name)) is not None:
            query = query.where(column.in_(uuids(wanted)))
    if asked.ids is not None:
        pairs = [(UUID(one[:32]), UUID(one[32:])) for one in asked.ids if len(uuids((one[:32], one[32:]))) == 2]
        query = query.where(sa.tuple_(held, unit).in_(pairs))
    if asked.after is not None:
        query = query.where(sa.tuple_(held, unit) > sa.tuple_(UUID(asked.after[:32]), UUID(asked.after[32:])))
    query = query.where(*_updated(Person.changed_at, asked))
    return [(one, at) for one, at in ctx.session.execute(query.order_by(held, unit).limit(asked.count + 1))]


def _patients(asked: Asked, reach: Reach, _ctx: Ctx) -> sa.Select[UUID]:
    run = sa.select(KnownAt.person_id).where(
        KnownAt.unit_id.in_(reach.run), ~blocks(KnownAt.person_id, KnownAt.unit_id)
    )
    theirs = sa.or_(Person.id.in_(reach.patients), Person.id.in_(run))
    return sa.select(Person.id).where(Person.kind == "patient", theirs, *_updated(Person.changed_at, asked))


def _practitioners(asked: Asked, reach: Reach, _ctx: Ctx) -> sa.Select[UUID]:
    return sa.select(Person.id).where(_staff(reach), *_updated(Person.changed_at, asked))


def _staff(reach: Reach) -> Where:
    beside = sa.select(StaffRoleHeld.person_id).where(StaffRoleHeld.unit_id.in_(reach.units))
    known = Person.id.in_(reach.staff() | ({reach.person_id} if reach.person_id else set()))
    return sa.and_(Person.kind == "staff", sa.or_(known, Person.id.in_(beside)))


def _organizations(asked: Asked, reach: Reach, _ctx: Ctx) -> sa.Select[UUID]:
    near = CareUnit.id.in_(reach.units | reach.places())
    return sa.select(CareUnit.id).where(near, *_updated(CareUnit.changed_at, asked))


def _relatives(asked: Asked, reach: Reach, _ctx: Ctx) -> sa.Select[UUID]:
    standing = Delegation.patient_id.in_(reach.granted), Delegation.state == "active"
    query = sa.select(Delegation.id).where(*standing, *_of(Delegation.patient_id, asked))
    return query.where(*_updated(Delegation.changed_at, asked))


def _teams(asked: Asked, reach: Reach, _ctx: Ctx) -> sa.Select[UUID]:
    """Those that lead to somebody now; R4's other statuses have none here."""
    cover = ContractCover
    theirs = sa.or_(cover.contract_id.in_(reach.covers), cover.unit_id.in_(reach.run))
    last = sa.select(sa.func.max(ContactAppointment.changed_at)).where(
        ContactAppointment.contract_id == cover.contract_id
    )
    query = sa.select(cover.contract_id).where(theirs, cover.ended_at.is_(None), *_of(cover.patient_id, asked))
    query = query.where(*_updated(last.scalar_subquery(), asked))
    return query if asked.statuses is None or "active" in asked.statuses else query.where(sa.false())


def _plans(asked: Asked, reach: Reach, _ctx: Ctx) -> sa.Select[UUID]:
    latest = sa.select(sa.func.max(PlanActivity.changed_at)).where(PlanActivity.patient_id == Contract.patient_id)
    changed = sa.func.greatest(Version.changed_at, latest.scalar_subquery())
    query = sa.select(Version.id).join(Contract, Contract.id == Version.contract_id)
    query = query.where(Contract.id.in_(reach.covers), *_of(Contract.patient_id, asked))
    if asked.statuses is not None:
        standing = sa.case(
            (sa.and_(Contract.state == "ended", Version.state == "active"), "ended"),
            (sa.and_(Contract.state == "ended", Version.state == "draft"), "dropped"),
            else_=Version.state,
        )
        query = query.where(standing.in_([state for one in asked.statuses for state in VERSIONS.get(one, ())]))
    between = (Version.active_at, Contract.ended_at)
    return query.where(*_updated(changed, asked), *(_compares(when, *between) for when in asked.dates))


def _meetings(asked: Asked, reach: Reach, _ctx: Ctx) -> sa.Select[UUID]:
    row = NextContact
    at = sa.func.timezone(row.zone, sa.func.coalesce(row.starts_local, row.suggested_local))
    opens = sa.func.timezone(row.zone, sa.cast(row.earliest, sa.DateTime()))
    closes = sa.func.timezone(row.zone, sa.cast(row.latest, sa.DateTime()) + sa.literal(timedelta(days=1)))
    query = sa.select(row.id).where(row.contract_id.in_(reach.covers), *_of(row.patient_id, asked))
    if asked.statuses is not None:
        query = query.where(sa.or_(sa.false(), *(_in_status(one) for one in asked.statuses if one in MEETINGS)))
    between = sa.func.coalesce(at, opens), sa.func.coalesce(at, closes)
    return query.where(*_updated(row.changed_at, asked), *(_compares(when, *between) for when in asked.dates))


def _in_status(status: str) -> Where:
    """The states that R4 calls so; some count only with, some only without a time."""
    timed = sa.func.coalesce(NextContact.starts_local, NextContact.suggested_local).is_not(None)
    with_time, without = MEETINGS[status]
    return sa.or_(
        sa.and_(NextContact.state.in_(with_time), timed), sa.and_(NextContact.state.in_(without), sa.not_(timed))
    )


FIND: Mapping[str, Find] = {
    "Patient": _patients,
    "Practitioner": _practitioners,
    "Organization": _organizations,
    "RelatedPerson": _relatives,
    "CareTeam": _teams,
    "CarePlan": _plans,
    "Appointment": _meetings,
}


def _of(patient: Any, asked: Asked) -> Iterable[Where]:
    wanted = asked.refers("patient")
    return [] if wanted is None else [patient.in_(uuids(wanted))]


def _updated(changed: Any, asked: Asked) -> list[Where]:
    return [_compares(when, changed, changed) for when in asked.updated]


def _compares(when: When, starts: Any, ends: Any) -> Where:
    """The same as ``search.domain.holds``, asked of the database."""
    lo = sa.func.coalesce(starts, sa.cast(NEVER, sa.DateTime(timezone=True)))
    hi = sa.func.coalesce(ends, sa.cast(EVER, sa.DateTime(timezone=True)))
    inside = sa.and_(lo >= when.starts, lo < when.ends, hi <= when.ends)
    compared = {
        "eq": inside,
        "ne": sa.not_(inside),
        "gt": hi >= when.ends,
        "ge": hi >= when.starts,
        "lt": lo < when.starts,
        "le": lo < when.ends,
    }
    return cast(Where, compared[when.prefix])
