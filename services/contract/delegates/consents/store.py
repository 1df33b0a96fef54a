"""The questions asked about consents."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.delegates.consents.domain import OF_UNIT, SHARE_UNIT, scope_of
from services.contract.delegates.consents.tables import Consent
from services.contract.units.store import hidden_from
from shared.context import Ctx
from shared.policy import Who
from shared.relations import at_work, roles_towards

MOST_SHOWN = 200
TAKE_PART = frozenset({Who.CONTACT, Who.DEPUTY})
"""Who takes part in a patient's care, and sees what the patient shares with those who do: not who did before, nor who opened
the pages in an emergency."""


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


def seen_by(ctx: Ctx, patient_id: UUID) -> list[Consent]:
    """The same as the viewer may know it: staff read nothing of a sensitive unit where they don't work."""
    rows = of_patient(ctx.session, patient_id)
    if ctx.viewer.person_id == patient_id:
        return rows
    hidden = set(map(str, hidden_from(ctx, {UUID(one.scope) for one in rows if one.kind in OF_UNIT})))
    return [one for one in rows if one.kind not in OF_UNIT or one.scope not in hidden]


def units_shown(ctx: Ctx, patient_id: UUID) -> frozenset[UUID]:
    """The units whose own material the viewer sees: where they work and are not kept out, and what the patient shares with
    those who take part in the care (B10). Who opened the pages past a block sees what their unit wrote."""
    if patient_id not in ctx.shown:
        shared = ctx.session.scalars(_shared_units(patient_id)) if TAKE_PART & ctx.whos else ()
        glass = ctx.glasses.get(patient_id)
        own = at_work(roles_towards(ctx, patient_id)) | ({glass.unit_id} if glass else set())
        ctx.shown[patient_id] = own | {UUID(one) for one in shared}
    return ctx.shown[patient_id]


def _shared_units(patient_id: UUID) -> sa.Select[str]:
    mine = Consent.patient_id == patient_id, Consent.kind == SHARE_UNIT, Consent.withdrawn_at.is_(None)
    return sa.select(Consent.scope).where(*mine)


def get(session: Session, consent_id: UUID) -> Consent | None:
    return session.get(Consent, consent_id)


def for_change(session: Session, consent_id: UUID) -> Consent | None:
    """The consent, locked until the transaction ends."""
    return session.scalars(sa.select(Consent).where(Consent.id == consent_id).with_for_update()).one_or_none()
