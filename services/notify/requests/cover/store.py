"""The questions asked about whom a request may lead to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify.requests.cover import domain
from services.notify.requests.store import IS_OPEN
from services.notify.requests.tables import ContactRequest
from shared.context import Ctx
from shared.cover import CoverFacts
from shared.register import tables as register
from shared.register.blocks import as_blocked, shut_out
from shared.roles import NOT_IN_CARE

MOST = 500


def facts_of(ctx: Ctx, rows: Sequence[ContactRequest]) -> dict[UUID, CoverFacts]:
    """The cover facts of each request, by its id: its contract's, where that belongs to the unit that is asked, else the
    unit's alone. One whose unit nobody has told of is left out."""
    covers = ctx.directory.covers_of(ctx.session, {row.contract_id for row in rows if row.contract_id})
    units = ctx.directory.units(ctx.session, {row.unit_id for row in rows})
    heads = {unit.head_id for unit in units.values() if unit.head_id}
    others = heads | {row.handed_to_id for row in rows if row.handed_to_id}
    gone, away = _without_a_role(ctx.session, others), ctx.directory.absences(ctx.session, others)
    blocked = ctx.directory.blocked(ctx.session, {row.patient_id for row in rows})
    out = shut_out(ctx.session, blocked, others)
    found: dict[UUID, CoverFacts] = {}
    for row in rows:
        facts = covers.get(row.contract_id) if row.contract_id else None
        if facts is None or facts.unit.unit_id != row.unit_id:
            facts = (
                domain.unit_alone(row.id, row.patient_id, units[row.unit_id], away) if row.unit_id in units else None
            )
        if facts is not None and row.patient_id in blocked:
            facts = as_blocked(facts, blocked[row.patient_id], out[row.patient_id])
        if facts is not None:
            found[row.id] = _own(row, domain.without(domain.beyond(facts, away), gone))
    return found


def cover_at(ctx: Ctx, patient_id: UUID, contract_id: UUID | None, unit_id: UUID) -> CoverFacts | None:
    """The cover of the contract at the unit that is asked: the named one, else the patient's only one there."""
    covers = ctx.directory.covers(ctx.session, patient_id, contract_id)
    here = [facts for facts in covers if facts.unit.unit_id == unit_id]
    return here[0] if len(here) == 1 else None


def of_contracts(session: Session, contract_ids: Collection[UUID]) -> list[ContactRequest]:
    return _held(session, ContactRequest.contract_id.in_(contract_ids))


def of_unit(session: Session, unit_id: UUID) -> list[ContactRequest]:
    return _held(session, ContactRequest.unit_id == unit_id)


def touched_by(session: Session, person_id: UUID, contract_ids: Collection[UUID]) -> list[ContactRequest]:
    """The open requests that one person's coming or going may move: those of their contracts and units, and theirs."""
    units = sa.select(register.role.c.unit_id).where(register.role.c.person_id == person_id)
    theirs = sa.or_(
        ContactRequest.contract_id.in_(contract_ids),
        ContactRequest.unit_id.in_(units),
        ContactRequest.responsible_id == person_id,
        ContactRequest.handed_to_id == person_id,
    )
    return _held(session, theirs)


def to_move(session: Session, at: datetime) -> list[ContactRequest]:
    """The open requests whose responsible person may be another from now on, up to ``MOST``; not those that another
    process is moving."""
    due = sa.select(ContactRequest).where(IS_OPEN, ContactRequest.responsible_until <= at)
    query = due.order_by(ContactRequest.responsible_until).limit(MOST).with_for_update(skip_locked=True)
    return list(session.scalars(query, execution_options={"populate_existing": True}))


def to_move_since(session: Session, at: datetime) -> datetime | None:
    """Since when the first of them has waited."""
    until = ContactRequest.responsible_until
    return session.scalars(sa.select(until).where(IS_OPEN, until <= at).order_by(until).limit(1)).one_or_none()


def _held(session: Session, which: sa.ColumnElement[bool]) -> list[ContactRequest]:
    query = sa.select(ContactRequest).where(IS_OPEN, which).order_by(ContactRequest.id).with_for_update()
    return list(session.scalars(query, execution_options={"populate_existing": True}))


def _without_a_role(session: Session, people: Collection[UUID]) -> set[UUID]:
    """Those of the people who work with patients nowhere any more: they can open no worklist."""
    role = register.role.c
    works = sa.select(role.person_id).where(role.person_id.in_(people), role.role.not_in(NOT_IN_CARE))
    return set(people) - set(session.execute(works).scalars())


def _own(row: ContactRequest, facts: CoverFacts) -> CoverFacts:
    facts = domain.without(facts, [row.passed_over_id])
    if row.handed_to_id is None or row.handed_at is None:
        return facts
    return domain.handed_to(facts, row.handed_to_id, row.handed_at)
