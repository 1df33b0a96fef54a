"""The due work: rows are claimed and told to notify in one commit per batch, never one transaction per reminder."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.selfcare.reminders.attention.domain import undeliverable
from services.selfcare.reminders.claim import store
from services.selfcare.reminders.domain import State
from services.selfcare.reminders.rules.domain import rule_of
from shared import crash
from shared.bus import outbox
from shared.events import Event, ReminderDue
from shared.policy import Who, policy, policy_of
from shared.service import Service


@policy("reminder", "claim", Who.SERVICE)
def claim_due(service: Service) -> int:
    """Claim and tell everything due now, batch by batch. Returns how many rows were moved."""
    total = 0
    while moved := _claim_batch(service):
        total += moved
        if moved < store.BATCH:
            break
    return total


def _claim_batch(service: Service) -> int:
    with service.act(declared=policy_of(claim_due)) as ctx:
        rows = store.claim(ctx.session, ctx.now)
        outbox.record(ctx.session, service.sealer, [event for row in rows for event in _facts(row, ctx.now)])
        crash.here("act.written")
    crash.here("act.committed")
    return len(rows)


def _facts(row: Any, at: datetime) -> list[Event]:
    """What is told of one claimed row: that it is due, or that a question nobody could be asked needs a person."""
    if row.state == State.DUE:
        return [due(row)]
    if row.state == State.EXPIRED and rule_of(row.subject_kind, row.rule).chased:
        return [undeliverable(row, "reminder.too_late", at)]
    return []


def due(row: Any) -> ReminderDue:
    """The attempt that ``row`` now stands at, for notify."""
    return ReminderDue(
        reminder_id=row.id,
        attempt=row.attempt,
        recipient_id=row.recipient_id,
        patient_id=row.patient_id,
        unit_id=row.unit_id,
        kind=row.subject_kind,
        starts_local=row.occurrence_local,
        zone=row.zone,
        useful_until=row.useful_until,
        answer_until=row.answer_until,
    )
