"""Closes a request whose every cause has been seen to elsewhere: nobody is late with what is done."""

from __future__ import annotations

from services.notify.delivery import actions as delivery
from services.notify.requests import store as requests
from services.notify.requests.domain import Act, CloseReason, State, after
from services.notify.requests.settling import store
from shared.context import Ctx
from shared.events import ContractAttentionSettled
from shared.policy import Who, policy


@policy("request", "settle", Who.SERVICE, log="closed a request about what has been seen to")
def on_settled(ctx: Ctx, event: ContractAttentionSettled) -> None:
    """What else the patient or a rule has asked in the same request keeps it open."""
    for row in store.open_by_rule(ctx.session, event.patient_id, event.kind):
        causes = requests.causes(ctx.session, row.id)
        if any(one.subject != event.subject or one.at > event.at for one in causes):
            continue
        row.state, row.closed_at, row.closed_reason = after(State(row.state), Act.SETTLE), ctx.now, CloseReason.SETTLED
        row.unread_at = row.waiting_since = row.escalate_at = row.tell_at = None
        requests.note(ctx.session, row.id, Act.SETTLE, ctx.now, by=event.by)
        delivery.call_off(ctx, row.id, "cancelled")
        ctx.saw([row.patient_id])
