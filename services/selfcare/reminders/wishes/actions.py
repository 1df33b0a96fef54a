"""Remembers how a patient wants to take part, and lets the reminders to come follow."""

from __future__ import annotations

from services.selfcare.reminders.actions import occasion_of, plan_reminders
from services.selfcare.reminders.rules.domain import NEXT_CONTACT, rules_of
from services.selfcare.reminders.wishes import store
from shared.context import Ctx
from shared.events import EngagementPreferenceChanged
from shared.policy import Who, policy


@policy("engagement_preference", "handle", Who.SERVICE, log="planned reminders of the next contact")
def on_engagement_changed(ctx: Ctx, event: EngagementPreferenceChanged) -> None:
    """Who decides alone is asked once, who leaves it to the care is reminded more often; safety is never touched."""
    ctx.saw([event.patient_id])
    store.keep(ctx.session, event.patient_id, event.decides)
    times = store.to_come(ctx.session, event.patient_id, ctx.now)
    wanted = [rule.name for rule in rules_of(NEXT_CONTACT, event.decides)]
    store.leave_out(ctx.session, [one.next_contact_id for one in times], wanted)
    for one in times:
        plan_reminders(ctx, [occasion_of(one)])
