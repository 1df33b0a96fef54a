"""The questions asked about judging emergencies: whose they are to judge, and where nobody of the unit can.

A unit's own log reviewers judge; where it has none but whoever opened the pages, those of other units do, unless the unit is
sensitive: then its own alone, and its admins are told that it waits.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.break_glass.store import listed
from services.contract.break_glass.tables import BreakGlass
from services.contract.people.tables import Person, StaffRoleHeld
from services.contract.units.tables import CareUnit
from shared.context import Ctx
from shared.db import among
from shared.web.marks import Mark

REVIEWER = "auditor"


def to_judge(ctx: Ctx, after: Mark | None, limit: int) -> list[BreakGlass]:
    """What the viewer judges as a log reviewer, the newest first."""
    me, units = ctx.viewer.person_id, checked_units(ctx)
    if me is None or not units:
        return []
    return listed(ctx.session, sa.or_(among(BreakGlass.unit_id, units), _falls_to(me)), after, limit)


def judged_as_of(ctx: Ctx, glass: BreakGlass) -> UUID | None:
    """The unit as whose log reviewer the viewer judges this one; None: it isn't theirs to judge."""
    me, units = ctx.viewer.person_id, checked_units(ctx)
    if me is None or not units or glass.unit_id in units:
        return glass.unit_id if glass.unit_id in units else None
    one = sa.exists().where(BreakGlass.id == glass.id, _falls_to(me))
    return min(units) if ctx.session.execute(sa.select(one)).scalar_one() else None


def checked_units(ctx: Ctx) -> set[UUID]:
    """The units whose log the viewer checks."""
    return {role.unit_id for role in ctx.viewer.roles if role.role == REVIEWER}


def unreviewed(session: Session, unit_ids: Collection[UUID]) -> dict[UUID, int]:
    """Of these units those where nobody reviews the log, with how many emergencies wait that nobody there may judge."""
    waits = BreakGlass.verdict.is_(None), ~_reviewed(BreakGlass.unit_id, BreakGlass.person_id)
    count = sa.select(sa.func.count()).where(BreakGlass.unit_id == CareUnit.id, *waits).scalar_subquery()
    query = sa.select(CareUnit.id, count, _reviewed(CareUnit.id)).where(among(CareUnit.id, unit_ids))
    return {unit: waiting for unit, waiting, reviewed in session.execute(query) if waiting or not reviewed}


def _falls_to(person_id: UUID) -> sa.ColumnElement[bool]:
    open_to_others = sa.exists().where(CareUnit.id == BreakGlass.unit_id, ~CareUnit.sensitive)
    own = BreakGlass.person_id == person_id
    return sa.and_(~own, open_to_others, ~_reviewed(BreakGlass.unit_id, BreakGlass.person_id))


def _reviewed(
    unit_id: sa.SQLColumnExpression[UUID], opener: sa.SQLColumnExpression[UUID] | None = None
) -> sa.ColumnElement[bool]:
    """Whether the unit has a living log reviewer: another than whoever opened the pages."""
    here = StaffRoleHeld.unit_id == unit_id, StaffRoleHeld.role == REVIEWER
    lives = sa.exists().where(Person.id == StaffRoleHeld.person_id, Person.deceased.is_(None))
    another = () if opener is None else (StaffRoleHeld.person_id != opener,)
    return sa.exists().where(*here, *another, lives)
