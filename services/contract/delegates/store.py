"""The questions asked about delegates."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.delegates.tables import Delegation
from shared.events import DelegateChanged

STANDING = ("invited", "active", "paused")


def get(session: Session, delegation_id: UUID) -> Delegation | None:
    return session.get(Delegation, delegation_id)


def for_change(session: Session, delegation_id: UUID) -> Delegation | None:
    """The grant, locked until the transaction ends."""
    query = sa.select(Delegation).where(Delegation.id == delegation_id).with_for_update()
    return session.scalars(query).one_or_none()


def of_patient(session: Session, patient_id: UUID) -> list[Delegation]:
    """What the patient has granted and not taken back, the newest first."""
    query = sa.select(Delegation).where(Delegation.patient_id == patient_id, Delegation.state.in_(STANDING))
    return list(session.scalars(query.order_by(Delegation.invited_at.desc(), Delegation.id)))


def of_delegate(session: Session, delegate_id: UUID) -> list[Delegation]:
    """What has been granted to somebody, the newest first."""
    query = sa.select(Delegation).where(Delegation.delegate_id == delegate_id, Delegation.state.in_(STANDING))
    return list(session.scalars(query.order_by(Delegation.invited_at.desc(), Delegation.id)))


def facts(grant: Delegation) -> DelegateChanged:
    """The grant as the others know it."""
    return DelegateChanged(
        delegation_id=grant.id,
        patient_id=grant.patient_id,
        delegate_id=grant.delegate_id,
        scopes=tuple(grant.scopes),
        starts=grant.starts,
        ends=grant.ends,
        state=grant.state,
    )
