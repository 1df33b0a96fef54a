"""Takes a patient's open requests away from whoever they keep out, to whoever answers them now."""

from __future__ import annotations

from services.notify.delivery import actions as delivery
from services.notify.requests import store as requests
from services.notify.requests.blocking import store
from services.notify.requests.blocking.domain import instead
from services.notify.requests.cover.actions import reassign
from services.notify.requests.domain import Act, CloseReason, State, after
from services.notify.requests.escalation.actions import set_alarm
from services.notify.requests.tables import ContactRequest
from shared.context import Ctx
from shared.cover import CoverFacts
from shared.events import BlockChanged
from shared.policy import Who, policy
from shared.time import calendar_of


@policy("request", "move", Who.SERVICE, log="moved a request to whoever answers now")
def on_block_changed(ctx: Ctx, event: BlockChanged) -> None:
    """A block is made or lifted: every open request of the patient is looked at anew."""
    rows = store.open_of(ctx.session, event.patient_id)
    covers, blocked = store.covers(ctx, event.patient_id)
    there = instead(covers, blocked)
    for row in (one for one in rows if one.unit_id in blocked):
        _to(row, there) if there else _close(ctx, row)
    store.unwatch(ctx.session, event.patient_id, blocked, [row.id for row in rows])
    ctx.session.flush()
    reassign(ctx, [row for row in rows if row.closed_at is None])


def _to(row: ContactRequest, facts: CoverFacts) -> None:
    """What a rule opened may stand there already: this one is then beside it, as the patient's own would be."""
    row.contract_id, row.unit_id, row.rule_made = facts.contract_id, facts.unit.unit_id, False
    row.handed_to_id = row.handed_at = row.passed_over_id = None
    set_alarm(row, calendar_of(facts.unit))


def _close(ctx: Ctx, row: ContactRequest) -> None:
    """Nobody here is left whom the patient lets answer: they have taken it back, and their page says so."""
    row.state = after(State(row.state), Act.WITHDRAW)
    row.closed_at, row.closed_reason = ctx.now, CloseReason.WITHDRAWN
    row.escalate_at = row.tell_at = row.unread_at = row.waiting_since = None
    requests.note(ctx.session, row.id, Act.WITHDRAW, ctx.now, by=row.patient_id)
    delivery.call_off(ctx, row.id, "cancelled")
    ctx.saw([row.patient_id])
