"""The questions asked of the plan."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from services.contract.plan.domain import Party, Source, State
from services.contract.plan.tables import PlanActivity, PlanChange, PlanSource
from shared.db import among
from shared.register.tables import role
from shared.roles import NOT_IN_CARE


def activities(session: Session, patient_id: UUID) -> list[PlanActivity]:
    """All activities of the patient: first those with a day, by day and time, then the others by title."""
    by_time = PlanActivity.on_date.asc().nulls_last(), PlanActivity.clock.asc().nulls_first()
    order = *by_time, PlanActivity.title, PlanActivity.id
    query = sa.select(PlanActivity).where(PlanActivity.patient_id == patient_id).order_by(*order)
    return list(session.execute(query).scalars())


def activity(session: Session, activity_id: UUID, *, lock: bool = False) -> PlanActivity | None:
    return session.get(PlanActivity, activity_id, with_for_update=lock or None, populate_existing=lock)


def responsibles(session: Session) -> list[str]:
    """Everything that is written anywhere of who is responsible."""
    return list(session.scalars(sa.select(PlanActivity.responsible).distinct().where(PlanActivity.responsible != "")))


def keep_own(session: Session, unit_id: UUID, naming: Collection[str]) -> None:
    """Let this unit alone see what its staff wrote, first or later, and what has one of these words of who is responsible;
    not what only others see."""
    row, change, mine = PlanActivity, PlanChange, [str(unit_id)]
    staff = sa.select(role.c.person_id).where(role.c.unit_id == unit_id, role.c.role.not_in(NOT_IN_CARE))
    edited = sa.exists().where(change.activity_id == row.id, change.by.in_(staff), change.words != {})
    theirs = sa.or_(row.added_by.in_(staff), edited, among(row.responsible, naming))
    shown = sa.or_(row.visible_to == [], sa.type_coerce(row.visible_to, JSONB).contains(mine))
    update = sa.update(row).where(shown, theirs, row.visible_to != mine).values(visible_to=mine)
    session.execute(update.execution_options(synchronize_session=False))


def by_identity(session: Session, patient_id: UUID, identities: Collection[str]) -> dict[str, PlanActivity]:
    query = sa.select(PlanActivity).where(PlanActivity.patient_id == patient_id)
    rows = session.execute(query.where(PlanActivity.identity.in_(identities))).scalars()
    return {row.identity: row for row in rows}


def sources(session: Session, activity_id: UUID) -> dict[str, Source]:
    """What each record says of the activity, by the record's key."""
    rows = session.execute(sa.select(PlanSource).where(PlanSource.activity_id == activity_id)).scalars()
    return {row.key: Source(row.title, row.responsible, Party(row.party), State(row.state)) for row in rows}


def history(session: Session, activity_id: UUID) -> list[PlanChange]:
    query = sa.select(PlanChange).where(PlanChange.activity_id == activity_id).order_by(PlanChange.id)
    return list(session.execute(query).scalars())


def snapshot(session: Session, patient_id: UUID) -> list[dict[str, Any]]:
    """The plan as a version of the patient's contract takes it: what, and who is responsible.

    How far each activity has come has a history of its own, or every step taken would void what both have confirmed.
    """
    rows = sorted(activities(session, patient_id), key=lambda row: str(row.id))
    return [{"id": str(row.id), "title": row.title, "party": row.party, "responsible": row.responsible} for row in rows]
