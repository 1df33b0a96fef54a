"""The questions asked about patients' pages that were opened in an emergency."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.break_glass.domain import SHOWN_TO_PATIENT
from services.contract.break_glass.tables import BreakGlass
from shared.events import BreakGlassChanged
from shared.web.marks import Mark


def get(session: Session, glass_id: UUID) -> BreakGlass | None:
    return session.get(BreakGlass, glass_id)


def for_change(session: Session, glass_id: UUID) -> BreakGlass | None:
    """The same, locked until the transaction ends."""
    return session.scalars(sa.select(BreakGlass).where(BreakGlass.id == glass_id).with_for_update()).one_or_none()


def open_of(session: Session, person_id: UUID, at: datetime) -> BreakGlass | None:
    """What a member of staff has open now, locked until the transaction ends."""
    mine = BreakGlass.person_id == person_id, BreakGlass.until > at, BreakGlass.ended_at.is_(None)
    return session.scalars(sa.select(BreakGlass).where(*mine).with_for_update()).one_or_none()


def open_ones(session: Session, at: datetime) -> list[BreakGlass]:
    """Whatever anybody has open now, locked until the transaction ends."""
    mine = BreakGlass.until > at, BreakGlass.ended_at.is_(None)
    return list(session.scalars(sa.select(BreakGlass).where(*mine).order_by(BreakGlass.id).with_for_update()))


def of_patient(session: Session, patient_id: UUID, after: Mark | None, limit: int) -> list[BreakGlass]:
    """Each time somebody opened this patient's pages, the newest first."""
    return listed(session, BreakGlass.patient_id == patient_id, after, limit)


def lately(session: Session, patient_id: UUID, at: datetime) -> bool:
    """Whether the patient's first page tells of one."""
    mine = BreakGlass.patient_id == patient_id, BreakGlass.opened_at > at - SHOWN_TO_PATIENT
    return session.execute(sa.select(sa.exists().where(*mine))).scalar_one()


def facts(glass: BreakGlass) -> BreakGlassChanged:
    """What the others honour."""
    return BreakGlassChanged(
        person_id=glass.person_id,
        glass_id=glass.id,
        patient_id=glass.patient_id,
        unit_id=glass.unit_id,
        until=glass.ended_at or glass.until,
        reason=glass.reason,
        past_block=glass.past_block,
    )


def listed(session: Session, which: sa.ColumnElement[bool], after: Mark | None, limit: int) -> list[BreakGlass]:
    """Those of a kind, the newest first."""
    query, order = sa.select(BreakGlass).where(which), (BreakGlass.opened_at, BreakGlass.id)
    if after is not None:
        query = query.where(sa.tuple_(*order) < sa.tuple_(*map(sa.literal, after)))
    return list(session.scalars(query.order_by(*(column.desc() for column in order)).limit(limit)))
