"""Who is away, and who has gone, of the people a contract's cover leads to."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.events import Absence
from shared.register import tables
from shared.roles import NOT_IN_CARE


def gone(session: Session, appointed: frozenset[UUID], heads: frozenset[UUID]) -> frozenset[UUID]:
    """Those of the appointed who work with patients nowhere any more, and whoever of all has died: nobody turns to them."""
    role, person = tables.role.c, tables.person.c
    works = sa.select(role.person_id, sa.false()).where(role.person_id.in_(appointed), role.role.not_in(NOT_IN_CARE))
    died = sa.select(person.person_id, sa.true()).where(person.person_id.in_(appointed | heads))
    rows = session.execute(works.union_all(died.where(person.deceased.is_not(None)))).all()
    return (appointed - {who for who, _dead in rows}) | {who for who, dead in rows if dead}


def absences_of(session: Session, people: Collection[UUID]) -> dict[UUID, tuple[Absence, ...]]:
    """The present and coming absences of these people, of those who stand in for them, of those who stand in for those,
    and so on: contract tells no past ones."""
    if not people:
        return {}
    reached = sa.select(tables.absence).where(tables.absence.c.person_id.in_(people)).cte("reached", recursive=True)
    deputy = sa.select(tables.absence).join(reached, tables.absence.c.person_id == reached.c.deputy_id)
    every, found = reached.union(deputy), dict[UUID, tuple[Absence, ...]]()
    for row in session.execute(sa.select(every).order_by(every.c.starts)):
        absence = Absence(absence_id=row.absence_id, starts=row.starts, ends=row.ends, deputy_id=row.deputy_id)
        found[row.person_id] = (*found.get(row.person_id, ()), absence)
    return found
