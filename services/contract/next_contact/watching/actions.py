"""Tells the care, batch by batch, of next contacts that need somebody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from services.contract.next_contact.domain import Side
from services.contract.next_contact.tables import NextContact
from services.contract.next_contact.telling.actions import SUBJECT, attention, note
from services.contract.next_contact.watching import store
from services.contract.next_contact.watching.domain import PRIORITY, Alarm
from shared.bus import outbox
from shared.context import Ctx
from shared.events import Event
from shared.policy import Who, policy, policy_of
from shared.service import ITSELF, Service


def waiting(session: Session, now: datetime) -> datetime | None:
    """Since when the care should have been told."""
    return store.due_since(session, now)


@policy(SUBJECT, "watch", Who.SERVICE, log="told the care that the next contact needs somebody")
def tell_due(service: Service) -> int:
    """Tell everything due by now, each once. Returns how many were told."""
    total = 0
    while moved := _batch(service):
        total += moved
        if moved < store.BATCH:
            break
    return total


def _batch(service: Service) -> int:
    with service.act(ITSELF, policy_of(tell_due)) as ctx:
        rows = store.claim(ctx.session, ctx.now)
        outbox.record(ctx.session, service.sealer, [_told(ctx, row) for row in rows])
        ctx.saw([row.patient_id for row in rows])
        return len(rows)


def _told(ctx: Ctx, row: NextContact) -> Event:
    alarm = Alarm(row.watch_reason)
    row.watched = [*row.watched, alarm]
    note(ctx, row, alarm, Side.CARE, by=None, local=row.starts_local or row.suggested_local)
    store.watch(row)
    return attention(ctx, row, alarm, PRIORITY[alarm])
