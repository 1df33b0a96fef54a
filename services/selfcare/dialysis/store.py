"""The questions asked of patterns and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.selfcare.dialysis.domain import KIND, TOP_UP_BELOW, Planned
from services.selfcare.dialysis.tables import DialysisPattern, DialysisSession
from services.selfcare.reminders.times.domain import Coming
from shared.register.tables import person

PLANNED, RELEASED = "planned", "released"


def active_pattern(session: Session, patient_id: UUID, *, lock: bool = False) -> DialysisPattern | None:
    """The pattern in force."""
    mine = (DialysisPattern.patient_id == patient_id, DialysisPattern.ended_at.is_(None))
    query = sa.select(DialysisPattern).where(*mine)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def has_pattern(session: Session, patient_id: UUID) -> bool:
    mine = (DialysisPattern.patient_id == patient_id, DialysisPattern.ended_at.is_(None))
    return session.execute(sa.select(DialysisPattern.id).where(*mine).limit(1)).first() is not None


def to_top_up(session: Session, at: datetime, most: int = 50) -> list[DialysisPattern]:
    """Patterns whose sessions no longer reach far enough ahead, for this process alone."""
    query = sa.select(DialysisPattern).where(*_short(at)).order_by(DialysisPattern.planned_until).limit(most)
    return list(session.scalars(query.with_for_update(skip_locked=True, of=DialysisPattern)))


def to_top_up_since(session: Session, at: datetime) -> datetime | None:
    """Since when the first of them no longer has."""
    until = sa.select(DialysisPattern.planned_until).where(*_short(at)).order_by(DialysisPattern.planned_until)
    shortest = session.scalars(until.limit(1)).one_or_none()
    return shortest and shortest - TOP_UP_BELOW


def _short(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """In force, not planned far enough ahead, and of somebody who lives."""
    dead = sa.exists().where(person.c.person_id == DialysisPattern.patient_id, person.c.deceased.is_not(None))
    return DialysisPattern.ended_at.is_(None), DialysisPattern.planned_until < at + TOP_UP_BELOW, ~dead


def add_sessions(session: Session, pattern: DialysisPattern, planned: Sequence[Planned]) -> list[DialysisSession]:
    """Add those that are not there yet. Returns the new ones."""
    if not planned:
        return []
    shared = {
        "pattern_id": pattern.id,
        "patient_id": pattern.patient_id,
        "unit_id": pattern.unit_id,
        "contract_id": pattern.contract_id,
        "zone": pattern.zone,
        "state": PLANNED,
    }
    rows = [shared | vars(one) | {"id": uuid4()} for one in planned]
    new = insert(DialysisSession).values(rows).on_conflict_do_nothing().returning(DialysisSession)
    return sorted(session.scalars(new), key=lambda row: row.starts_at)


def release(session: Session, which: Sequence[sa.ColumnElement[bool]], reason: str, at: datetime) -> list[UUID]:
    """Release coming sessions. Returns their ids."""
    coming = (*which, DialysisSession.starts_at > at, DialysisSession.state == PLANNED)
    change = sa.update(DialysisSession).where(*coming).values(state=RELEASED, reason=reason)
    return list(session.scalars(change.returning(DialysisSession.id)))


def take_back(session: Session, patient_id: UUID, reason: str, at: datetime) -> list[UUID]:
    """Plan again what was released for this reason and is still to come. Returns the ids."""
    released = (
        DialysisSession.patient_id == patient_id,
        DialysisSession.state == RELEASED,
        DialysisSession.reason == reason,
        DialysisSession.starts_at > at,
    )
    change = sa.update(DialysisSession).where(*released).values(state=PLANNED, reason=None)
    return list(session.scalars(change.returning(DialysisSession.id)))


def booked(session: Session, patient_ids: Sequence[UUID], at: datetime) -> list[tuple[UUID, datetime, datetime]]:
    """When these patients dialyse, as far ahead as it is planned."""
    wanted = (
        DialysisSession.patient_id.in_(patient_ids),
        DialysisSession.ends_at > at,
        DialysisSession.state == PLANNED,
    )
    query = sa.select(DialysisSession.patient_id, DialysisSession.starts_at, DialysisSession.ends_at).where(*wanted)
    return [(row.patient_id, row[1], row[2]) for row in session.execute(query)]


def coming(session: Session, patient_id: UUID, at: datetime) -> list[Coming]:
    """The patient's sessions that are not over."""
    wanted = (
        DialysisSession.patient_id == patient_id,
        DialysisSession.ends_at > at,
        DialysisSession.state == PLANNED,
    )
    rows = session.scalars(sa.select(DialysisSession).where(*wanted).order_by(DialysisSession.starts_at))
    return [
        Coming(
            kind=KIND,
            id=row.id,
            version=1,
            unit_id=row.unit_id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            zone=row.zone,
        )
        for row in rows
    ]
