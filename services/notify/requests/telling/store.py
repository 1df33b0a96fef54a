"""Whom a request or a notice is put before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notify.requests.domain import Priority
from services.notify.requests.store import IS_OPEN
from services.notify.requests.tables import ContactRequest, RequestWatch
from services.notify.requests.telling.tables import WorkNotice
from shared.register.blocks import blocks_all


def watch(session: Session, request_id: UUID, people: Collection[UUID], level: int, at: datetime) -> None:
    """Put a request before these people too; whoever has it already is told again."""
    rows = [
        {"request_id": request_id, "person_id": person, "level": level, "since": at, "untold": True}
        for person in sorted(people)
    ]
    if rows:
        row = insert(RequestWatch).values(rows)
        again = {"level": row.excluded.level, "untold": True}
        session.execute(row.on_conflict_do_update(index_elements=["request_id", "person_id"], set_=again))


def urgent_at(session: Session, person_id: UUID) -> int:
    """How many urgent requests wait for this person."""
    watched = sa.select(RequestWatch.request_id).where(RequestWatch.person_id == person_id)
    theirs = sa.or_(ContactRequest.responsible_id == person_id, ContactRequest.id.in_(watched))
    query = sa.select(sa.func.count()).select_from(ContactRequest)
    return session.execute(query.where(IS_OPEN, theirs, ContactRequest.priority == Priority.URGENT)).scalar_one()


def notices_for(session: Session, person_id: UUID, units: Collection[UUID]) -> list[WorkNotice]:
    """What somebody who works at these units has not seen yet; nothing of a patient who has blocked them all."""
    mine = WorkNotice.person_id == person_id, WorkNotice.seen_at.is_(None), ~blocks_all(WorkNotice.patient_id, units)
    query = sa.select(WorkNotice).where(*mine)
    return list(session.scalars(query.order_by(WorkNotice.at, WorkNotice.id)))


def add_notice(
    session: Session,
    *,
    person_id: UUID,
    patient_id: UUID,
    unit_id: UUID,
    reason_key: str,
    at: datetime,
    tell_at: datetime,
) -> bool:
    """Put a notice before somebody. False when they have had it."""
    values = {"person_id": person_id, "patient_id": patient_id, "unit_id": unit_id, "reason_key": reason_key}
    row = insert(WorkNotice).values(**values, at=at, tell_at=tell_at).on_conflict_do_nothing()
    return session.execute(row.returning(WorkNotice.id)).first() is not None
