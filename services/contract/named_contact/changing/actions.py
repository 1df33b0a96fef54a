"""What becomes of a planned change when it is moved or called off, when somebody is appointed at once meanwhile, and when
the contract ends. Whoever calls holds the contract's cover."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.contract.named_contact import store
from services.contract.named_contact.changing.store import planned, touching
from services.contract.named_contact.changing.tables import ContactChange
from services.contract.named_contact.tables import ContactAppointment
from shared.context import Ctx


def move(ctx: Ctx, change: ContactChange, starts: datetime) -> None:
    """Let the appointments that meet on the day of the change meet at ``starts`` instead; now, it has been done."""
    for row in touching(ctx.session, change.contract_id, change.starts):
        if row.starts == change.starts:
            row.starts = starts
        else:
            row.ends = starts
    change.starts, change.done_at = starts, ctx.now if starts <= ctx.now else None
    ctx.session.flush()


def withdraw(ctx: Ctx, change: ContactChange) -> None:
    """There will be no change: whoever is contact now stays, and what was written for the next one goes."""
    coming = [row for row in touching(ctx.session, change.contract_id, change.starts) if row.starts == change.starts]
    for row in coming:
        ctx.session.delete(row)
    ctx.session.flush()
    for row in touching(ctx.session, change.contract_id, change.starts):
        row.ends, row.handover_note, row.reason = None, "", ""
    change.called_off_at = ctx.now
    ctx.session.flush()


def end(ctx: Ctx, contract_id: UUID) -> None:
    """The contract has ended, and with it what was planned."""
    if (change := planned(ctx.session, contract_id)) is None:
        return
    if change.starts > ctx.now:
        withdraw(ctx, change)
    else:
        change.done_at = ctx.now


def from_now(ctx: Ctx, contract_id: UUID, person_id: UUID, *, primary: bool) -> ContactAppointment:
    """The appointment of somebody who is contact from now on, for the caller to fill in. While a change is planned to
    another, a primary one hands over on the day that was told; is it to them, it comes early."""
    change = planned(ctx.session, contract_id) if primary else None
    ahead = change if change is not None and change.starts > ctx.now else None
    if ahead is not None and ahead.person_id == person_id:
        move(ctx, ahead, ctx.now)
        ahead = None
    row = store.appointment_of(ctx.session, contract_id, person_id, ctx.now)
    if ahead is not None:
        row.ends, row.handover_note, row.reason = ahead.starts, ahead.handover_note, ahead.reason
        ahead.before_id = person_id
    return row
