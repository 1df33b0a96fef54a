"""Asks who is the contact and what the patient is told of it: two questions, each by an index."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.contract.named_contact.changing.domain import TOLD_FOR, Known, Told, told
from services.contract.named_contact.tables import ContactAppointment
from shared.context import Ctx


def contact_told(ctx: Ctx, contract_id: UUID, *, own: bool, zone: str) -> Told | None:
    """What whoever reads is told of the contact; None where there is none."""
    contact = known(ctx, contract_id)
    return told(contact, own=own, zone=zone, now=ctx.now) if contact else None


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
