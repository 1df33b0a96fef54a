"""The questions asked about the requests of a patient who has blocked a unit."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.requests.store import IS_OPEN
from services.notify.requests.tables import ContactRequest, RequestWatch
from shared.context import Ctx
from shared.cover import CoverFacts
from shared.register.blocks import shut_out


def open_of(session: Session, patient_id: UUID) -> list[ContactRequest]:
    """The patient's open requests, held until the transaction ends."""
    query = sa.select(ContactRequest).where(IS_OPEN, ContactRequest.patient_id == patient_id)
    held = query.order_by(ContactRequest.id).with_for_update()
    return list(session.scalars(held, execution_options={"populate_existing": True}))


def covers(ctx: Ctx, patient_id: UUID) -> tuple[list[CoverFacts], frozenset[UUID]]:
    """The cover of all the patient's contracts, and which units they block."""
    blocked = ctx.directory.blocked(ctx.session, [patient_id]).get(patient_id, frozenset())
    return ctx.directory.covers(ctx.session, patient_id), blocked


def unwatch(session: Session, patient_id: UUID, blocked: frozenset[UUID], request_ids: Collection[UUID]) -> None:
    """Whoever is kept out is no longer told of these requests."""
    mine = RequestWatch.request_id.in_(request_ids)
    people = set(session.scalars(sa.select(RequestWatch.person_id).where(mine)))
    out = shut_out(session, {patient_id: blocked}, people)[patient_id]
    session.execute(sa.delete(RequestWatch).where(mine, RequestWatch.person_id.in_(out)))
