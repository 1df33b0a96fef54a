"""The questions asked about consents."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.delegates.consents.domain import scope_of
from services.contract.delegates.consents.tables import Consent

MOST_SHOWN = 200


def consent_stands(session: Session, patient_id: UUID, kind: str, about: str = "") -> bool:
    """Whether the patient has said yes to this and not taken it back. ``about`` is the unit's id, or the party's name."""
    return standing(session, patient_id, kind, about) is not None


def standing(session: Session, patient_id: UUID, kind: str, about: str = "") -> Consent | None:
    mine = Consent.patient_id == patient_id, Consent.kind == kind, Consent.scope == scope_of(kind, about)
    return session.scalars(sa.select(Consent).where(*mine, Consent.withdrawn_at.is_(None))).one_or_none()


def of_patient(session: Session, patient_id: UUID) -> list[Consent]:
    """Everything ever agreed to, the newest first."""
    query = sa.select(Consent).where(Consent.patient_id == patient_id)
    return list(session.scalars(query.order_by(Consent.given_at.desc(), Consent.id).limit(MOST_SHOWN)))


def get(session: Session, consent_id: UUID) -> Consent | None:
    return session.get(Consent, consent_id)


def for_change(session: Session, consent_id: UUID) -> Consent | None:
    """The consent, locked until the transaction ends."""
    return session.scalars(sa.select(Consent).where(Consent.id == consent_id).with_for_update()).one_or_none()
