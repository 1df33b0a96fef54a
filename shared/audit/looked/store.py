"""The questions asked of the access log about one patient, newest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.audit.looked.domain import QUIET, Act
from shared.audit.tables import access_log
from shared.register.tables import role as known_role

COLUMNS = tuple(
    access_log.c[name] for name in ("id", "at", "actor_id", "actor_as", "unit_id", "what", "glass_id", "session_id")
)
Mark = tuple[datetime, int]


@dataclass(frozen=True)
class Asked:
    """Which rows: from an instant, until another, of one unit, and whether also what was done by the patient and by itself."""

    since: datetime | None = None
    until: datetime | None = None
    unit_id: UUID | None = None
    everything: bool = False


def acts(session: Session, patient_id: UUID, asked: Asked, after: Mark | None, limit: int) -> list[Act]:
    """The rows about the patient that are asked for, from the one after ``after`` on."""
    log = access_log.c
    query = sa.select(*COLUMNS).where(log.patient_id == patient_id)
    if asked.since:
        query = query.where(log.at >= asked.since)
    if asked.until:
        query = query.where(log.at < asked.until)
    if asked.unit_id:
        query = query.where(log.unit_id == asked.unit_id)
    if not asked.everything:
        query = query.where(log.actor_as.not_in(QUIET))
    if after is not None:
        query = query.where(sa.tuple_(log.at, log.id) < sa.tuple_(*map(sa.literal, after)))
    return [Act(*row) for row in session.execute(query.order_by(log.at.desc(), log.id.desc()).limit(limit))]


def units_of(session: Session, patient_id: UUID) -> list[UUID]:
    """The units at which something of the patient's was done."""
    log = access_log.c
    query = sa.select(log.unit_id).distinct().where(log.patient_id == patient_id, log.unit_id.is_not(None))
    return list(session.scalars(query))


def roles_of(session: Session, people: Collection[UUID]) -> dict[tuple[UUID, UUID], set[str]]:
    """What each of these people is now, by person and unit."""
    found: dict[tuple[UUID, UUID], set[str]] = {}
    query = sa.select(known_role.c.person_id, known_role.c.unit_id, known_role.c.role)
    for person, unit, role in session.execute(query.where(known_role.c.person_id.in_(people))):
        found.setdefault((person, unit), set()).add(role)
    return found
