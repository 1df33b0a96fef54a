"""The questions asked about a patient's own requests."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.notify.requests import store as requests
from services.notify.requests.tables import ContactRequest
from services.notify.requests.telling.actions import MAY_ASK
from shared.context import Ctx
from shared.policy import Subject

PAGE = 10


def subject(ctx: Ctx, request_id: UUID) -> Subject | None:
    """The patient's request. A delegate finds those they asked themselves, no others."""
    row, viewer = requests.by_id(ctx.session, request_id), ctx.viewer.person_id
    if row is None or viewer not in (row.patient_id, row.asked_by):
        return None
    return Subject(patient_id=row.patient_id, unit_id=row.unit_id, contract_id=row.contract_id, scope=MAY_ASK)


def own(ctx: Ctx, page: int) -> tuple[list[ContactRequest], bool]:
    """One page of the requests the viewer may see, newest first, and whether more follow: a patient's own, and what
    they asked for others who still let them."""
    viewer = ctx.viewer.person_id
    helped = ctx.directory.patients_of_delegate(ctx.session, viewer, ctx.now) if viewer else []
    allowed = [p for p in helped if viewer and MAY_ASK in ctx.directory.scopes(ctx.session, viewer, p, ctx.now)]
    for_others = sa.and_(ContactRequest.asked_by == viewer, ContactRequest.patient_id.in_(allowed))
    query = sa.select(ContactRequest).where(sa.or_(ContactRequest.patient_id == viewer, for_others))
    ordered = query.order_by(ContactRequest.opened_at.desc(), ContactRequest.id)
    rows = list(ctx.session.scalars(ordered.offset((page - 1) * PAGE).limit(PAGE + 1)))
    return rows[:PAGE], len(rows) > PAGE
