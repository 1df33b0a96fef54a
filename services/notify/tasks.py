"""What happens when: the facts notify hears, and the work that becomes due."""

from __future__ import annotations

from services.notify.delivery import actions as delivery
from services.notify.delivery.message.domain import BREAK_GLASS
from services.notify.delivery.sending import actions as sending
from services.notify.delivery.sending.outcome.actions import UNTOLD
from services.notify.requests.blocking import actions as blocking
from services.notify.requests.cover import actions as cover
from services.notify.requests.ending import actions as ending
from services.notify.requests.escalation import actions as escalation
from services.notify.requests.opening import actions as opening
from services.notify.requests.settling import actions as settling
from services.notify.requests.telling.digest import actions as digest
from services.notify.requests.untold import actions as untold
from shared.context import Ctx
from shared.events import (
    AbsencesChanged,
    BlockChanged,
    BreakGlassChanged,
    ContractAttentionNeeded,
    ContractAttentionSettled,
    CoverChanged,
    Event,
    PersonChanged,
    ReminderCancelled,
    ReminderDue,
    SelfcareAttentionNeeded,
    SigninCodeAsked,
    StaffRolesChanged,
    UnitChanged,
)
from shared.policy import Who, policy
from shared.register import ends
from shared.service import Due, Handle
from shared.web.api import again as answers
from shared.web.drafts import actions as drafts


@policy("person", "handle", Who.SERVICE, log="stopped messages and closed requests after a registered death")
def on_person_changed(ctx: Ctx, event: PersonChanged) -> None:
    """Both concepts must know of a death: nothing more is sent, nothing more is asked. What somebody of the staff had to
    answer is another's."""
    delivery.on_person_changed(ctx, event)
    ending.on_person_changed(ctx, event)
    if event.kind == "staff":
        cover.on_person_at_work_changed(ctx, event)


@policy("block", "handle", Who.SERVICE)
def on_block_changed(ctx: Ctx, event: BlockChanged) -> None:
    """What was asked goes to whoever may answer; the patient is told of what is lifted."""
    blocking.on_block_changed(ctx, event)
    delivery.on_block_changed(ctx, event)


HANDLERS: dict[type[Event], Handle] = {
    AbsencesChanged: cover.on_person_at_work_changed,
    BlockChanged: on_block_changed,
    BreakGlassChanged: delivery.on_break_glass,
    ContractAttentionNeeded: opening.on_attention,
    ContractAttentionSettled: settling.on_settled,
    CoverChanged: cover.on_cover_changed,
    PersonChanged: on_person_changed,
    ReminderCancelled: delivery.on_reminder_cancelled,
    ReminderDue: delivery.on_reminders_due,
    SelfcareAttentionNeeded: opening.on_attention,
    SigninCodeAsked: delivery.on_code_asked,
    StaffRolesChanged: cover.on_person_at_work_changed,
    UnitChanged: cover.on_unit_changed,
}
"""Event → action. What the register keeps (people, units, rights, cover) is applied before any handler."""

UNTOLD[BREAK_GLASS] = untold.on_emergency_untold

DUE: list[Due] = [
    Due("requests to move", cover.waiting, cover.run),
    Due("requests to escalate", escalation.waiting, escalation.run),
    Due("digests", digest.waiting, digest.run),
    Due("send", sending.waiting, sending.run, sending.hindered),
    answers.FORGET,
    ends.FORGET,
    drafts.FORGET,
]
"""Work that becomes due by time."""
