"""A patient lets somebody act for them, that person says yes, and either may end it at once and without a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa

from services.contract.delegates import store
from services.contract.delegates.domain import CHOSEN, LONGEST, LONGEST_RELATION, SCOPES, default_end
from services.contract.delegates.tables import Delegation
from services.contract.people import actions as people_actions
from services.contract.people import store as people
from services.contract.people.tables import Person
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l


def invite(
    ctx: Ctx,
    *,
    patient_id: UUID,
    delegate_id: UUID,
    scopes: Sequence[str],
    starts: datetime | None = None,
    ends: datetime | None = None,
    relation: str = "",
) -> UUID:
    """The patient offers ``scopes`` from ``starts`` (now) to ``ends`` (twelve months on). Nothing holds before the
    other has accepted. Somebody already invited gets these scopes instead: one grant per patient and delegate. The
    patient's units know the delegate from now on, so that they can help them sign in."""
    begins = starts or ctx.now
    finishes = ends or default_end(begins, _patient_and(ctx, patient_id, delegate_id).zone)
    _check(patient_id, delegate_id, scopes, begins, finishes)
    _end_earlier(ctx, patient_id, delegate_id)
    grant = Delegation(
        id=uuid4(),
        patient_id=patient_id,
        delegate_id=delegate_id,
        relation=" ".join(relation.split())[:LONGEST_RELATION],
        scopes=[scope for scope in SCOPES if scope in scopes],
        starts=begins,
        ends=finishes,
        state="invited",
        kind=CHOSEN,
        invited_at=ctx.now,
    )
    ctx.session.add(grant)
    let_units_know(ctx, patient_id, delegate_id)
    return told(ctx, grant)


def accept(ctx: Ctx, delegation_id: UUID) -> None:
    """The invited person says yes; from now on (or its start) the grant holds."""
    grant = _standing(ctx, delegation_id)
    _patient_and(ctx, grant.patient_id, grant.delegate_id)
    if grant.state == "active":
        return
    if grant.state != "invited" or (grant.ends and grant.ends <= ctx.now):
        raise Refused(_l("This invitation no longer holds. Ask for a new one."))
    grant.state, grant.accepted_at = "active", ctx.now
    told(ctx, grant)


def revoke(ctx: Ctx, delegation_id: UUID) -> None:
    """The grant ends now, whoever of the two ends it. Ending it twice is harmless."""
    grant = store.for_change(ctx.session, delegation_id)
    if grant is None:
        raise NotFound
    if grant.kind != CHOSEN and ctx.viewer.person_id == grant.patient_id:
        raise Refused(_l("Your care has written this down from a document. Speak with your care unit."))
    if grant.state != "ended":
        end_now(ctx, grant)


def renew(ctx: Ctx, delegation_id: UUID) -> None:
    """The patient says again that it is to hold: twelve months from now."""
    grant = _standing(ctx, delegation_id)
    patient = _patient_and(ctx, grant.patient_id, grant.delegate_id)
    if grant.kind != CHOSEN or grant.state != "active":
        raise Refused(_l("This can't be made longer. Speak with your care unit."))
    grant.ends = max(default_end(ctx.now, patient.zone), grant.ends or ctx.now)
    told(ctx, grant)


def _check(patient_id: UUID, delegate_id: UUID, scopes: Sequence[str], starts: datetime, ends: datetime) -> None:
    if patient_id == delegate_id:
        raise Refused(_l("Choose somebody else than yourself."), field="name")
    if not scopes or any(scope not in SCOPES for scope in scopes):
        raise Refused(_l("Choose at least one thing this person may do."), field="scopes")
    if not starts < ends <= starts + LONGEST:
        raise Refused(_l("Choose a last day that is to come, at most five years ahead."), field="last")


def _patient_and(ctx: Ctx, patient_id: UUID, delegate_id: UUID) -> Person:
    """The patient, if both are known and only a patient grants."""
    patient, delegate = people.get(ctx.session, patient_id), people.get(ctx.session, delegate_id)
    if patient is None or delegate is None or patient.kind != "patient":
        raise NotFound
    if patient.deceased or delegate.deceased:
        raise Refused(_l("This person has died."))
    return patient


def let_units_know(ctx: Ctx, patient_id: UUID, delegate_id: UUID) -> None:
    """The patient's units help the delegate to sign in."""
    for unit_id in people.units_of(ctx.session, patient_id):
        people_actions.know_at(ctx, delegate_id, unit_id)


def _end_earlier(ctx: Ctx, patient_id: UUID, delegate_id: UUID) -> None:
    query = sa.select(Delegation).where(Delegation.patient_id == patient_id, Delegation.delegate_id == delegate_id)
    for grant in ctx.session.scalars(query.with_for_update()):
        if grant.paused_until and grant.paused_until > ctx.now:
            raise Refused(_l("Your care unit has paused this. Speak with them first."))
        if grant.state != "ended":
            end_now(ctx, grant)


def end_now(ctx: Ctx, grant: Delegation) -> None:
    """It holds no longer, from the next request on."""
    grant.state, grant.ended_at = "ended", ctx.now
    told(ctx, grant)


def _standing(ctx: Ctx, delegation_id: UUID) -> Delegation:
    grant = store.for_change(ctx.session, delegation_id)
    if grant is None or grant.state == "ended":
        raise NotFound
    return grant


def told(ctx: Ctx, grant: Delegation) -> UUID:
    """Let the other services know how the grant is now."""
    ctx.session.flush()
    ctx.tell(store.facts(grant))
    return grant.id
