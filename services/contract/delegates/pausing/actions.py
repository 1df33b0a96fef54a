"""Pausing what a delegate may do, and letting it hold again."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.delegates import store
from services.contract.delegates.actions import told
from services.contract.delegates.pausing.domain import LONGEST_PAUSE, LONGEST_REASON, paused_until
from services.contract.delegates.tables import Delegation
from services.contract.people import store as people
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l, speaking
from shared.policy import Who, policy, policy_of
from shared.service import ITSELF, Service
from shared.time import to_local

FORGOTTEN = _l("It was paused before. We can't see any more who paused it, or why.")
MOST = 200
"""Pauses ended in one round; the rest has its turn in the next."""


def pause(ctx: Ctx, delegation_id: UUID, reason: str, last: date) -> None:
    """Nothing holds from now to the end of ``last``. The patient sees who paused it and why; the delegate only that it
    is paused. Raises ``Refused`` with the field."""
    grant = _standing(ctx, delegation_id)
    patient = people.get(ctx.session, grant.patient_id)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Refused(_l("Write why. The patient can read it."), field="reason")
    until = paused_until(last, patient.zone, ctx.now) if patient else None
    if until is None:
        raise Refused(_l("Choose a last day from today and at most 30 days ahead."), field="last")
    grant.state, grant.paused_reason, grant.paused_until = "paused", reason.strip(), until
    grant.paused_by = ctx.viewer.person_id
    told(ctx, grant)


def pause_again(ctx: Ctx, delegation_id: UUID) -> None:
    """Others know that it is paused, a database that was brought back does not, nor by whom and why: as long as can be."""
    patient = people.get(ctx.session, _standing(ctx, delegation_id).patient_id)
    if patient is None:
        raise NotFound
    with speaking(patient.language):
        pause(ctx, delegation_id, str(FORGOTTEN), to_local(ctx.now, patient.zone).date() + LONGEST_PAUSE)


def resume(ctx: Ctx, delegation_id: UUID) -> None:
    """What was paused holds again, as far as it did before. Harmless for what is not paused."""
    grant = _standing(ctx, delegation_id)
    if grant.state == "paused":
        grant.state = "active" if grant.accepted_at else "invited"
        grant.paused_until = None
        told(ctx, grant)


def waiting(session: Session, now: datetime) -> datetime | None:
    """Since when the first pause should have ended."""
    return session.scalar(sa.select(sa.func.min(Delegation.paused_until)).where(*_over(now)))


@policy("delegation", "resume due", Who.SERVICE, log="ended a pause of what you let somebody do")
def resume_due(service: Service) -> int:
    """End the pauses whose time is out, each in a transaction of its own. Returns how many."""
    with service.act() as ctx:
        query = sa.select(Delegation.id).where(*_over(ctx.now)).order_by(Delegation.paused_until).limit(MOST)
        found = list(ctx.session.scalars(query))
    for delegation_id in found:
        with service.act(ITSELF, policy_of(resume_due)) as ctx:
            grant = store.for_change(ctx.session, delegation_id)
            if grant is not None and grant.state == "paused" and grant.paused_until and grant.paused_until <= ctx.now:
                resume(ctx, delegation_id)
                ctx.saw([grant.patient_id])
    return len(found)


def _over(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return Delegation.state == "paused", Delegation.paused_until <= now


def _standing(ctx: Ctx, delegation_id: UUID) -> Delegation:
    grant = store.for_change(ctx.session, delegation_id)
    if grant is None or grant.state == "ended":
        raise NotFound
    return grant
