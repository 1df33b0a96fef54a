"""The questions asked of stays and of wishes to come in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.selfcare.admission.domain import KIND
from services.selfcare.admission.tables import AdmissionRequest, Stay
from services.selfcare.reminders.times.domain import Coming

PLANNED, RELEASED, CANCELLED = "planned", "released", "cancelled"


def stay_of(session: Session, patient_id: UUID, starts_local: datetime) -> Stay | None:
    mine = (Stay.patient_id == patient_id, Stay.starts_local == starts_local)
    return session.scalars(sa.select(Stay).where(*mine)).one_or_none()


def newest_stay(session: Session, patient_id: UUID) -> Stay | None:
    """The stay that tells which ward the patient has an agreement with."""
    query = sa.select(Stay).where(Stay.patient_id == patient_id).order_by(Stay.starts_at.desc())
    return session.scalars(query.limit(1)).first()


def has_stay(session: Session, patient_id: UUID) -> bool:
    return session.execute(sa.select(Stay.id).where(Stay.patient_id == patient_id).limit(1)).first() is not None


def newest_request(session: Session, patient_id: UUID) -> AdmissionRequest | None:
    query = sa.select(AdmissionRequest).where(AdmissionRequest.patient_id == patient_id)
    return session.scalars(query.order_by(AdmissionRequest.asked_at.desc()).limit(1)).first()


def one_at_a_time(session: Session, patient_id: UUID) -> None:
    """Wait for another press of the same patient to finish: two at once make one request."""
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"admission:{patient_id}"))))


def set_state(session: Session, patient_id: UUID, was: str, state: str, at: datetime) -> list[UUID]:
    """Another state for every stay in this one that is not over. Returns their ids."""
    which = (Stay.patient_id == patient_id, Stay.leaves_at > at, Stay.state == was)
    return list(session.scalars(sa.update(Stay).where(*which).values(state=state).returning(Stay.id)))


def booked(session: Session, patient_ids: Sequence[UUID], at: datetime) -> list[tuple[UUID, datetime, datetime]]:
    """When these patients stay at a ward."""
    wanted = (Stay.patient_id.in_(patient_ids), Stay.leaves_at > at, Stay.state == PLANNED)
    query = sa.select(Stay.patient_id, Stay.starts_at, Stay.leaves_at).where(*wanted)
    return [(row.patient_id, row[1], row[2]) for row in session.execute(query)]


def coming(session: Session, patient_id: UUID, at: datetime) -> list[Coming]:
    """The patient's leaving days to come."""
    wanted = (Stay.patient_id == patient_id, Stay.leaves_at > at, Stay.state == PLANNED)
    rows = session.scalars(sa.select(Stay).where(*wanted).order_by(Stay.leaves_at))
    return [
        Coming(
            kind=KIND,
            id=row.id,
            version=1,
            unit_id=row.unit_id,
            starts_at=row.leaves_at,
            ends_at=None,
            zone=row.zone,
        )
        for row in rows
    ]
