"""Asks who is the contact, who will be, and what the patient is told of it: a few questions, each by an index."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.named_contact import store
from services.contract.named_contact.changing.domain import TOLD_FOR, Ahead, Known, Told, said_ahead, told
from services.contract.named_contact.changing.tables import ContactChange
from services.contract.named_contact.tables import ContactAppointment
from shared.context import Ctx

PLANNED = ContactChange.called_off_at.is_(None) & ContactChange.done_at.is_(None)


def contact_told(ctx: Ctx, contract_id: UUID, *, own: bool) -> Told | None:
    """What whoever reads is told of the contact; None where there is none and none will be."""
    contact, change = known(ctx, contract_id), ahead(ctx, contract_id)
    if contact is None and change is None:
        return None
    zone = zone_at(ctx, contract_id) if change or (contact and contact.since) else "UTC"
    return told(contact, change, own=own, zone=zone, now=ctx.now)


def ahead_told(ctx: Ctx, contract_id: UUID) -> str:
    """What is told beforehand alone: for whoever sees the contact in another way."""
    change = ahead(ctx, contract_id)
    return said_ahead(change, zone=zone_at(ctx, contract_id), now=ctx.now) if change else ""


def zone_at(ctx: Ctx, contract_id: UUID) -> str:
    """The zone of the contract's unit: a day begins there."""
    whose = store.whose(ctx.session, contract_id)
    unit = ctx.directory.unit(ctx.session, whose[1]) if whose else None
    return unit.zone if unit else "UTC"


def known(ctx: Ctx, contract_id: UUID) -> Known | None:
    """The primary contact of the contract as its readers know them; None where there is none."""
    mine = sa.select(ContactAppointment).where(
        ContactAppointment.contract_id == contract_id, ContactAppointment.is_primary
    )
    ends = ContactAppointment.ends
    here = mine.where(ContactAppointment.starts <= ctx.now, sa.or_(ends.is_(None), ends > ctx.now))
    row = ctx.session.scalars(here.order_by(ContactAppointment.starts.desc()).limit(1)).first()
    person = ctx.directory.person(ctx.session, row.person_id) if row else None
    if row is None or person is None:
        return None
    lately = mine.where(ends <= ctx.now, ends > ctx.now - TOLD_FOR, ContactAppointment.reason != "")
    before = ctx.session.scalars(lately.order_by(ends.desc(), ContactAppointment.id).limit(1)).first()
    return Known(
        person_id=row.person_id,
        name=person.name,
        since=before.ends if before else None,
        reason=before.reason if before else "",
        asked_for=row.asked_for,
        wish_unmet=row.wish_unmet,
    )


def ahead(ctx: Ctx, contract_id: UUID) -> Ahead | None:
    """The change that is planned, or the last one where it was called off lately and nothing has changed since."""
    row = ctx.session.scalars(
        sa.select(ContactChange)
        .where(ContactChange.contract_id == contract_id)
        .order_by(PLANNED.desc(), ContactChange.told_at.desc(), ContactChange.id)
        .limit(1)
    ).first()
    if row is None or not _still_told(row, ctx.now):
        return None
    people = ctx.directory.people(ctx.session, [who for who in (row.person_id, row.before_id) if who])
    return Ahead(
        person_id=row.person_id,
        name=people[row.person_id].name,
        before=people[row.before_id].name if row.before_id in people else "",
        starts=row.starts,
        was=row.was,
        reason=row.reason,
        why=row.why,
        called_off=row.called_off_at is not None,
    )


def planned(session: Session, contract_id: UUID) -> ContactChange | None:
    """The change that is planned for this contract. Whoever changes it holds the contract's cover."""
    query = sa.select(ContactChange).where(ContactChange.contract_id == contract_id, PLANNED)
    return session.scalars(query, execution_options={"populate_existing": True}).one_or_none()


def planned_to(session: Session, person_id: UUID) -> list[ContactChange]:
    """What is planned for this person to take over, the soonest first, read anew."""
    query = sa.select(ContactChange).where(ContactChange.person_id == person_id, PLANNED)
    query = query.order_by(ContactChange.starts, ContactChange.id)
    return list(session.scalars(query, execution_options={"populate_existing": True}))


def due(session: Session, at: datetime, most: int) -> list[UUID]:
    """The contracts whose new contact has taken over by ``at`` and where that has set nothing going yet."""
    query = sa.select(ContactChange.contract_id).where(PLANNED, ContactChange.starts <= at)
    return list(session.scalars(query.order_by(ContactChange.starts).limit(most)))


def due_since(session: Session, at: datetime) -> datetime | None:
    query = sa.select(ContactChange.starts).where(PLANNED, ContactChange.starts <= at)
    return session.scalars(query.order_by(ContactChange.starts).limit(1)).one_or_none()


def touching(session: Session, contract_id: UUID, at: datetime) -> list[ContactAppointment]:
    """The appointments that end or begin at the instant of a change, those that begin first."""
    row = ContactAppointment
    query = sa.select(row).where(row.contract_id == contract_id, sa.or_(row.starts == at, row.ends == at))
    return list(session.scalars(query.order_by(row.starts.desc(), row.id)))


def _still_told(row: ContactChange, now: datetime) -> bool:
    """A change that has come is told as the contact there is; one called off for a while."""
    if row.called_off_at is not None:
        return now < row.called_off_at + TOLD_FOR
    return row.done_at is None and now < row.starts
